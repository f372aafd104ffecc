"""Disputes: saying that a control is wrong about one thing, and answering that."""

from fastapi import APIRouter
from pydantic import ConfigDict

from pavior.api.calling import Caller, Filter, Name, Paging, PathName, Reason, verb
from pavior.api.schemas.disputes import DisputeShown
from pavior.api.schemas.form import Asked, PageOf
from pavior.identity.model import Permission

router = APIRouter()


class DisputeWish(Asked):
    """What the control is wrong about, and why."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "environment": "orders/dev",
                    "subject": "aws_s3_bucket.files",
                    "reason": "It holds only caches, which are made anew.",
                }
            ]
        }
    )

    environment: Name
    subject: Name
    reason: Reason


class DisputeAnswer(Asked):
    """Whether the rule was at fault, and why."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"is_upheld": True, "reason": "Price lists are public; the rule will know."}]}
    )

    is_upheld: bool
    reason: Reason


@verb(router, "GET", "/disputes", permission=Permission.CONTROL_READ, shows=PageOf[DisputeShown])
def list_disputes(call: Caller, page: Paging, *, control: Filter = "", state: Filter = "") -> PageOf[DisputeShown]:
    """Open ones first, oldest first; then the others, latest first. `state` is `open`, `upheld` or `rejected`."""
    found = call.application.pages.list_disputes(call.actor, page, control=control, state=state)
    return PageOf[DisputeShown].of(found, DisputeShown)


@verb(
    router,
    "POST",
    "/controls/{control_id}/disputes",
    permission=Permission.CONTROL_DISPUTE,
    shows=DisputeShown,
    status=201,
)
def dispute_control(call: Caller, control_id: PathName, wish: DisputeWish) -> DisputeShown:
    """Say that a control is wrong about one thing that it does not pass. Nothing is excused by that."""
    dispute = call.application.disputes.dispute(
        call.actor, control=control_id, environment=wish.environment, subject=wish.subject, reason=wish.reason
    )
    return DisputeShown.of(dispute)


@verb(
    router,
    "POST",
    "/disputes/{dispute_id}/answer",
    permission=Permission.CONTROL_ANSWER_DISPUTE,
    shows=DisputeShown,
)
def answer_dispute(call: Caller, dispute_id: PathName, answer: DisputeAnswer) -> DisputeShown:
    """Say whether the rule was at fault, and why. An act of a person: a token is refused."""
    dispute = call.application.disputes.answer(call.actor, dispute_id, is_upheld=answer.is_upheld, reason=answer.reason)
    return DisputeShown.of(dispute)
