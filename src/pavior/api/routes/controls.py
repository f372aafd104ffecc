"""Controls, how they stand, and what none of them looked at."""

from fastapi import APIRouter

from pavior.api.calling import Caller, Filter, Paging, PathName, verb
from pavior.api.schemas.form import PageOf
from pavior.api.schemas.standing import ControlSummaryShown, ControlViewShown, CoverageViewShown, VerdictRowShown
from pavior.identity.model import Permission

router = APIRouter()


@verb(router, "GET", "/controls", permission=Permission.CONTROL_READ, shows=list[ControlSummaryShown])
def list_controls(call: Caller) -> list[ControlSummaryShown]:
    """What is required, by id, and how it stands over the services that you may see."""
    return [ControlSummaryShown.of(item) for item in call.application.pages.list_controls(call.actor)]


# Before the next one: no control is called `coverage`.
@verb(router, "GET", "/controls/coverage", permission=Permission.CONTROL_READ, shows=CoverageViewShown)
def show_coverage(
    call: Caller, team: Filter = "", service: Filter = "", provider: Filter = "", resource_type: Filter = ""
) -> CoverageViewShown:
    """What no control looked at: types of resources, parts that were passed over, places never evaluated."""
    found = call.application.pages.show_coverage(
        call.actor, team=team, service=service, provider=provider, resource_type=resource_type
    )
    return CoverageViewShown.of(found)


@verb(router, "GET", "/controls/{control_id}", permission=Permission.CONTROL_READ, shows=ControlViewShown)
def show_control(call: Caller, control_id: PathName) -> ControlViewShown:
    """One control: risk, what to type, its lesson, and how it stands by phase, team and week."""
    return ControlViewShown.of(call.application.pages.get_control(call.actor, control_id))


@verb(
    router,
    "GET",
    "/controls/{control_id}/verdicts",
    permission=Permission.CONTROL_READ,
    shows=PageOf[VerdictRowShown],
)
def list_verdicts(
    call: Caller, control_id: PathName, page: Paging, *, phase: Filter = "", outcome: Filter = "", team: Filter = ""
) -> PageOf[VerdictRowShown]:
    """The rows behind the numbers, of the latest plans and of what was last seen: failed, errored, unknown, passed.

    `phase` is `plan` or `live`.
    """
    found = call.application.pages.list_verdicts(call.actor, control_id, page, phase=phase, outcome=outcome, team=team)
    return PageOf[VerdictRowShown].of(found, VerdictRowShown)
