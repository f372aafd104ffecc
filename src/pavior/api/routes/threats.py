"""How threats stand: the list, one of them, the fleet, and the models."""

from fastapi import APIRouter, Response

from pavior.api.calling import Caller, Filter, Paging, PathName, verb
from pavior.api.schemas.form import PageOf
from pavior.api.schemas.threats import (
    IssueShown,
    ModelRowShown,
    ModelViewShown,
    ThreatFleetShown,
    ThreatStandingShown,
    ThreatStepShown,
    ThreatViewShown,
)
from pavior.identity.model import Permission

SVG, PDF, JSON = "image/svg+xml", "application/pdf", "application/json"

router = APIRouter(tags=["threats"])


@verb(router, "GET", "/threats", permission=Permission.THREAT_READ, shows=PageOf[ThreatStandingShown])
def list_threats(
    call: Caller,
    page: Paging,
    *,
    service: Filter = "",
    environment: Filter = "",
    state: Filter = "",
    control: Filter = "",
    severity: Filter = "",
    category: Filter = "",
    team: Filter = "",
    query: Filter = "",
) -> PageOf[ThreatStandingShown]:
    """One row a threat and environment: the worst state first, then the worst severity, then the oldest.

    `environment` as orders/dev; `state` is `open`, `not-evaluated`, `accepted` or `mitigated`.
    """
    found = call.application.threats.list_threats(
        call.actor,
        page,
        service=service,
        environment=environment,
        state=state,
        control=control,
        severity=severity,
        category=category,
        team=team,
        query=query,
    )
    return PageOf[ThreatStandingShown].of(found, ThreatStandingShown)


@verb(router, "GET", "/threats/fleet", permission=Permission.THREAT_READ, shows=ThreatFleetShown)
def show_fleet(call: Caller) -> ThreatFleetShown:
    """Over all services: how threats and models stand, and which control would close how many threats."""
    return ThreatFleetShown.of(call.application.threats.show_fleet(call.actor))


@verb(router, "GET", "/threats/models", permission=Permission.THREAT_READ, shows=PageOf[ModelRowShown])
def list_models(call: Caller, page: Paging, standing: Filter = "", team: Filter = "") -> PageOf[ModelRowShown]:
    """The threat model of each service, what asks for somebody first.

    `standing` is `missing`, `unreadable`, `inferred`, `unsigned`, `stale` or `signed-off`.
    """
    found = call.application.threats.list_models(call.actor, page, standing=standing, team=team)
    return PageOf[ModelRowShown].of(found, ModelRowShown)


@verb(router, "GET", "/threats/reopened", permission=Permission.THREAT_READ, shows=PageOf[ThreatStepShown])
def list_reopened(call: Caller, page: Paging) -> PageOf[ThreatStepShown]:
    """What was mitigated or accepted and became open within 30 days, the latest first."""
    found = call.application.threats.list_reopened(call.actor, page)
    return PageOf[ThreatStepShown].of(found, ThreatStepShown)


@verb(router, "GET", "/services/{name}/threat-model", permission=Permission.THREAT_READ, shows=ModelViewShown)
def show_threat_model(call: Caller, name: PathName) -> ModelViewShown:
    """The threat model of main, and how it stands."""
    return ModelViewShown.of(call.application.threats.get_model(call.actor, name))


@verb(
    router,
    "GET",
    "/services/{name}/threat-model/picture.svg",
    permission=Permission.THREAT_READ,
    shows=None,
    media_types=(SVG,),
)
def draw_threat_model(call: Caller, name: PathName) -> Response:
    """Its data-flow diagram, with how threats stand and what changed since it was signed off."""
    return Response(call.application.pages.draw_threats(call.actor, name), media_type=SVG)


@verb(
    router,
    "GET",
    "/services/{name}/threat-model/paper.pdf",
    permission=Permission.THREAT_READ,
    shows=None,
    media_types=(PDF,),
)
def print_threat_model(call: Caller, name: PathName) -> Response:
    """The model for a meeting: picture, threats by rank with evidence, assumptions, and what is only inferred."""
    return Response(call.application.pages.print_threats(call.actor, name), media_type=PDF)


@verb(
    router,
    "GET",
    "/services/{name}/threat-model/otm.json",
    permission=Permission.THREAT_READ,
    shows=None,
    media_types=(JSON,),
)
def export_threat_model(call: Caller, name: PathName) -> Response:
    """The model as an Open Threat Model 0.2.0; `pavior threat import` makes the same of it again."""
    return Response(call.application.pages.export_threats(call.actor, name), media_type=JSON)


@verb(router, "GET", "/services/{name}/threats/{threat}", permission=Permission.THREAT_READ, shows=ThreatViewShown)
def show_threat(call: Caller, name: PathName, threat: PathName) -> ThreatViewShown:
    """One threat: what it is, what stops it, and how it stands in each environment."""
    return ThreatViewShown.of(call.application.threats.get_threat(call.actor, name, threat))


@verb(
    router,
    "GET",
    "/services/{name}/threats/{threat}/history",
    permission=Permission.THREAT_READ,
    shows=PageOf[ThreatStepShown],
)
def list_threat_history(
    call: Caller, name: PathName, threat: PathName, page: Paging, environment: Filter = ""
) -> PageOf[ThreatStepShown]:
    """How it stood before, the latest change first."""
    found = call.application.threats.list_history(call.actor, page, name, threat, environment=environment)
    return PageOf[ThreatStepShown].of(found, ThreatStepShown)


@verb(router, "GET", "/metrics/issues", permission=Permission.THREAT_READ, shows=PageOf[IssueShown])
def list_issues(
    call: Caller,
    page: Paging,
    *,
    phase: Filter = "",
    foresight: Filter = "",
    control: Filter = "",
    service: Filter = "",
) -> PageOf[IssueShown]:
    """The rows behind the numbers of issues, the latest first.

    `phase` is `design`, `code`, `plan` or `live`; `foresight` is `predicted`, `unmodelled` or `no-model`.
    """
    found = call.application.threats.list_issues(
        call.actor, page, phase=phase, foresight=foresight, control=control, service=service
    )
    return PageOf[IssueShown].of(found, IssueShown)
