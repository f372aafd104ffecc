"""Findings, and the waivers that excuse them."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from pavior.api.calling import Caller, Filter, Name, Paging, PathName, Pointer, Reason, verb
from pavior.api.schemas.controls import WaiverShown
from pavior.api.schemas.form import Asked, PageOf, Storable
from pavior.api.schemas.records import FindingShown
from pavior.identity.model import Permission

router = APIRouter()

# Longer than any severity allows: the service says how long it may be.
_LONGEST_DAYS = 10_000
_WAIVER_EXAMPLE: JsonDict = {
    "control": "object-storage-versioning",
    "environment": "orders/dev",
    "subject": "aws_s3_bucket.data",
    "days": 7,
    "reason": "It holds only caches.",
}


class Because(Asked):
    """Why."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "The bucket is empty."}]})

    reason: Reason


class MaybeBecause(Asked):
    """Why, if there is something to say."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "Until the migration is done."}]})

    reason: Reason = ""


class WaiverWish(Asked):
    """An excuse for one control in one place, until an end."""

    model_config = ConfigDict(json_schema_extra={"examples": [_WAIVER_EXAMPLE]})

    control: Name
    environment: Name
    subject: Annotated[str, Field(max_length=1_000), Storable] = Field(
        default="", description="Address of one resource; every resource of the environment when left out."
    )
    days: int = Field(ge=1, le=_LONGEST_DAYS, description="From the approval; the control's severity caps it.")
    reason: Reason
    change_id: Annotated[str, Field(max_length=40), Storable] = Field(
        default="", description="The Change that it is to let through."
    )


@verb(router, "GET", "/findings", permission=Permission.FINDING_READ, shows=PageOf[FindingShown])
def list_findings(
    call: Caller, page: Paging, service: Filter = "", control: Filter = "", state: Filter = ""
) -> PageOf[FindingShown]:
    """Worst and oldest first.

    `state` is `open`, `waived`, `fixed`, `false-positive` or `duplicate`; all that is not fixed when left out.
    """
    found = call.application.pages.list_findings(call.actor, page, service=service, control=control, state=state)
    return PageOf[FindingShown].of(found, FindingShown)


@verb(router, "GET", "/findings/{finding_id}", permission=Permission.FINDING_READ, shows=FindingShown)
def show_finding(call: Caller, finding_id: PathName) -> FindingShown:
    """One finding. Its control says how to fix it."""
    return FindingShown.of(call.application.pages.get_finding(call.actor, finding_id))


@verb(
    router,
    "POST",
    "/findings/{finding_id}/mark-false-positive",
    permission=Permission.FINDING_TRIAGE,
    shows=FindingShown,
)
def mark_false_positive(call: Caller, finding_id: PathName, because: Because) -> FindingShown:
    """Say that the control is wrong here, and why."""
    finding = call.application.triage.mark_false_positive(call.actor, finding_id, reason=because.reason)
    return FindingShown.of(finding)


@verb(router, "POST", "/findings/{finding_id}/reopen", permission=Permission.FINDING_TRIAGE, shows=FindingShown)
def reopen_finding(call: Caller, finding_id: PathName, because: Because) -> FindingShown:
    """Say that it is open after all, and why."""
    return FindingShown.of(call.application.triage.reopen(call.actor, finding_id, reason=because.reason))


@verb(router, "GET", "/waivers", permission=Permission.WAIVER_READ, shows=PageOf[WaiverShown])
def list_waivers(call: Caller, page: Paging, service: Filter = "") -> PageOf[WaiverShown]:
    """Undecided first, then the active ones by their end, then what has ended."""
    found = call.application.pages.list_waivers(call.actor, page, service=service)
    return PageOf[WaiverShown].of(found, WaiverShown)


@verb(router, "POST", "/waivers", permission=Permission.WAIVER_REQUEST, shows=WaiverShown, status=201)
def request_waiver(call: Caller, wish: WaiverWish, point: Pointer) -> WaiverShown:
    """Ask to be excused; somebody else decides."""
    waiver = call.application.waivers.request_waiver(
        call.actor,
        control=wish.control,
        environment=wish.environment,
        subject=wish.subject,
        reason=wish.reason,
        days=wish.days,
        change_id=wish.change_id,
    )
    point(f"/waivers/{waiver.id}")
    return WaiverShown.of(waiver)


@verb(router, "GET", "/waivers/{waiver_id}", permission=Permission.WAIVER_READ, shows=WaiverShown)
def show_waiver(call: Caller, waiver_id: PathName) -> WaiverShown:
    """One waiver."""
    return WaiverShown.of(call.application.pages.get_waiver(call.actor, waiver_id))


@verb(router, "POST", "/waivers/{waiver_id}/approve", permission=Permission.WAIVER_DECIDE, shows=WaiverShown)
def approve_waiver(call: Caller, waiver_id: PathName, because: MaybeBecause) -> WaiverShown:
    """Grant it from now on, for its days. An act of a person: a token is refused."""
    return WaiverShown.of(call.application.waivers.approve_waiver(call.actor, waiver_id, reason=because.reason))


@verb(router, "POST", "/waivers/{waiver_id}/deny", permission=Permission.WAIVER_DECIDE, shows=WaiverShown)
def deny_waiver(call: Caller, waiver_id: PathName, because: Because) -> WaiverShown:
    """Refuse it. An act of a person: a token is refused."""
    return WaiverShown.of(call.application.waivers.deny_waiver(call.actor, waiver_id, reason=because.reason))


@verb(router, "POST", "/waivers/{waiver_id}/revoke", permission=Permission.WAIVER_REVOKE, shows=WaiverShown)
def revoke_waiver(call: Caller, waiver_id: PathName, because: Because) -> WaiverShown:
    """End an approved one now. An act of a person: a token is refused."""
    return WaiverShown.of(call.application.waivers.revoke_waiver(call.actor, waiver_id, reason=because.reason))
