"""One box for everything: what of each kind has all the words, as far as the reader may see it."""

from pavior.environments import store as environments
from pavior.findings import store as findings
from pavior.identity.model import Permission
from pavior.kernel.pages import PageRequest
from pavior.policy import store as policy
from pavior.policy.model import Control
from pavior.reports.control_page import read_known_controls
from pavior.reports.model import SearchView
from pavior.reports.service_page import list_services
from pavior.reports.sight import Sight
from pavior.storage.searching import words_of

_AT_ONCE = PageRequest(size=10)


def search(sight: Sight, query: str, *, controls: tuple[Control, ...]) -> SearchView:
    """A kind that the reader may not read is left out; no words find nothing."""
    if not words_of(query):
        return SearchView()
    return SearchView(
        services=list_services(sight, _AT_ONCE, query=query, team="")
        if sight.may_somewhere(Permission.SERVICE_READ)
        else None,
        changes=environments.list_changes(
            sight.tx, _AT_ONCE, services=sight.services(Permission.CHANGE_READ), query=query
        ),
        findings=findings.list_findings(
            sight.tx, _AT_ONCE, now=sight.now, services=sight.services(Permission.FINDING_READ), query=query
        ),
        waivers=policy.list_waivers(
            sight.tx, _AT_ONCE, now=sight.now, services=sight.services(Permission.WAIVER_READ), query=query
        ),
        controls=_controls(sight, query, controls),
    )


def _controls(sight: Sight, query: str, controls: tuple[Control, ...]) -> tuple[Control, ...]:
    if not sight.may_somewhere(Permission.CONTROL_READ):
        return ()
    words = words_of(query)
    return tuple(
        control
        for control in read_known_controls(sight, controls).values()
        if all(word in f"{control.id} {control.title} {control.risk}".lower() for word in words)
    )
