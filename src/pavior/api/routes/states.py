"""Terraform's states that are kept here: their versions, and the lock. The programs themselves use `state_backend`."""

from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import ConfigDict, Field

from pavior.api.calling import Caller, PathName, Reason, verb
from pavior.api.schemas.environments import StateHistoryShown
from pavior.api.schemas.form import Asked
from pavior.identity.model import Permission

_LARGEST_NUMBER = 2**31 - 1
Number = Annotated[int, Path(ge=1, le=_LARGEST_NUMBER)]

router = APIRouter(tags=["states"], prefix="/environments/{service}/{stage}/state")


class StateRestore(Asked):
    """Which version."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"number": 3}]})

    number: int = Field(ge=1, le=_LARGEST_NUMBER)


class StateUnlock(Asked):
    """Why a lock is taken away from its holder."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "The runner that held it is gone."}]})

    reason: Reason


@verb(router, "GET", "", permission=Permission.STATE_READ, shows=StateHistoryShown)
def show_state_history(call: Caller, service: PathName, stage: PathName) -> StateHistoryShown:
    """Versions of Terraform's state that is kept here, newest first, and who holds its lock."""
    return StateHistoryShown.of(call.application.states.history(call.actor, f"{service}/{stage}"))


@verb(
    router,
    "GET",
    "/{number}",
    permission=Permission.STATE_READ,
    shows=None,
    media_types=["application/json"],
)
def read_state_version(call: Caller, service: PathName, stage: PathName, number: Number) -> Response:
    """One version of the state, as Terraform wrote it, with its secrets in clear. That it was read is recorded."""
    body = call.application.states.read_version(call.actor, f"{service}/{stage}", number)
    return Response(body, media_type="application/json")


@verb(router, "POST", "/restore", permission=Permission.STATE_WRITE, shows=StateHistoryShown)
def restore_state(call: Caller, service: PathName, stage: PathName, wish: StateRestore) -> StateHistoryShown:
    """Let an older state be the newest again, under the next serial; nothing in the cloud is changed."""
    found = call.application.states.restore(call.actor, f"{service}/{stage}", wish.number)
    return StateHistoryShown.of(found)


@verb(router, "POST", "/unlock", permission=Permission.STATE_UNLOCK, shows=StateHistoryShown)
def unlock_state(call: Caller, service: PathName, stage: PathName, wish: StateUnlock) -> StateHistoryShown:
    """Take the lock away from whoever holds it; what they write afterwards is refused."""
    found = call.application.states.force_unlock(call.actor, f"{service}/{stage}", reason=wish.reason)
    return StateHistoryShown.of(found)
