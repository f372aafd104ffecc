"""Overrides: letting one Decision through once, and looking at that afterwards."""

from fastapi import APIRouter
from pydantic import ConfigDict, Field

from pavior.api.calling import Caller, Filter, Name, Paging, PathName, Pointer, Reason, verb
from pavior.api.schemas.form import Asked, PageOf
from pavior.api.schemas.overrides import OverrideShown
from pavior.identity.model import Permission
from pavior.overrides.model import DEFAULT_HOURS

router = APIRouter()


class OverrideWish(Asked):
    """Which class of reasons, and why in a sentence."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"reason_class": "incident", "reason": "Checkout is down; this puts the old rule back.", "hours": 4}
            ]
        }
    )

    reason_class: Name
    reason: Reason
    hours: int = Field(default=DEFAULT_HOURS, description="1 to 24, from its approval on.")


class OverrideReason(Asked):
    """Why."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "The incident is over."}]})

    reason: Reason


class OverrideApproval(Asked):
    """Why, if that is to be said."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "Orders are lost by the minute."}]})

    reason: Reason = ""


class OverrideReview(Asked):
    """What was found, and why."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"outcome": "justified", "reason": "Orders were lost by the minute."}]}
    )

    outcome: Name
    reason: Reason


@verb(router, "GET", "/overrides", permission=Permission.OVERRIDE_READ, shows=PageOf[OverrideShown])
def list_overrides(
    call: Caller, page: Paging, *, control: Filter = "", state: Filter = "", to_review: bool = False
) -> PageOf[OverrideShown]:
    """What waits for an answer first, then for a review. `state` is `requested`, `approved`, `rejected` and so on."""
    found = call.application.pages.list_overrides(
        call.actor, page, control=control, state=state, is_to_review=to_review
    )
    return PageOf[OverrideShown].of(found, OverrideShown)


@verb(
    router,
    "POST",
    "/changes/{change_id}/overrides",
    permission=Permission.OVERRIDE_REQUEST,
    shows=OverrideShown,
    status=201,
)
def request_override(call: Caller, change_id: PathName, wish: OverrideWish, point: Pointer) -> OverrideShown:
    """Ask that the latest plan of a blocked Change be let through once; somebody else decides."""
    override = call.application.overrides.request_override(
        call.actor, change_id, reason_class=wish.reason_class, reason=wish.reason, hours=wish.hours
    )
    point(f"/overrides/{override.id}")
    return OverrideShown.of(override)


@verb(router, "GET", "/overrides/{override_id}", permission=Permission.OVERRIDE_READ, shows=OverrideShown)
def show_override(call: Caller, override_id: PathName) -> OverrideShown:
    """One override."""
    return OverrideShown.of(call.application.pages.get_override(call.actor, override_id).override)


@verb(router, "POST", "/overrides/{override_id}/approve", permission=Permission.OVERRIDE_DECIDE, shows=OverrideShown)
def approve_override(call: Caller, override_id: PathName, because: OverrideApproval) -> OverrideShown:
    """Let exactly that plan through for its hours. An act of a person: a token is refused."""
    found = call.application.overrides.approve_override(call.actor, override_id, reason=because.reason)
    return OverrideShown.of(found)


@verb(router, "POST", "/overrides/{override_id}/reject", permission=Permission.OVERRIDE_DECIDE, shows=OverrideShown)
def reject_override(call: Caller, override_id: PathName, because: OverrideReason) -> OverrideShown:
    """Refuse it. An act of a person: a token is refused."""
    found = call.application.overrides.reject_override(call.actor, override_id, reason=because.reason)
    return OverrideShown.of(found)


@verb(router, "POST", "/overrides/{override_id}/revoke", permission=Permission.OVERRIDE_REVOKE, shows=OverrideShown)
def revoke_override(call: Caller, override_id: PathName, because: OverrideReason) -> OverrideShown:
    """End it now, or withdraw the request. An act of a person: a token is refused."""
    found = call.application.overrides.revoke_override(call.actor, override_id, reason=because.reason)
    return OverrideShown.of(found)


@verb(router, "POST", "/overrides/{override_id}/review", permission=Permission.OVERRIDE_REVIEW, shows=OverrideShown)
def review_override(call: Caller, override_id: PathName, review: OverrideReview) -> OverrideShown:
    """Say afterwards whether it was right: `justified`, `not-justified` or `control-is-wrong`; a token is refused."""
    found = call.application.overrides.review_override(
        call.actor, override_id, outcome=review.outcome, reason=review.reason
    )
    return OverrideShown.of(found)
