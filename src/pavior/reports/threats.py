"""Threats, narrowed to what their reader may see: the list, one whole, its history, and what reopened."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

import sqlalchemy as sa

from pavior.catalog import store as catalog
from pavior.catalog.model import Service
from pavior.findings import store as findings
from pavior.findings.model import Finding
from pavior.identity.model import Permission
from pavior.kernel.clock import format_instant, parse_instant
from pavior.kernel.errors import InvalidError, MissingError
from pavior.kernel.pages import Page, PageRequest
from pavior.kernel.verdicts import Severity
from pavior.reports.scopes import service_scope
from pavior.reports.sight import Sight, missing
from pavior.reports.threats_model import REOPENED_WITHIN, ThreatView
from pavior.storage.database import Transaction
from pavior.threatmodels import model_store, store
from pavior.threatmodels.diffing import flow_named
from pavior.threatmodels.indexing import ModelIndex
from pavior.threatmodels.model import ThreatCategory, ThreatModel, ThreatState
from pavior.threatmodels.standing import worst
from pavior.threatmodels.standing_model import ThreatStanding, ThreatStep
from pavior.threatmodels.tables import threat_steps

_STEPS_AT_ONCE = 10
_FINDINGS_AT_ONCE = 10

E = TypeVar("E", bound=StrEnum)


def list_threats(
    sight: Sight,
    page: PageRequest,
    *,
    service: str = "",
    environment: str = "",
    state: str = "",
    control: str = "",
    severity: str = "",
    category: str = "",
    team: str = "",
    query: str = "",
) -> Page[ThreatStanding]:
    """The worst state first, then the worst severity, then the oldest; one row a threat and environment.

    Raises:
        InvalidError: `threat-filter-unknown`.
    """
    sight.require(Permission.THREAT_READ)
    visible = sight.services(Permission.THREAT_READ)
    named = [item.name for item in visible.values() if service in ("", item.name) and team in ("", item.team)]
    return store.list_standings(
        sight.tx,
        page,
        now=sight.now,
        services=named,
        environment=environment,
        control=control,
        state=one_of(ThreatState, "state", state),
        severity=one_of(Severity, "severity", severity),
        category=one_of(ThreatCategory, "category", category),
        query=query,
    )


def read_threat(sight: Sight, service_name: str, threat: str) -> ThreatView:
    """Raises MissingError `service-missing`, `threat-missing`."""
    sight.require(Permission.THREAT_READ)
    service = find_readable_service(sight, service_name)
    standings = tuple(
        item for item in store.list_of_service(sight.tx, service.name, sight.now) if item.threat == threat
    )
    recorded = model_store.latest_model(sight.tx, service.name)
    model = None if recorded is None else recorded.model
    modelled = next((item for item in model.threats if item.id == threat), None) if model else None
    shown = modelled or next(iter(standings), None)
    if shown is None:
        raise _missing_threat(service.name, threat)
    return ThreatView(
        service=service.name,
        team=service.team,
        threat=threat,
        title=shown.title,
        category=shown.category,
        severity=shown.severity,
        library=shown.library,
        state=worst(item.state for item in standings),
        modelled=modelled,
        places=_places(model, modelled.places) if model and modelled else (),
        standings=standings,
        steps=store.list_steps(sight.tx, PageRequest(size=_STEPS_AT_ONCE), service=service.name, threat=threat).items,
        findings=_predicted(sight, service, threat),
    )


def list_history(
    sight: Sight, page: PageRequest, service_name: str, threat: str, *, environment: str = ""
) -> Page[ThreatStep]:
    """How it stood before, the latest change first. Raises MissingError `service-missing`, `threat-missing`."""
    sight.require(Permission.THREAT_READ)
    service = find_readable_service(sight, service_name)
    found = store.list_steps(sight.tx, page, service=service.name, threat=threat, environment=environment)
    if not found.total and not environment:
        # One that nobody has judged yet has no history, and is no stranger.
        read_threat(sight, service.name, threat)
    return found


def list_reopened(sight: Sight, page: PageRequest) -> Page[ThreatStep]:
    """Threats that were mitigated or accepted and became open within `REOPENED_WITHIN`, the latest first."""
    sight.require(Permission.THREAT_READ)
    services = sight.services(Permission.THREAT_READ)
    total = count_reopened(sight.tx, services, sight.now)
    later, conditions = _reopened(services, sight.now)
    statement = (
        sa.select(later)
        .where(*conditions)
        .order_by(later.c.at.desc(), later.c.environment, later.c.threat)
        .offset(page.offset)
        .limit(page.size)
    )
    items = tuple(
        ThreatStep(
            service=row["service"],
            environment=row["environment"],
            threat=row["threat"],
            state=ThreatState.OPEN,
            at=parse_instant(row["at"]),
            because=row["because"],
            commit=row["commit"],
        )
        for row in sight.tx.execute(statement).mappings()
    )
    return Page(items, total, page.offset)


def count_reopened(tx: Transaction, services: Mapping[str, Service], now: datetime) -> int:
    """How many `list_reopened` has."""
    later, conditions = _reopened(services, now)
    return int(tx.execute(sa.select(sa.func.count()).select_from(later).where(*conditions)).scalar_one())


def find_readable_service(sight: Sight, name: str) -> Service:
    """Raises MissingError `service-missing`, also when the actor may not know of it."""
    service = catalog.find_service(sight.tx, name)
    if service is None or not sight.may(Permission.THREAT_READ, service_scope(service)):
        raise missing("service", name, command="pavior service list")
    return service


def one_of(kind: type[E], name: str, word: str) -> E | None:
    """The member that is written so; None for an empty word. Raises InvalidError `threat-filter-unknown`."""
    if not word:
        return None
    if word not in tuple(kind):
        raise InvalidError(
            "threat-filter-unknown", f"{word[:40]!r} is no {name} of a threat.", fix=f"Use one of: {', '.join(kind)}."
        )
    return kind(word)


def _reopened(
    services: Mapping[str, Service], now: datetime
) -> tuple[sa.FromClause, tuple[sa.ColumnElement[bool], ...]]:
    later, before = threat_steps.alias("later"), threat_steps.alias("before")
    # What nobody knew in between does not count, as where a threat is judged.
    state_before = (
        sa.select(before.c.state)
        .where(
            before.c.service == later.c.service,
            before.c.environment == later.c.environment,
            before.c.threat == later.c.threat,
            before.c.number < later.c.number,
            before.c.state != ThreatState.NOT_EVALUATED.value,
        )
        .order_by(before.c.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    return later, (
        later.c.at > format_instant(now - REOPENED_WITHIN),
        later.c.state == ThreatState.OPEN.value,
        later.c.service.in_(sorted(services)),
        state_before.in_([ThreatState.MITIGATED.value, ThreatState.ACCEPTED.value]),
    )


def _places(model: ThreatModel, ids: tuple[str, ...]) -> tuple[str, ...]:
    """In words, as the model has them."""
    index = ModelIndex(model)
    titles = {item.id: item.title for item in model.elements}
    titles.update((item.id, flow_named(item, index).title) for item in model.flows)
    return tuple(titles.get(place, place) for place in ids)


def _predicted(sight: Sight, service: Service, threat: str) -> tuple[Finding, ...]:
    if not sight.may(Permission.FINDING_READ, service_scope(service)):
        return ()
    page = PageRequest(size=_FINDINGS_AT_ONCE)
    found = findings.list_findings(sight.tx, page, now=sight.now, services=[service.name], threat=threat)
    return found.items


def _missing_threat(service: str, threat: str) -> MissingError:
    return MissingError(
        "threat-missing",
        f"The model of {service} has no threat {threat[:80]}, and none is deployed.",
        fix=f"List what there is: pavior threat list --service {service}",
    )
