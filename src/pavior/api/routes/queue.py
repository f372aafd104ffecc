"""Findings, and the waivers that excuse them."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from pavior.api.calling import Caller, Filter, Name, Paging, PathName, Pointer, Reason, verb
from pavior.api.schemas.controls import WaiverShown
from pavior.api.schemas.form import Asked, PageOf, Storable
from pavior.api.schemas.records import FindingShown
from pavior.api.schemas.waivers import MatchesShown, WaiverHistoryShown
from pavior.identity.model import Permission
from pavior.policy.waiver_model import WaiverWish

router = APIRouter()

# Longer than any severity allows: the service says how long it may be.
_LONGEST_DAYS = 10_000
_LONGEST_TEXT = 1_000
_WAIVER_EXAMPLE: JsonDict = {
    "control": "object-storage-versioned",
    "environment": "orders/dev",
    "subject": "aws_s3_bucket.data",
    "days": 7,
    "may_match_nothing": True,
    "reason": "It holds only caches.",
}


LongText = Annotated[str, Field(max_length=_LONGEST_TEXT), Storable]
LongFilter = Annotated[str, Query(max_length=_LONGEST_TEXT), Storable]
Needed = Annotated[str, Query(min_length=1, max_length=200), Storable]


class Because(Asked):
    """Why."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "The bucket is empty."}]})

    reason: Reason


class MaybeBecause(Asked):
    """Why, if there is something to say."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "Until the migration is done."}]})

    reason: Reason = ""


class WaiverAsked(Asked):
    """An excuse for one control in one place, until an end."""

    model_config = ConfigDict(json_schema_extra={"examples": [_WAIVER_EXAMPLE]})

    control: Name
    environment: Name = Field(description="As orders/dev; an admin also decides about orders/* and about *.")
    subject: LongText = Field(default="", description="Address of one resource.")
    path: LongText = Field(default="", description="Glob over the source files that it is about.")
    is_whole: bool = Field(
        default=False, description="That neither is given on purpose: every resource there is to be excused."
    )
    days: int = Field(ge=1, le=_LONGEST_DAYS, description="From the approval; the control's severity caps it.")
    reason: Reason
    change_id: Annotated[str, Field(max_length=40), Storable] = Field(
        default="", description="The Change that it is to let through."
    )
    measures: LongText = Field(default="", description="What is done meanwhile.")
    evidence: LongText = Field(default="", description="Text or a link that shows it.")
    may_match_nothing: bool = Field(default=False, description="Ask although it would excuse nothing today.")


class Renewal(Asked):
    """The same once more."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "The CDN is late.", "days": 7}]})

    reason: Reason
    days: int = Field(ge=1, le=_LONGEST_DAYS, description="From the approval; the control's severity caps it.")
    measures: LongText = Field(default="", description="As before when left out.")
    evidence: LongText = Field(default="", description="As before when left out.")
    may_match_nothing: bool = Field(default=False, description="Ask although it would excuse nothing today.")


class Transfer(Asked):
    """Who answers for it from now on."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"team": "shipping", "reason": "Payments ends."}]})

    team: Name
    reason: Reason


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
def request_waiver(call: Caller, asked: WaiverAsked, point: Pointer) -> WaiverShown:
    """Ask to be excused; somebody else decides."""
    waiver = call.application.waivers.request_waiver(call.actor, WaiverWish(**asked.model_dump()))
    point(f"/waivers/{waiver.id}")
    return WaiverShown.of(waiver)


@verb(router, "GET", "/waivers/preview", permission=Permission.WAIVER_REQUEST, shows=MatchesShown)
def preview_waiver(
    call: Caller, control: Needed, environment: Needed, subject: LongFilter = "", path: LongFilter = ""
) -> MatchesShown:
    """What such a waiver would excuse today; nothing is asked."""
    found = call.application.waivers.preview_waiver(
        call.actor, control=control, environment=environment, subject=subject, path=path
    )
    return MatchesShown.of(found)


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


@verb(router, "GET", "/waivers/{waiver_id}/history", permission=Permission.WAIVER_READ, shows=WaiverHistoryShown)
def show_waiver_history(call: Caller, waiver_id: PathName) -> WaiverHistoryShown:
    """All that happened to it and was asked before, and what it reaches today."""
    return WaiverHistoryShown.of(call.application.pages.get_waiver_view(call.actor, waiver_id))


@verb(
    router,
    "POST",
    "/waivers/{waiver_id}/renew",
    permission=Permission.WAIVER_REQUEST,
    shows=WaiverShown,
    status=201,
)
def renew_waiver(call: Caller, waiver_id: PathName, renewal: Renewal, point: Pointer) -> WaiverShown:
    """Ask for the same once more; somebody else decides anew."""
    waiver = call.application.waivers.renew_waiver(call.actor, waiver_id, **renewal.model_dump())
    point(f"/waivers/{waiver.id}")
    return WaiverShown.of(waiver)


@verb(router, "POST", "/waivers/{waiver_id}/transfer", permission=Permission.WAIVER_TRANSFER, shows=WaiverShown)
def transfer_waiver(call: Caller, waiver_id: PathName, transfer: Transfer) -> WaiverShown:
    """Let another team answer for it. An act of a person: a token is refused."""
    waiver = call.application.waivers.transfer_waiver(call.actor, waiver_id, team=transfer.team, reason=transfer.reason)
    return WaiverShown.of(waiver)
