"""The catalog, and making services from golden paths. Adoption reads folders of the server: it is a command only."""

from typing import Any

from fastapi import APIRouter
from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from pavior.api.calling import Caller, Filter, Name, Paging, PathName, Pointer, verb
from pavior.api.schemas.form import Asked, PageOf
from pavior.api.schemas.records import RunShown
from pavior.api.schemas.views import GoldenPathShown, PreviewShown, ServiceSummaryShown, ServiceViewShown
from pavior.identity.model import Permission

router = APIRouter(tags=["services"])

_EXAMPLE: JsonDict = {"golden_path": "python-service", "parameters": {"name": "orders", "team": "payments"}}


class ServiceWish(Asked):
    """A golden path, and the answers to what it asks."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    golden_path: Name
    parameters: dict[str, Any] = Field(description="`name`, `team`, and the golden path's own.")


@verb(router, "GET", "/services", permission=Permission.SERVICE_READ, shows=PageOf[ServiceSummaryShown])
def list_services(call: Caller, page: Paging, query: Filter = "", team: Filter = "") -> PageOf[ServiceSummaryShown]:
    """By name. `query` matches words in name, title, description, tags and owner."""
    found = call.application.pages.list_services(call.actor, page, query=query, team=team)
    return PageOf[ServiceSummaryShown].of(found, ServiceSummaryShown)


@verb(router, "GET", "/services/{name}", permission=Permission.SERVICE_READ, shows=ServiceViewShown)
def show_service(call: Caller, name: PathName) -> ServiceViewShown:
    """One service: owner, repository, environments, proposals, findings, threat model, objectives."""
    return ServiceViewShown.of(call.application.pages.get_service(call.actor, name))


@verb(router, "POST", "/services", permission=Permission.SERVICE_CREATE, shows=RunShown, status=202)
def create_service(call: Caller, wish: ServiceWish, point: Pointer) -> RunShown:
    """Make repository, catalog entry and environments, and deploy to the first one. Follow the run to see it done.

    A name makes one service: asking again for one that exists, or is being made, is a conflict.
    """
    run = call.application.creation.create_service(call.actor, wish.golden_path, wish.parameters)
    point(f"/runs/{run.id}")
    return RunShown.of(run)


@verb(router, "POST", "/services/preview", permission=Permission.SERVICE_CREATE, shows=PreviewShown)
def preview_service(call: Caller, wish: ServiceWish) -> PreviewShown:
    """The files, plan and verdicts that a golden path would give; nothing is made."""
    preview = call.application.creation.preview_service(call.actor, wish.golden_path, wish.parameters)
    return PreviewShown.of(preview)


@verb(router, "GET", "/golden-paths", permission=Permission.SERVICE_READ, shows=list[GoldenPathShown])
def list_golden_paths(call: Caller) -> list[GoldenPathShown]:
    """All that can be chosen, by name."""
    return [GoldenPathShown.of(path) for path in call.application.creation.list_golden_paths(call.actor)]


@verb(router, "GET", "/golden-paths/{name}", permission=Permission.SERVICE_READ, shows=GoldenPathShown)
def show_golden_path(call: Caller, name: PathName) -> GoldenPathShown:
    """One golden path, with the JSON Schema of what it asks."""
    return GoldenPathShown.of(call.application.creation.get_golden_path(call.actor, name))
