"""The long lists, each narrowed to what its reader may see, and single rows of them."""

from pavior.catalog import store as catalog
from pavior.environments import store as environments
from pavior.environments.model import Change, ChangeStatus
from pavior.findings import store as findings
from pavior.findings.model import Finding
from pavior.identity.model import Permission, Scope
from pavior.kernel.pages import Page, PageRequest
from pavior.policy import store as policy
from pavior.policy.reaching import EVERYWHERE, is_wide, service_of
from pavior.policy.waiver_model import Waiver
from pavior.reports.scopes import finding_scope, waiver_scope
from pavior.reports.sight import Sight, missing

OPEN_STATUSES = tuple(status for status in ChangeStatus if status.is_open)
_ENDED_STATUSES = tuple(status for status in ChangeStatus if not status.is_open)
_STATUSES = {None: (), True: OPEN_STATUSES, False: _ENDED_STATUSES}


def list_changes(
    sight: Sight, page: PageRequest, *, service: str, environment: str, is_open: bool | None
) -> Page[Change]:
    """Newest first; `environment` is a stage such as `dev`."""
    sight.require(Permission.CHANGE_READ)
    return environments.list_changes(
        sight.tx,
        page,
        service=service,
        services=sight.services(Permission.CHANGE_READ),
        environment=environment,
        statuses=_STATUSES[is_open],
    )


def list_findings(sight: Sight, page: PageRequest, *, service: str, control: str, state: str) -> Page[Finding]:
    """Worst and oldest first. Raises InvalidError `finding-filter-unknown`."""
    sight.require(Permission.FINDING_READ)
    return findings.list_findings(
        sight.tx,
        page,
        now=sight.now,
        services=_named(sight, Permission.FINDING_READ, service),
        control=control,
        state=state,
    )


def read_finding(sight: Sight, finding_id: str) -> Finding:
    """Raises MissingError `finding-missing`."""
    finding = findings.find_finding(sight.tx, finding_id)
    if finding is None or not sight.may(Permission.FINDING_READ, finding_scope(finding)):
        raise missing("finding", finding_id, command="pavior finding list")
    return finding


def list_waivers(sight: Sight, page: PageRequest, *, service: str) -> Page[Waiver]:
    """Undecided first, then the active ones by their end, then what has ended."""
    sight.require(Permission.WAIVER_READ)
    return policy.list_waivers(sight.tx, page, now=sight.now, services=_named(sight, Permission.WAIVER_READ, service))


def read_waiver(sight: Sight, waiver_id: str) -> Waiver:
    """Raises MissingError `waiver-missing`."""
    waiver = policy.find_waiver(sight.tx, waiver_id)
    scope = find_waiver_scope(sight, waiver) if waiver else None
    if waiver is None or scope is None or not sight.may(Permission.WAIVER_READ, scope):
        raise missing("waiver", waiver_id, command="pavior waiver list")
    return waiver


def find_waiver_scope(sight: Sight, waiver: Waiver, *, control_owner: str = "") -> Scope | None:
    """What is asked about it; None when what it is about is not there any more."""
    if waiver.environment == EVERYWHERE:
        return waiver_scope(waiver, None, None, control_owner=control_owner)
    service = catalog.find_service(sight.tx, service_of(waiver.environment))
    if service is None or is_wide(waiver.environment):
        return waiver_scope(waiver, None, service, control_owner=control_owner) if service else None
    place = environments.find_environment(sight.tx, service.name, waiver.environment.partition("/")[2])
    return waiver_scope(waiver, place, service, control_owner=control_owner) if place else None


def _named(sight: Sight, permission: Permission, service: str) -> list[str]:
    """The services that the actor may see, or the one that was asked for if it is among them."""
    visible = sight.services(permission)
    return [name for name in visible if service in ("", name)]
