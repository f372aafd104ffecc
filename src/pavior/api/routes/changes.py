"""Changes: everything that reaches an environment goes through one."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from pavior.api.calling import Caller, Filter, Name, Paging, PathName, Pointer, Reason, verb
from pavior.api.schemas.controls import DecisionShown
from pavior.api.schemas.environments import ChangeShown
from pavior.api.schemas.form import Asked, PageOf
from pavior.api.schemas.recomputed import RecomputedViewShown
from pavior.api.schemas.views import ChangeViewShown
from pavior.identity.model import Permission
from pavior.kernel.clock import parse_instant

router = APIRouter(tags=["changes"])

# What a column of numbers holds.
MOST_PLANS = 2**31 - 1

_OPEN_EXAMPLE: JsonDict = {"environment": "orders/dev", "branch": "bigger-queue"}
_PROMOTE_EXAMPLE: JsonDict = {"environment": "orders/prod", "commit": "4f1c2b7a9d0e3f5a6b8c1d2e3f4a5b6c7d8e9f00"}
_ANSWER_EXAMPLE: JsonDict = {"plan_digest": "9a" * 32, "reason": "Seen together."}


class ChangeWish(Asked):
    """A branch, or a commit of main, for an environment."""

    model_config = ConfigDict(json_schema_extra={"examples": [_OPEN_EXAMPLE, _PROMOTE_EXAMPLE]})

    environment: Name
    branch: Annotated[str, Field(max_length=200)] = Field(default="", description="The proposal to deploy.")
    commit: Annotated[str, Field(max_length=64)] = Field(default="", description="A commit of main to promote.")
    title: Annotated[str, Field(max_length=200)] = Field(default="", description="The proposal's when left out.")
    variables: dict[str, str] = Field(default={}, description="Run variables.")
    sensitive_variables: dict[str, str] = Field(
        default={}, description="Secret run variables: sealed, masked everywhere, and never told again.", repr=False
    )


class PlanAnswer(Asked):
    """Yes or no to exactly one plan."""

    model_config = ConfigDict(json_schema_extra={"examples": [_ANSWER_EXAMPLE]})

    plan_digest: Name = Field(description="Of the plan that was looked at.")
    reason: Reason = ""


@verb(router, "GET", "/changes", permission=Permission.CHANGE_READ, shows=PageOf[ChangeShown])
def list_changes(
    call: Caller,
    page: Paging,
    service: Filter = "",
    environment: Filter = "",
    is_open: Annotated[bool | None, Query(alias="open", description="Only open, or only ended ones.")] = None,
) -> PageOf[ChangeShown]:
    """Newest first. `environment` is a stage such as `dev`."""
    found = call.application.pages.list_changes(
        call.actor, page, service=service, environment=environment, is_open=is_open
    )
    return PageOf[ChangeShown].of(found, ChangeShown)


@verb(router, "POST", "/changes", permission=Permission.CHANGE_OPEN, shows=ChangeShown, status=202)
def open_change(call: Caller, wish: ChangeWish, point: Pointer) -> ChangeShown:
    """Ask that a branch, or a commit of main, be brought to an environment; its plan and decision follow."""
    change = call.application.changes.open_change(
        call.actor,
        wish.environment,
        branch=wish.branch,
        commit=wish.commit,
        title=wish.title,
        variables=wish.variables,
        sensitive_variables=wish.sensitive_variables,
    )
    point(f"/changes/{change.id}")
    return ChangeShown.of(change)


@verb(router, "GET", "/changes/{change_id}", permission=Permission.CHANGE_READ, shows=ChangeViewShown)
def show_change(call: Caller, change_id: PathName) -> ChangeViewShown:
    """One Change: plan, decision, denials with their fixes, approvals, runs."""
    return ChangeViewShown.of(call.application.pages.get_change(call.actor, change_id))


@verb(router, "GET", "/changes/{change_id}/decision", permission=Permission.CHANGE_READ, shows=DecisionShown)
def ask_gate(
    call: Caller,
    change_id: PathName,
    at: Annotated[str, Query(max_length=40, description="An instant with its zone; now when left out.")] = "",
) -> DecisionShown:
    """What the gate says of the latest plan at an instant, with the waivers of that instant; nothing is stored."""
    instant = parse_instant(at) if at else call.application.clock.now()
    return DecisionShown.of(call.application.changes.ask_gate(call.actor, change_id, instant))


@verb(
    router,
    "GET",
    "/changes/{change_id}/plans/{number}/recomputed",
    permission=Permission.CHANGE_READ,
    shows=RecomputedViewShown,
)
def recompute_decision(
    call: Caller, change_id: PathName, number: Annotated[int, Path(ge=1, le=MOST_PLANS, description="Of the plan.")]
) -> RecomputedViewShown:
    """The Decision about one plan made again from what is stored, and compared; nothing is stored."""
    return RecomputedViewShown.of(call.application.pages.recompute_decision(call.actor, change_id, number))


@verb(router, "POST", "/changes/{change_id}/plan", permission=Permission.CHANGE_OPEN, shows=ChangeShown, status=202)
def plan_again(call: Caller, change_id: PathName) -> ChangeShown:
    """Plan and decide the same commit again, for example after a waiver was approved."""
    return ChangeShown.of(call.application.changes.plan_again(call.actor, change_id))


@verb(router, "POST", "/changes/{change_id}/approve", permission=Permission.CHANGE_APPROVE, shows=ChangeShown)
def approve_change(call: Caller, change_id: PathName, answer: PlanAnswer) -> ChangeShown:
    """Approve exactly one plan; with enough approvals it is applied. An act of a person: a token is refused."""
    change = call.application.changes.approve_change(call.actor, change_id, answer.plan_digest, reason=answer.reason)
    return ChangeShown.of(change)


@verb(router, "POST", "/changes/{change_id}/reject", permission=Permission.CHANGE_APPROVE, shows=ChangeShown)
def reject_change(call: Caller, change_id: PathName, answer: PlanAnswer) -> ChangeShown:
    """Say no to a plan; the Change ends. An act of a person: a token is refused."""
    change = call.application.changes.reject_change(call.actor, change_id, answer.plan_digest, reason=answer.reason)
    return ChangeShown.of(change)


@verb(router, "POST", "/changes/{change_id}/cancel", permission=Permission.CHANGE_CANCEL, shows=ChangeShown)
def cancel_change(call: Caller, change_id: PathName) -> ChangeShown:
    """Withdraw a Change; during an apply it stops after the resource it is at."""
    return ChangeShown.of(call.application.changes.cancel_change(call.actor, change_id))
