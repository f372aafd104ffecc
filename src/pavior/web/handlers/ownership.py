"""To whom a thing belongs, so that a page offers only what its reader may do; the services ask again."""

from pavior.identity.model import Permission, Scope
from pavior.kernel.pages import MAXIMUM_PAGE_SIZE, PageRequest
from pavior.web.rendering import may_somewhere
from pavior.web.visits import Visit


def service_scope_by_name(visit: Visit, name: str) -> Scope:
    """The scope of a service; without a team when the reader may not know of it, which permits less."""
    if not name or not may_somewhere(visit.application.authoriser, visit.actor, Permission.SERVICE_READ):
        return Scope(kind="service", name=name)
    found = visit.application.pages.list_services(visit.actor, PageRequest(size=MAXIMUM_PAGE_SIZE), query=name)
    team = next((row.service.team for row in found.items if row.service.name == name), "")
    return Scope(kind="service", name=name, team=team)
