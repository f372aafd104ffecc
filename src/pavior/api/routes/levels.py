"""How hard controls are enforced where, and what changes that."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import AwareDatetime, ConfigDict, Field
from pydantic.config import JsonDict

from pavior.api.calling import Caller, Filter, PathName, Pointer, Reason, verb
from pavior.api.routes.queue import Because, MaybeBecause
from pavior.api.schemas.form import Asked, Storable
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


class LevelWish(Asked):
    """Another level of a control, somewhere, from some moment on."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    level: Level
    is_new_only: bool = Field(default=False, description="With block: what is there before is only warned of.")
    environment: _Place = Field(default="", description="A stage, one environment, or empty for all.")
    team: _Place = Field(default="", description="Only what this team owns; empty for all.")
    wanted_from: AwareDatetime | None = Field(default=None, description="Not before now; null for the approval.")
    reason: Reason


@verb(router, "GET", "/controls/{control_id}/levels", permission=Permission.CONTROL_READ, shows=LevelViewShown)
def show_levels(call: Caller, control_id: PathName) -> LevelViewShown:
    """Where it is enforced how hard, since when, what is to come, and every change of it."""
    return LevelViewShown.of(call.application.pages.get_levels(call.actor, control_id))


@verb(router, "GET", "/controls/{control_id}/replay", permission=Permission.CONTROL_READ, shows=ReplayViewShown)
def replay_control(
    call: Caller,
    control_id: PathName,
    *,
    level: Level,
    is_new_only: bool = False,
    environment: Filter = "",
    team: Filter = "",
) -> ReplayViewShown:
    """Who would be stopped at that level, over stored plans and what was last seen; nothing is changed."""
    found = call.application.pages.replay_control(
        call.actor, control_id, level=level, environment=environment, team=team, is_new_only=is_new_only
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


@verb(
    router,
    "POST",
    "/level-changes/{change_id}/approve",
    permission=Permission.CONTROL_DECIDE_LEVEL,
    shows=LevelChangeShown,
)
def approve_level(call: Caller, change_id: PathName, because: MaybeBecause) -> LevelChangeShown:
    """Let it start when it was asked for, and never before now. An act of a person: a token is refused."""
    return LevelChangeShown.of(call.application.levels.approve_level(call.actor, change_id, reason=because.reason))


@verb(
    router,
    "POST",
    "/level-changes/{change_id}/reject",
    permission=Permission.CONTROL_SET_LEVEL,
    shows=LevelChangeShown,
)
def reject_level(call: Caller, change_id: PathName, because: Because) -> LevelChangeShown:
    """Refuse it, or take back your own. An act of a person: a token is refused."""
    return LevelChangeShown.of(call.application.levels.reject_level(call.actor, change_id, reason=because.reason))
