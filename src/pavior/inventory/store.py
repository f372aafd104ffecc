"""Rows of observations and drifts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from pavior.inventory.model import Drift, DriftState, Observation, RankedDrift
from pavior.inventory.tables import drifts, observations
from pavior.kernel.clock import format_instant, parse_instant
from pavior.kernel.pages import Page, PageRequest
from pavior.kernel.verdicts import Severity
from pavior.resources.codec import Json, decode_graph, decode_value, encode_graph, encode_value
from pavior.resources.drift import PropertyDrift
from pavior.storage.counters import next_number
from pavior.storage.database import Transaction


@dataclass(frozen=True, slots=True)
class DriftRecord:
    """What one comparison did to the open drifts of an environment; ids of drifts."""

    opened: tuple[str, ...]
    seen: tuple[str, ...]
    resolved: tuple[str, ...]


def save_observation(tx: Transaction, observation: Observation) -> None:
    """Keep it in place of the one before. Give it complete readings only."""
    row = {
        "environment": observation.environment,
        "observed_at": format_instant(observation.observed_at),
        "document": encode_graph(observation.graph),
    }
    known = observations.c.environment == observation.environment
    if tx.execute(observations.update().where(known).values(**row)).rowcount == 0:
        tx.execute(observations.insert().values(**row))


def find_observation(tx: Transaction, environment: str) -> Observation | None:
    """The last one, or None when `orders/dev` was never looked at."""
    row = tx.execute(observations.select().where(observations.c.environment == environment)).mappings().first()
    if row is None:
        return None
    return Observation(row["environment"], parse_instant(row["observed_at"]), decode_graph(row["document"]))


def forget_observation(tx: Transaction, environment: str) -> None:
    """For an environment that was destroyed; no error when there is none."""
    tx.execute(observations.delete().where(observations.c.environment == environment))


def record_drift(tx: Transaction, environment: str, found: Sequence[RankedDrift], now: datetime) -> DriftRecord:
    """Bring the open drifts of an environment up to a complete comparison.

    A resource that had drifted and still does is the same Drift, with what differs now; one that no
    longer does is resolved; one that drifts again later is a new Drift, so that history stays.
    """
    known = {drift.address: drift for drift in list_open_drifts(tx, [environment])}
    opened: list[str] = []
    seen: list[str] = []
    for ranked in found:
        row = {
            "type": ranked.drift.type,
            "kind": ranked.drift.kind,
            "properties": [_encode_property(item) for item in ranked.drift.properties],
            "controls": list(ranked.controls),
            "severity": ranked.severity.value,
            "severity_rank": ranked.severity.rank,
            "last_seen_at": format_instant(now),
        }
        old = known.pop(ranked.drift.address, None)
        if old is not None:
            tx.execute(drifts.update().where(drifts.c.id == old.id).values(**row))
            seen.append(old.id)
            continue
        number = next_number(tx, "drift")
        tx.execute(
            drifts.insert().values(
                **row,
                id=f"D-{number}",
                number=number,
                environment=environment,
                address=ranked.drift.address,
                state=DriftState.OPEN.value,
                first_seen_at=format_instant(now),
            )
        )
        opened.append(f"D-{number}")
    resolved = [drift.id for drift in known.values()]
    if resolved:
        tx.execute(
            drifts.update()
            .where(drifts.c.id.in_(resolved))
            .values(state=DriftState.RESOLVED.value, resolved_at=format_instant(now))
        )
    return DriftRecord(tuple(opened), tuple(seen), tuple(resolved))


def list_open_drifts(tx: Transaction, environments: Collection[str]) -> tuple[Drift, ...]:
    """Those of these environments that are not resolved, worst first, then oldest."""
    statement = (
        drifts.select()
        .where(drifts.c.environment.in_(sorted(environments)), drifts.c.state == DriftState.OPEN.value)
        .order_by(drifts.c.severity_rank.desc(), drifts.c.first_seen_at, drifts.c.number)
    )
    return tuple(_drift(row) for row in tx.execute(statement).mappings())


def list_drift_history(tx: Transaction, environment: str, page: PageRequest) -> Page[Drift]:
    """Open and resolved ones, newest first."""
    condition = drifts.c.environment == environment
    total = tx.execute(sa.select(sa.func.count()).select_from(drifts).where(condition)).scalar_one()
    statement = drifts.select().where(condition).order_by(drifts.c.number.desc()).offset(page.offset).limit(page.size)
    items = tuple(_drift(row) for row in tx.execute(statement).mappings())
    return Page(items, int(total), page.offset)


def _encode_property(item: PropertyDrift) -> Json:
    return [item.path, encode_value(item.expected), encode_value(item.actual)]


def _decode_property(document: Sequence[Any]) -> PropertyDrift:
    path, expected, actual = document
    return PropertyDrift(path, decode_value(expected), decode_value(actual))


def _drift(row: Mapping[Any, Any]) -> Drift:
    return Drift(
        id=row["id"],
        environment=row["environment"],
        address=row["address"],
        type=row["type"],
        kind=row["kind"],
        properties=tuple(_decode_property(item) for item in row["properties"]),
        controls=tuple(row["controls"]),
        severity=Severity(row["severity"]),
        state=DriftState(row["state"]),
        first_seen_at=parse_instant(row["first_seen_at"]),
        last_seen_at=parse_instant(row["last_seen_at"]),
        resolved_at=None if row["resolved_at"] is None else parse_instant(row["resolved_at"]),
    )
