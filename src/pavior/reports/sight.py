"""What one actor may see: one state of the database, at one moment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pavior.catalog import store as catalog
from pavior.catalog.model import Service
from pavior.environments import store as environments
from pavior.environments.model import Environment
from pavior.identity.authorisation import Authoriser
from pavior.identity.model import Actor, Permission, Scope
from pavior.kernel.errors import ForbiddenError, MissingError
from pavior.kernel.pages import PageRequest
from pavior.reports.scopes import service_scope
from pavior.storage.database import Transaction

_SERVICES_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Sight:
    """Every answer leaves out what the actor may not know of."""

    tx: Transaction
    authoriser: Authoriser
    actor: Actor
    now: datetime
    # The catalog, once it was read: a page asks about it for several permissions.
    _catalog: list[Service] = field(default_factory=list, init=False, repr=False, compare=False)

    def require(self, permission: Permission, on: Scope | None = None) -> None:
        """Raises ForbiddenError `permission-denied`."""
        self.authoriser.authorise(self.actor, permission, on=on or Scope())

    def why_not(self, permission: Permission, on: Scope) -> str:
        """The sentence that says why the actor may not, or empty when the actor may."""
        try:
            self.authoriser.authorise(self.actor, permission, on=on)
        except (ForbiddenError, MissingError) as refusal:
            return refusal.summary
        return ""

    def may(self, permission: Permission, on: Scope) -> bool:
        """Whether the actor may."""
        return self.authoriser.may(self.actor, permission, on=on)

    def hidden(self, service: Service, **parts: Permission) -> tuple[str, ...]:
        """Names of the parts of a page about this service whose kind the actor may not read."""
        scope = service_scope(service)
        return tuple(name for name, permission in parts.items() if not self.may(permission, scope))

    def may_somewhere(self, permission: Permission) -> bool:
        """Whether the actor may do this kind of reading at all; what they see of it is another question."""
        return self.may(permission, Scope())

    def services(self, permission: Permission) -> Mapping[str, Service]:
        """The services, by name, about which the actor may do this kind of reading."""
        # A large catalog has few teams, and policies see of a service no more than its team.
        is_allowed: dict[str, bool] = {}
        found = {}
        for service in self._every_service():
            if service.team not in is_allowed:
                is_allowed[service.team] = self.may(permission, service_scope(service))
            if is_allowed[service.team]:
                found[service.name] = service
        return found

    def environments(self, services: Mapping[str, Service]) -> Mapping[str, Environment]:
        """All environments of these services, by id, in the order of the road."""
        return {item.id: item for item in environments.list_environments(self.tx) if item.service in services}

    def _every_service(self) -> list[Service]:
        total = 1 if not self._catalog else 0
        while len(self._catalog) < total:
            page = catalog.list_services(self.tx, PageRequest(offset=len(self._catalog), size=_SERVICES_AT_ONCE))
            self._catalog.extend(page.items)
            total = page.total
        return self._catalog


def missing(kind: str, name: str, *, command: str) -> MissingError:
    """What is said both when there is none and when the actor may not know: the two must not differ."""
    return MissingError(f"{kind}-missing", f"There is no {kind} {name[:80]}.", fix=f"List them with: {command}.")
