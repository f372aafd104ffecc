"""Rows of changes of level, and of what was there when."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa
from msgspec import structs
from sqlalchemy.exc import IntegrityError

from pavior.kernel.clock import format_instant, parse_instant
from pavior.kernel.errors import ConflictError, MissingError
from pavior.policy.levels import LevelChange, LevelChangeState, LevelEvidence, LevelScope
from pavior.policy.model import Level
from pavior.policy.tables import level_changes, level_decisions, sightings
from pavior.storage.counters import next_number
from pavior.storage.database import Transaction

_JOINED = sa.select(
    level_changes,
    level_decisions.c.is_approved,
    level_decisions.c.decided_by,
    level_decisions.c.decided_at,
    level_decisions.c.starts_at,
    level_decisions.c.reason.label("decision_reason"),
).outerjoin(level_decisions, level_decisions.c.level_change == level_changes.c.id)
# SQLite takes 32,766 values in one statement.
_AT_ONCE = 5_000


def insert_level_change(tx: Transaction, change: LevelChange) -> LevelChange:
    """Add a proposal, with the next id in place of `change.id`."""
    number = next_number(tx, "level_change")
    numbered = structs.replace(change, id=f"L-{number}")
    tx.execute(
        level_changes.insert().values(
            id=numbered.id,
            number=number,
            control=numbered.control,
            environment=numbered.scope.environment,
            team=numbered.scope.team,
            level=numbered.level.value,
            is_new_only=numbered.is_new_only,
            reason=numbered.reason,
            proposer=numbered.proposer,
            proposed_at=format_instant(numbered.proposed_at),
            wanted_from=_written(numbered.wanted_from),
            evidence=msgspec.to_builtins(numbered.evidence),
        )
    )
    return numbered


def decide_level_change(tx: Transaction, decided: LevelChange) -> None:
    """Store an approval or rejection, if nobody has decided yet: of two who decide at once, one is told so.

    Raises:
        ConflictError: `level-already-decided`.
    """
    if decided.decided_at is None:
        raise ValueError(f"{decided.id} was not decided")
    try:
        with tx.begin_nested():
            tx.execute(
                level_decisions.insert().values(
                    level_change=decided.id,
                    is_approved=decided.state is LevelChangeState.APPROVED,
                    decided_by=decided.decided_by,
                    decided_at=format_instant(decided.decided_at),
                    reason=decided.decision_reason,
                    starts_at=_written(decided.starts_at),
                )
            )
    except IntegrityError:
        raise already_decided(get_level_change(tx, decided.id)) from None


def already_decided(current: LevelChange) -> ConflictError:
    """What is said to whoever comes second."""
    return ConflictError(
        "level-already-decided",
        f"{current.id} was {current.state.value} by {current.decided_by}.",
        fix=f"Look at it with: pavior control levels {current.control}. Propose another change to change it again.",
    )


def get_level_change(tx: Transaction, change_id: str) -> LevelChange:
    """By id.

    Raises:
        MissingError: `level-change-missing`.
    """
    row = tx.execute(_JOINED.where(level_changes.c.id == change_id)).mappings().first()
    if row is None:
        raise MissingError(
            "level-change-missing",
            f"There is no change of level {change_id[:40]}.",
            fix="List those of a control with: pavior control levels CONTROL.",
        )
    return _change(row)


def list_level_changes(tx: Transaction, *, controls: Collection[str] = ()) -> tuple[LevelChange, ...]:
    """All of them, or those of controls with these ids, whatever their state, as they were proposed."""
    statement = _JOINED.order_by(level_changes.c.number)
    if controls:
        statement = statement.where(level_changes.c.control.in_(sorted(controls)))
    return tuple(_change(row) for row in tx.execute(statement).mappings())


def list_approved_level_changes(tx: Transaction) -> tuple[LevelChange, ...]:
    """Those that count, or will, as they were proposed."""
    statement = _JOINED.where(level_decisions.c.is_approved).order_by(level_changes.c.number)
    return tuple(_change(row) for row in tx.execute(statement).mappings())


def list_open_level_changes(tx: Transaction) -> tuple[LevelChange, ...]:
    """Those that nobody has decided, the oldest first."""
    statement = _JOINED.where(level_decisions.c.level_change.is_(None)).order_by(level_changes.c.number)
    return tuple(_change(row) for row in tx.execute(statement).mappings())


def read_sightings(tx: Transaction, environment: str) -> dict[str, datetime]:
    """Subject to when it was first known to be in `orders/prod`; what is gone again is absent."""
    rows = tx.execute(
        sa.select(sightings.c.subject, sightings.c.first_seen_at).where(sightings.c.environment == environment)
    )
    return {subject: parse_instant(first_seen_at) for subject, first_seen_at in rows}


def note_sightings(tx: Transaction, environment: str, subjects: Iterable[str], now: datetime) -> None:
    """What is there at `now`; what is known to be there keeps its moment."""
    known = set(tx.execute(sa.select(sightings.c.subject).where(sightings.c.environment == environment)).scalars())
    unknown = sorted(set(subjects) - known)
    if unknown:
        rows = [{"environment": environment, "subject": name, "first_seen_at": format_instant(now)} for name in unknown]
        tx.execute(sightings.insert(), rows)


def forget_sightings(tx: Transaction, environment: str, subjects: Collection[str] | None = None) -> None:
    """What is gone, or was made anew; everything of the environment when `subjects` is left out."""
    own = sightings.c.environment == environment
    if subjects is None:
        tx.execute(sightings.delete().where(own))
        return
    names = sorted(subjects)
    for start in range(0, len(names), _AT_ONCE):
        tx.execute(sightings.delete().where(own, sightings.c.subject.in_(names[start : start + _AT_ONCE])))


def _change(row: Mapping[Any, Any]) -> LevelChange:
    state = LevelChangeState.PROPOSED
    if row["is_approved"] is not None:
        state = LevelChangeState.APPROVED if row["is_approved"] else LevelChangeState.REJECTED
    return LevelChange(
        id=row["id"],
        control=row["control"],
        scope=LevelScope(row["environment"], row["team"]),
        level=Level(row["level"]),
        is_new_only=row["is_new_only"],
        reason=row["reason"],
        proposer=row["proposer"],
        proposed_at=parse_instant(row["proposed_at"]),
        wanted_from=_read(row["wanted_from"]),
        evidence=msgspec.convert(row["evidence"], LevelEvidence | None),
        state=state,
        decided_by=row["decided_by"] or "",
        decided_at=_read(row["decided_at"]),
        decision_reason=row["decision_reason"] or "",
        starts_at=_read(row["starts_at"]),
    )


def _written(instant: datetime | None) -> str | None:
    return None if instant is None else format_instant(instant)


def _read(text: str | None) -> datetime | None:
    return None if text is None else parse_instant(text)
