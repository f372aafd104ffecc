"""Environments: what runs where, what drifted, and what is done about it."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import ConfigDict, Field

from pavior.api.calling import Caller, PathName, Pointer, verb
from pavior.api.schemas.environments import ChangeShown
from pavior.api.schemas.form import Asked, Storable
from pavior.api.schemas.records import RunShown
from pavior.api.schemas.views import EnvironmentViewShown
from pavior.environments.model import Change
from pavior.identity.model import Permission

router = APIRouter(tags=["environments"], prefix="/environments/{service}/{stage}")


class Size(Asked):
    """Parameters that the golden path lets you set later."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"parameters": {"size": "large"}}]})

    parameters: dict[str, Any] = Field(min_length=1)


class DriftAdoption(Asked):
    """Which drift; without resources, all of it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"resources": ["aws_s3_bucket.files"]}]})

    resources: list[Annotated[str, Field(min_length=1, max_length=1_000), Storable]] = Field(
        default_factory=list, max_length=200, description="Addresses; all that drifted when left out."
    )


@verb(router, "GET", "", permission=Permission.ENVIRONMENT_READ, shows=EnvironmentViewShown)
def show_environment(call: Caller, service: PathName, stage: PathName) -> EnvironmentViewShown:
    """What was applied, how each resource stands, and what drifted."""
    return EnvironmentViewShown.of(call.application.pages.get_environment(call.actor, f"{service}/{stage}"))


@verb(router, "POST", "/check-drift", permission=Permission.ENVIRONMENT_CHECK_DRIFT, shows=RunShown, status=202)
def check_drift(call: Caller, service: PathName, stage: PathName, point: Pointer) -> RunShown:
    """Look at the live cloud now, and compare it with what was applied."""
    run = call.application.drift.check_drift(call.actor, f"{service}/{stage}")
    point(f"/runs/{run.id}")
    return RunShown.of(run)


@verb(router, "POST", "/revert-drift", permission=Permission.ENVIRONMENT_REVERT_DRIFT, shows=ChangeShown, status=202)
def revert_drift(call: Caller, service: PathName, stage: PathName, point: Pointer) -> ChangeShown:
    """Bring the live cloud back to what was applied, through a Change."""
    change = call.application.changes.revert_drift(call.actor, f"{service}/{stage}")
    return _opened(change, point)


@verb(router, "POST", "/adopt-drift", permission=Permission.ENVIRONMENT_ADOPT_DRIFT, shows=ChangeShown, status=202)
def adopt_drift(
    call: Caller, service: PathName, stage: PathName, adoption: DriftAdoption, point: Pointer
) -> ChangeShown:
    """Let the source say what is live, through a proposal and its Change."""
    change = call.application.changes.adopt_drift(call.actor, f"{service}/{stage}", adoption.resources)
    return _opened(change, point)


@verb(router, "POST", "/rebuild", permission=Permission.ENVIRONMENT_REBUILD, shows=ChangeShown, status=202)
def rebuild_environment(call: Caller, service: PathName, stage: PathName, point: Pointer) -> ChangeShown:
    """Make everything again after the sandbox forgot it, through a Change."""
    change = call.application.changes.rebuild_environment(call.actor, f"{service}/{stage}")
    return _opened(change, point)


@verb(router, "POST", "/destroy", permission=Permission.ENVIRONMENT_DESTROY, shows=ChangeShown, status=202)
def destroy_environment(call: Caller, service: PathName, stage: PathName, point: Pointer) -> ChangeShown:
    """Take everything down, through a Change whose plan deletes."""
    change = call.application.changes.destroy_environment(call.actor, f"{service}/{stage}")
    return _opened(change, point)


@verb(router, "POST", "/resize", permission=Permission.CHANGE_OPEN, shows=ChangeShown, status=202)
def resize_environment(call: Caller, service: PathName, stage: PathName, size: Size, point: Pointer) -> ChangeShown:
    """Set parameters of the golden path, through a proposal and its Change."""
    change = call.application.changes.resize(call.actor, service, stage, size.parameters)
    return _opened(change, point)


def _opened(change: Change, point: Pointer) -> ChangeShown:
    point(f"/changes/{change.id}")
    return ChangeShown.of(change)
