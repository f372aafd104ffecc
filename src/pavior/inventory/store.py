"""Rows of observations and drifts."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from pavior.inventory.model import Drift, DriftState, Observation
from pavior.inventory.tables import drifts, observations
from pavior.kernel.clock import format_instant, parse_if_any, parse_instant
from pavior.kernel.pages import Page, PageRequest
from pavior.kernel.verdicts import Severity
from pavior.resources.codec import Json, decode_graph, decode_value, encode_graph, encode_value
from pavior.resources.drift import PropertyDrift, ResourceDrift
from pavior.resources.model import ResourceGraph
from pavior.storage.counters import next_number
from pavior.storage.database import Transaction


def write_observation(tx: Transaction, environment: str, graph: ResourceGraph, now: datetime) -> None:
    """Keep a complete reading of `orders/dev` in place of the one before."""
    row = {"environment": environment, "observed_at": format_instant(now), "document": encode_graph(graph)}
    known = observations.c.environment == environment
    if tx.execute(observations.update().where(known).values(**row)).rowcount == 0:
        tx.execute(observations.insert().values(**row))


def list_observed_at(tx: Transaction) -> dict[str, datetime]:
    """When each environment was looked at last, without what was seen."""
    rows = tx.execute(sa.select(observations.c.environment, observations.c.observed_at))
    return {environment: parse_instant(observed_at) for environment, observed_at in rows}


def find_observation(tx: Transaction, environment: str) -> Observation | None:
    """The last one, or None when `orders/dev` was never looked at."""
    row = tx.execute(observations.select().where(observations.c.environment == environment)).mappings().first()
    if row is None:
        return None
    return _observation(row)


def read_observations(tx: Transaction, environments: Collection[str]) -> list[tuple[Observation, str]]:
    """The last one of each of these that was ever looked at, with the SHA-256 in hex over it as it is stored."""
    statement = observations.select().where(observations.c.environment.in_(sorted(environments)))
    return [(_observation(row), _digest(row["document"])) for row in tx.execute(statement).mappings()]


def _observation(row: Mapping[Any, Any]) -> Observation:
    return Observation(row["environment"], parse_instant(row["observed_at"]), decode_graph(row["document"]))


def _digest(document: object) -> str:
    # Databases give the members of a document back in an order of their own.
    return hashlib.sha256(json.dumps(document, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def forget_observation(tx: Transaction, environment: str) -> None:
    """For an environment that was destroyed; no error when there is none."""
    tx.execute(observations.delete().where(observations.c.environment == environment))


def record_drift(
    tx: Transaction,
    environment: str,
    found: Sequence[ResourceDrift],
    now: datetime,
    *,
    broken_controls: Mapping[str, Collection[str]],
    severities: Mapping[str, Severity],
) -> tuple[Drift, ...]:
    """Bring the open drifts of an environment up to a complete comparison, and give them as `list_open_drifts` does.

    A resource that had drifted and still does is the same Drift, with what differs now; one that no
    longer does is resolved; one that drifts again later is a new Drift, so that history stays.
    `broken_controls` says by address what a drift breaks, `severities` how bad that is by control.
    """
    known = {drift.address: drift for drift in list_open_drifts(tx, [environment])}
    for drift in found:
        controls = sorted(broken_controls.get(drift.address, ()))
        severity = max((severities[control] for control in controls), key=_rank, default=Severity.INFO)
        row = {
            "type": drift.type,
            "kind": drift.kind,
            "properties": [_encode_property(item) for item in drift.properties],
            "controls": controls,
            "severity": severity.value,
            "severity_rank": severity.rank,
            "last_seen_at": format_instant(now),
        }
        old = known.pop(drift.address, None)
        if old is None:
            _insert_drift(tx, environment, drift.address, row, now)
        else:
            tx.execute(drifts.update().where(drifts.c.id == old.id).values(**row))
    if known:
        tx.execute(
            drifts.update()
            .where(drifts.c.id.in_([drift.id for drift in known.values()]))
            .values(state=DriftState.RESOLVED.value, resolved_at=format_instant(now))
        )
    return list_open_drifts(tx, [environment])


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


def _insert_drift(tx: Transaction, environment: str, address: str, row: Mapping[str, Any], now: datetime) -> None:
    number = next_number(tx, "drift")
    tx.execute(
        drifts.insert().values(
            **row,
            id=f"D-{number}",
            number=number,
            environment=environment,
            address=address,
            state=DriftState.OPEN.value,
            first_seen_at=format_instant(now),
        )
    )


def _rank(severity: Severity) -> int:
    return severity.rank


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
        resolved_at=parse_if_any(row["resolved_at"]),
    )
