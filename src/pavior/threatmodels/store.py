"""Rows of how threats stand and stood. What is read is as it stands at the moment of asking."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from pavior.kernel.clock import format_if_any, format_instant, parse_if_any, parse_instant
from pavior.kernel.pages import Page, PageRequest
from pavior.kernel.verdicts import Severity
from pavior.policy.reaching import service_of
from pavior.storage.database import Transaction
from pavior.storage.searching import matching
from pavior.threatmodels.model import ThreatCategory, ThreatState
from pavior.threatmodels.standing_model import (
    Evidence,
    ThreatStanding,
    ThreatStep,
)
from pavior.threatmodels.tables import (
    threat_controls,
    threat_standings,
    threat_steps,
)

# Of a threat that a model no longer has, or of a place where nothing is deployed any more.
_GONE = "gone"
_STATES = tuple(ThreatState)
# SQLite takes 32,766 variables in one statement; older ones 999.
_IDS_AT_ONCE = 500


def write_standings(tx: Transaction, environment: str, standings: Sequence[ThreatStanding]) -> None:
    """Let these be all that stand in `orders/dev`. What stands as it did is not written again."""
    known = {item.threat: item for item in list_in_environment(tx, environment)}
    changed = [item for item in standings if known.get(item.threat) != item]
    kept = {item.threat for item in standings} - {item.threat for item in changed}
    replaced = sorted(set(known) - kept)
    for table in (threat_standings, threat_controls):
        of_environment = table.c.environment == environment
        for start in range(0, len(replaced), _IDS_AT_ONCE):
            some = replaced[start : start + _IDS_AT_ONCE]
            tx.execute(table.delete().where(of_environment, table.c.threat.in_(some)))
    if changed:
        tx.execute(threat_standings.insert(), [_row(item) for item in changed])
    controls = [
        {"service": item.service, "environment": item.environment, "threat": item.threat, "control": control}
        for item in changed
        for control in dict.fromkeys(item.controls)
    ]
    if controls:
        tx.execute(threat_controls.insert(), controls)


def append_steps(tx: Transaction, environment: str, steps: Iterable[ThreatStep]) -> None:
    """Add to the history of threats in `orders/dev`, in this order."""
    last = sa.select(threat_steps.c.service, threat_steps.c.threat, sa.func.max(threat_steps.c.number)).where(
        threat_steps.c.environment == environment
    )
    rows = list(steps)
    if not rows:
        return
    services = sorted({item.service for item in rows})
    grouped = last.where(threat_steps.c.service.in_(services)).group_by(threat_steps.c.service, threat_steps.c.threat)
    numbers = {(service, threat): int(number) for service, threat, number in tx.execute(grouped)}
    values = []
    for item in rows:
        number = numbers.get((item.service, item.threat), 0) + 1
        numbers[item.service, item.threat] = number
        values.append(
            {
                "service": item.service,
                "environment": item.environment,
                "threat": item.threat,
                "number": number,
                "state": _GONE if item.state is None else item.state.value,
                "at": format_instant(item.at),
                "because": item.because,
                "commit": item.commit,
            }
        )
    tx.execute(threat_steps.insert(), values)


def last_known_states(tx: Transaction, environment: str, threats: Collection[str]) -> dict[str, ThreatState]:
    """How each of these stood in `orders/dev` when somebody last knew; what was gone meanwhile is absent."""
    columns = threat_steps.c
    known = [item.value for item in _STATES if item is not ThreatState.NOT_EVALUATED]
    statement = (
        sa.select(columns.threat, columns.state)
        .where(
            columns.environment == environment,
            columns.service == service_of(environment),
            columns.threat.in_(sorted(threats)),
            columns.state.in_([*known, _GONE]),
        )
        .order_by(columns.threat, columns.number)
    )
    last: dict[str, str] = dict(tx.execute(statement).tuples().all())
    return {threat: ThreatState(state) for threat, state in last.items() if state != _GONE}


def list_in_environment(tx: Transaction, environment: str) -> tuple[ThreatStanding, ...]:
    """What was written of `orders/dev` last, as it was then, by threat."""
    statement = (
        threat_standings.select()
        .where(threat_standings.c.environment == environment)
        .order_by(threat_standings.c.threat)
    )
    return tuple(_standing(row) for row in tx.execute(statement).mappings())


def list_of_service(tx: Transaction, service: str, now: datetime) -> tuple[ThreatStanding, ...]:
    """How all its threats stand at `now`, by threat and environment."""
    statement = (
        threat_standings.select()
        .where(threat_standings.c.service == service)
        .order_by(threat_standings.c.threat, threat_standings.c.environment)
    )
    return tuple(_standing(row).at(now) for row in tx.execute(statement).mappings())


def list_standings(
    tx: Transaction,
    page: PageRequest,
    *,
    now: datetime,
    services: Collection[str] | None = None,
    environment: str = "",
    threat: str = "",
    control: str = "",
    state: ThreatState | None = None,
    category: ThreatCategory | None = None,
    severity: Severity | None = None,
    query: str = "",
) -> Page[ThreatStanding]:
    """How threats stand at `now`: the worst state first, then the worst severity, then the oldest.

    `services` narrows it when given, and nothing is found when it is empty. `query` matches when each of its words
    stands in title, threat or environment.
    """
    columns = threat_standings.c
    conditions = matching((columns.title, columns.threat, columns.environment), query)
    if services is not None:
        conditions.append(columns.service.in_(sorted(services)))
    if environment:
        conditions.append(columns.environment == environment)
    if threat:
        conditions.append(columns.threat == threat)
    if control:
        conditions.append(is_stopped_by(control))
    if state is not None:
        conditions.append(state_at(now) == state.value)
    if category is not None:
        conditions.append(columns.category == category.value)
    if severity is not None:
        conditions.append(columns.severity == severity.value)
    total = tx.execute(sa.select(sa.func.count()).select_from(threat_standings).where(*conditions)).scalar_one()
    rank = sa.case({item.value: position for position, item in enumerate(_STATES)}, value=state_at(now))
    statement = (
        threat_standings.select()
        .where(*conditions)
        .order_by(rank, columns.severity_rank.desc(), columns.since, columns.environment, columns.threat)
        .offset(page.offset)
        .limit(page.size)
    )
    items = tuple(_standing(row).at(now) for row in tx.execute(statement).mappings())
    return Page(items, int(total), page.offset)


def state_at(now: datetime) -> sa.ColumnElement[str]:
    """How a row of `threat_standings` stands at `now`; the end of an acceptance itself is too late."""
    # Instants of one form sort as text.
    is_over = sa.and_(threat_standings.c.until.is_not(None), threat_standings.c.until <= format_instant(now))
    return sa.case((is_over, threat_standings.c.state_after), else_=threat_standings.c.state)


def is_reopened(now: datetime) -> sa.ColumnElement[bool]:
    """Whether a row of `threat_standings` is open at `now`, and was mitigated or accepted before."""
    columns = threat_standings.c
    has_ended = sa.and_(columns.until <= format_instant(now), columns.state_after == ThreatState.OPEN.value)
    return sa.or_(columns.reopened_at.is_not(None), has_ended)


def list_reopened(
    tx: Transaction, services: Collection[str], now: datetime, *, limit: int
) -> tuple[ThreatStanding, ...]:
    """The threats of these services that are open at `now` and were mitigated or accepted before, the worst first."""
    statement = (
        threat_standings.select()
        .where(threat_standings.c.service.in_(sorted(services)), is_reopened(now))
        .order_by(
            threat_standings.c.severity_rank.desc(),
            threat_standings.c.since,
            threat_standings.c.environment,
            threat_standings.c.threat,
        )
        .limit(limit)
    )
    return tuple(_standing(row).at(now) for row in tx.execute(statement).mappings())


def is_stopped_by(control: str) -> sa.ColumnElement[bool]:
    """Whether a row of `threat_standings` names this control."""
    return sa.exists().where(
        threat_controls.c.control == control,
        threat_controls.c.environment == threat_standings.c.environment,
        threat_controls.c.service == threat_standings.c.service,
        threat_controls.c.threat == threat_standings.c.threat,
    )


def list_over(tx: Transaction, now: datetime) -> tuple[str, ...]:
    """The environments with an acceptance whose end has come and that nobody judged since, by id."""
    statement = (
        sa.select(threat_standings.c.environment)
        .distinct()
        .where(threat_standings.c.state == ThreatState.ACCEPTED.value, threat_standings.c.until <= format_instant(now))
        .order_by(threat_standings.c.environment)
    )
    return tuple(tx.execute(statement).scalars())


def end_acceptances(tx: Transaction, control: str, now: datetime) -> None:
    """Let what is accepted and named with this control read as open from now on, until it is judged again."""
    tx.execute(
        threat_standings.update()
        .where(
            threat_standings.c.state == ThreatState.ACCEPTED.value,
            threat_standings.c.until > format_instant(now),
            is_stopped_by(control),
        )
        .values(until=format_instant(now), state_after=ThreatState.OPEN.value)
    )


def list_stopped_by(tx: Transaction, control: str, *, judged_until: datetime | None = None) -> tuple[str, ...]:
    """The environments with a threat that this control stops, by id.

    Args:
        judged_until: Only those of which such a threat was not judged after that.
    """
    statement = (
        sa.select(threat_controls.c.environment)
        .distinct()
        .where(threat_controls.c.control == control)
        .order_by(threat_controls.c.environment)
    )
    if judged_until is not None:
        is_same = sa.and_(
            threat_standings.c.service == threat_controls.c.service,
            threat_standings.c.environment == threat_controls.c.environment,
            threat_standings.c.threat == threat_controls.c.threat,
        )
        statement = statement.join(threat_standings, is_same).where(
            threat_standings.c.checked_at <= format_instant(judged_until)
        )
    return tuple(tx.execute(statement).scalars())


def list_steps(
    tx: Transaction, page: PageRequest, *, service: str, threat: str = "", environment: str = ""
) -> Page[ThreatStep]:
    """How threats of a service stood before, the latest change first."""
    columns = threat_steps.c
    conditions = [columns.service == service]
    if threat:
        conditions.append(columns.threat == threat)
    if environment:
        conditions.append(columns.environment == environment)
    total = tx.execute(sa.select(sa.func.count()).select_from(threat_steps).where(*conditions)).scalar_one()
    statement = (
        threat_steps.select()
        .where(*conditions)
        .order_by(columns.at.desc(), columns.environment, columns.threat, columns.number.desc())
        .offset(page.offset)
        .limit(page.size)
    )
    return Page(tuple(_step(row) for row in tx.execute(statement).mappings()), int(total), page.offset)


def _row(standing: ThreatStanding) -> dict[str, Any]:
    return {
        "service": standing.service,
        "environment": standing.environment,
        "threat": standing.threat,
        "title": standing.title,
        "category": standing.category.value,
        "library": standing.library,
        "severity": standing.severity.value,
        "severity_rank": standing.severity.rank,
        "state": standing.state.value,
        "because": standing.because,
        "until": format_if_any(standing.until),
        "state_after": standing.state_after.value,
        "since": format_instant(standing.since),
        "reopened_at": format_if_any(standing.reopened_at),
        "checked_at": format_instant(standing.checked_at),
        "modelled_at": format_instant(standing.modelled_at),
        "controls": list(standing.controls),
        "evidence": msgspec.to_builtins(standing.evidence),
    }


def _standing(row: Mapping[Any, Any]) -> ThreatStanding:
    return ThreatStanding(
        service=row["service"],
        environment=row["environment"],
        threat=row["threat"],
        title=row["title"],
        category=ThreatCategory(row["category"]),
        library=row["library"],
        severity=Severity(row["severity"]),
        state=ThreatState(row["state"]),
        because=row["because"],
        until=parse_if_any(row["until"]),
        since=parse_instant(row["since"]),
        checked_at=parse_instant(row["checked_at"]),
        modelled_at=parse_instant(row["modelled_at"]),
        controls=tuple(row["controls"]),
        evidence=msgspec.convert(row["evidence"], tuple[Evidence, ...]),
        state_after=ThreatState(row["state_after"]),
        reopened_at=parse_if_any(row["reopened_at"]),
    )


def _step(row: Mapping[Any, Any]) -> ThreatStep:
    return ThreatStep(
        service=row["service"],
        environment=row["environment"],
        threat=row["threat"],
        state=None if row["state"] == _GONE else ThreatState(row["state"]),
        at=parse_instant(row["at"]),
        because=row["because"],
        commit=row["commit"],
    )
