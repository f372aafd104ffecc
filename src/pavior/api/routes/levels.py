"""How hard controls are enforced where, and what changes that."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, ConfigDict, Field
from pydantic.config import JsonDict

from pavior.api.calling import Caller, Filter, Paging, PathName, Pointer, Reason, verb
from pavior.api.routes.queue import Because, MaybeBecause
from pavior.api.schemas.form import Asked, PageOf, Storable
from pavior.api.schemas.levels import LevelChangeShown, LevelViewShown, ReplayViewShown
from pavior.identity.model import Permission
from pavior.policy.model import Level

router = APIRouter()

_EXAMPLE: JsonDict = {
    "level": "block",
    "is_new_only": True,
    "environment": "prod",
    "wanted_from": "2027-01-01T00:00:00Z",
    "reason": "Announced in November.",
}
_Place = Annotated[str, Field(max_length=200), Storable]
_Values = Annotated[
    list[Annotated[str, Field(max_length=4_000), Storable]],
    Query(max_length=50, description="`NAME=VALUE`, of a list `NAME=a,b`: as if it stood in `pavior.yaml`."),
]


class LevelWish(Asked):
    """Another level of a control, somewhere, from some moment on."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    level: Level
    is_new_only: bool = Field(default=False, description="With block: what is there before is only warned of.")
    environment: _Place = Field(default="", description="A stage, one environment, or empty for all.")
    team: _Place = Field(default="", description="Only what this team owns; empty for all.")
    wanted_from: AwareDatetime | None = Field(default=None, description="Not before now; null for the approval.")
    reason: Reason


class LevelAnswer(Asked):
    """An approval of one plan; its digest is empty only for what was proposed before plans were kept."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"plan_digest": "0" * 64, "reason": "Seen together."}]})

    plan_digest: str = Field(default="", pattern="^[0-9a-f]{0,64}$", description="Of the plan that was looked at.")
    reason: Reason = ""


@verb(router, "GET", "/controls/{control_id}/levels", permission=Permission.CONTROL_READ, shows=LevelViewShown)
def show_levels(call: Caller, control_id: PathName) -> LevelViewShown:
    """Where it is enforced how hard, since when, what is to come, and every change of it."""
    return LevelViewShown.of(call.application.pages.get_levels(call.actor, control_id))


@verb(router, "GET", "/controls/{control_id}/replay", permission=Permission.CONTROL_READ, shows=ReplayViewShown)
def replay_control(
    call: Caller,
    control_id: PathName,
    *,
    level: Level | None = None,
    is_new_only: bool = False,
    environment: Filter = "",
    team: Filter = "",
    parameter: _Values = [],  # noqa: B006 - what the framework wants; nobody changes it
) -> ReplayViewShown:
    """Who would be stopped with that level or those values, over what is stored; nothing is changed.

    An edited rule is tried at the command line alone: rules are programs, and none is taken from elsewhere.
    """
    found = call.application.pages.replay_control(
        call.actor,
        control_id,
        level=level,
        environment=environment,
        team=team,
        is_new_only=is_new_only,
        parameters={name: value for name, _, value in (item.partition("=") for item in parameter)},
    )
    return ReplayViewShown.of(found)


@verb(
    router,
    "POST",
    "/controls/{control_id}/levels",
    permission=Permission.CONTROL_SET_LEVEL,
    shows=LevelChangeShown,
    status=201,
)
def propose_level(call: Caller, control_id: PathName, wish: LevelWish, point: Pointer) -> LevelChangeShown:
    """Propose another level, with what is known now; somebody else decides. An act of a person: a token is refused."""
    proposed = call.application.levels.propose_level(
        call.actor,
        control=control_id,
        level=wish.level,
        is_new_only=wish.is_new_only,
        environment=wish.environment,
        team=wish.team,
        wanted_from=wish.wanted_from,
        reason=wish.reason,
    )
    point(f"/controls/{control_id}/levels")
    return LevelChangeShown.of(proposed)


@verb(router, "GET", "/level-changes", permission=Permission.CONTROL_READ, shows=PageOf[LevelChangeShown])
def list_level_changes(
    call: Caller,
    page: Paging,
    is_open: Annotated[bool | None, Query(alias="open", description="Only open, or only decided ones.")] = None,
) -> PageOf[LevelChangeShown]:
    """Changes of level of all controls, newest first, each with its latest plan."""
    found = call.application.pages.list_level_changes(call.actor, page, is_open=is_open)
    return PageOf[LevelChangeShown].of(found, LevelChangeShown)


@verb(router, "GET", "/level-changes/{change_id}", permission=Permission.CONTROL_READ, shows=LevelChangeShown)
def show_level_change(call: Caller, change_id: PathName) -> LevelChangeShown:
    """One change of level, with its latest plan and who approved that."""
    return LevelChangeShown.of(call.application.pages.get_level_change(call.actor, change_id))


@verb(
    router, "POST", "/level-changes/{change_id}/plan", permission=Permission.CONTROL_SET_LEVEL, shows=LevelChangeShown
)
def plan_level_again(call: Caller, change_id: PathName) -> LevelChangeShown:
    """Plan it again, as the fleet is now. An act of a person: a token is refused."""
    return LevelChangeShown.of(call.application.levels.plan_level_again(call.actor, change_id))


@verb(
    router,
    "POST",
    "/level-changes/{change_id}/approve",
    permission=Permission.CONTROL_DECIDE_LEVEL,
    shows=LevelChangeShown,
)
def approve_level(call: Caller, change_id: PathName, answer: LevelAnswer) -> LevelChangeShown:
    """Approve exactly that plan; with enough approvals it starts when it was asked for, and never before now.

    An act of a person: a token is refused.
    """
    return LevelChangeShown.of(
        call.application.levels.approve_level(
            call.actor, change_id, plan_digest=answer.plan_digest, reason=answer.reason
        )
    )


@verb(
    router,
    "POST",
    "/level-changes/{change_id}/revert",
    permission=Permission.CONTROL_SET_LEVEL,
    shows=LevelChangeShown,
    status=201,
)
def revert_level(call: Caller, change_id: PathName, because: MaybeBecause, point: Pointer) -> LevelChangeShown:
    """Propose that what held before it holds again; somebody else decides. An act of a person: a token is refused."""
    proposed = call.application.levels.revert_level(call.actor, change_id, reason=because.reason)
    point(f"/level-changes/{proposed.id}")
    return LevelChangeShown.of(proposed)


@verb(
    router,
    "POST",
    "/level-changes/{change_id}/reject",
    permission=Permission.CONTROL_SET_LEVEL,
    shows=LevelChangeShown,
)
def reject_level(call: Caller, change_id: PathName, because: Because) -> LevelChangeShown:
    """Refuse it, or withdraw your own. An act of a person: a token is refused."""
    return LevelChangeShown.of(call.application.levels.reject_level(call.actor, change_id, reason=because.reason))
