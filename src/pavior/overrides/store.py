"""Rows of overrides."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from pavior.kernel.clock import format_if_any, format_instant, parse_if_any, parse_instant
from pavior.kernel.errors import ConflictError, MissingError
from pavior.kernel.pages import Page, PageRequest
from pavior.kernel.verdicts import Outcome
from pavior.overrides.model import Override, OverrideState, ReasonClass, ReviewOutcome
from pavior.overrides.tables import override_denials, overrides
from pavior.policy.overriding import Denied
from pavior.storage.counters import next_number
from pavior.storage.database import Transaction

_DECIDED = ("state", "decided_by", "decided_at", "decision_reason", "expires_at", "review_due_at")
_ENDED = ("state", "ended_by", "ended_at", "end_reason")
_REVIEWED = ("review", "reviewed_by", "reviewed_at", "review_reason")
_OPEN = (OverrideState.REQUESTED.value, OverrideState.APPROVED.value)
# SQLite takes 32,766 values in one statement.
_AT_ONCE = 5_000


def insert_override(tx: Transaction, override: Override) -> Override:
    """Add it, with the next id in place of `override.id`."""
    number = next_number(tx, "override")
    numbered = replace(override, id=f"OV-{number}")
    tx.execute(overrides.insert().values(**_row(numbered), number=number))
    rows = [
        {
            "override_id": numbered.id,
            "position": position,
            "control": item.control,
            "subject": item.subject,
            "outcome": item.outcome.value,
        }
        for position, item in enumerate(numbered.denied)
    ]
    for start in range(0, len(rows), _AT_ONCE):
        tx.execute(override_denials.insert(), rows[start : start + _AT_ONCE])
    return numbered


def find_open(tx: Transaction, change_id: str, plan_number: int) -> Override | None:
    """The one about this plan that waits for an answer, or was approved and has not been ended."""
    statement = overrides.select().where(
        overrides.c.change_id == change_id,
        overrides.c.plan_number == plan_number,
        overrides.c.state.in_(_OPEN),
    )
    return next(iter(_read(tx, statement)), None)


def get_override(tx: Transaction, override_id: str) -> Override:
    """By id.

    Raises:
        MissingError: `override-missing`.
    """
    found = find_override(tx, override_id)
    if found is None:
        raise MissingError(
            "override-missing", f"There is no override {override_id[:40]}.", fix="List them with: pavior override list."
        )
    return found


def find_override(tx: Transaction, override_id: str) -> Override | None:
    """By id."""
    return next(iter(_read(tx, overrides.select().where(overrides.c.id == override_id))), None)


def decide_override(tx: Transaction, decided: Override) -> None:
    """Store an approval or a rejection, if nobody has answered yet: of two who answer at once, one is told so.

    Raises:
        ConflictError: `override-already-decided`.
    """
    if not _update(tx, decided, _DECIDED, overrides.c.state == OverrideState.REQUESTED.value):
        current = get_override(tx, decided.id)
        raise ConflictError(
            "override-already-decided",
            f"{current.id} is {current.state.value}, by {current.decided_by or current.ended_by or 'the clock'}.",
            fix=f"Look at it again: pavior override show {current.id}.",
        )


def end_override(tx: Transaction, ended: Override) -> bool:
    """Store that it was revoked, or that its time is over; whether it still was requested or approved."""
    return _update(tx, ended, _ENDED, overrides.c.state.in_(_OPEN))


def review_override(tx: Transaction, reviewed: Override) -> None:
    """Store what was found, if nobody has reviewed it yet.

    Raises:
        ConflictError: `override-already-reviewed`.
    """
    if not _update(tx, reviewed, _REVIEWED, overrides.c.review.is_(None)):
        current = get_override(tx, reviewed.id)
        raise ConflictError(
            "override-already-reviewed",
            f"{current.id} was reviewed by {current.reviewed_by}.",
            fix=f"Read what was found: pavior override show {current.id}.",
        )


def list_expired(tx: Transaction, now: datetime) -> tuple[Override, ...]:
    """Approved ones whose time is over at `now` and of which that was not recorded yet."""
    over = overrides.c.expires_at <= format_instant(now)
    return _read(tx, overrides.select().where(overrides.c.state == OverrideState.APPROVED.value, over))


def list_of_change(tx: Transaction, change_id: str) -> tuple[Override, ...]:
    """All of one Change, latest first."""
    statement = overrides.select().where(overrides.c.change_id == change_id).order_by(overrides.c.number.desc())
    return _read(tx, statement)


def list_requested(tx: Transaction, services: Collection[str] | None = None) -> tuple[Override, ...]:
    """Those that nobody has answered, oldest first; of all services when None are named."""
    statement = overrides.select().where(overrides.c.state == OverrideState.REQUESTED.value)
    if services is not None:
        statement = statement.where(overrides.c.service.in_(sorted(services)))
    return _read(tx, statement.order_by(overrides.c.number))


def list_to_review(tx: Transaction, services: Collection[str]) -> tuple[Override, ...]:
    """Those at which nobody has looked afterwards, what is due first before the others."""
    statement = overrides.select().where(
        overrides.c.review_due_at.is_not(None), overrides.c.review.is_(None), overrides.c.service.in_(sorted(services))
    )
    return _read(tx, statement.order_by(overrides.c.review_due_at, overrides.c.number))


def list_overrides(
    tx: Transaction,
    page: PageRequest,
    *,
    services: Collection[str],
    control: str = "",
    state: OverrideState | None = None,
    is_to_review: bool = False,
) -> Page[Override]:
    """What waits for an answer first, then for a review, then the others; latest first. No services, none."""
    conditions: list[sa.ColumnElement[bool]] = [overrides.c.service.in_(sorted(services))]
    if control:
        conditions.append(_about(control))
    if state is not None:
        conditions.append(overrides.c.state == state.value)
    unreviewed = sa.and_(overrides.c.review_due_at.is_not(None), overrides.c.review.is_(None))
    if is_to_review:
        conditions.append(unreviewed)
    rank = sa.case((overrides.c.state == OverrideState.REQUESTED.value, 0), (unreviewed, 1), else_=2)
    total = tx.execute(sa.select(sa.func.count()).select_from(overrides).where(*conditions)).scalar_one()
    statement = (
        overrides.select()
        .where(*conditions)
        .order_by(rank, overrides.c.number.desc())
        .offset(page.offset)
        .limit(page.size)
    )
    return Page(_read(tx, statement), int(total), page.offset)


def list_of_control(tx: Transaction, control: str, services: Collection[str]) -> tuple[Override, ...]:
    """All that let something past one control, or were to, latest first."""
    statement = overrides.select().where(_about(control), overrides.c.service.in_(sorted(services)))
    return _read(tx, statement.order_by(overrides.c.number.desc()))


def _about(control: str) -> sa.ColumnElement[bool]:
    named = sa.select(override_denials.c.override_id).where(override_denials.c.control == control)
    return overrides.c.id.in_(named)


def _update(tx: Transaction, override: Override, names: Iterable[str], condition: sa.ColumnElement[bool]) -> bool:
    row = _row(override)
    statement = overrides.update().where(overrides.c.id == override.id, condition)
    return tx.execute(statement.values(**{name: row[name] for name in names})).rowcount == 1


def _read(tx: Transaction, statement: sa.Select[Any]) -> tuple[Override, ...]:
    rows = tx.execute(statement).mappings().all()
    denied = _denied(tx, [row["id"] for row in rows])
    return tuple(_override(row, denied[row["id"]]) for row in rows)


def _denied(tx: Transaction, ids: list[str]) -> dict[str, tuple[Denied, ...]]:
    found: dict[str, list[Denied]] = {item: [] for item in ids}
    for start in range(0, len(ids), _AT_ONCE):
        statement = (
            override_denials.select()
            .where(override_denials.c.override_id.in_(ids[start : start + _AT_ONCE]))
            .order_by(override_denials.c.override_id, override_denials.c.position)
        )
        for row in tx.execute(statement).mappings():
            found[row["override_id"]].append(Denied(row["control"], row["subject"], Outcome(row["outcome"])))
    return {name: tuple(items) for name, items in found.items()}


def _row(override: Override) -> dict[str, Any]:
    return {
        "id": override.id,
        "change_id": override.change_id,
        "service": override.service,
        "environment": override.environment,
        "plan_number": override.plan_number,
        "plan_digest": override.plan_digest,
        "controls_digest": override.controls_digest,
        "reason_class": override.reason_class.value,
        "reason": override.reason,
        "hours": override.hours,
        "requester": override.requester,
        "change_requester": override.change_requester,
        "requested_at": format_instant(override.requested_at),
        "state": override.state.value,
        "decided_by": override.decided_by,
        "decided_at": format_if_any(override.decided_at),
        "decision_reason": override.decision_reason,
        "expires_at": format_if_any(override.expires_at),
        "ended_by": override.ended_by,
        "ended_at": format_if_any(override.ended_at),
        "end_reason": override.end_reason,
        "review_due_at": format_if_any(override.review_due_at),
        "review": None if override.review is None else override.review.value,
        "reviewed_by": override.reviewed_by,
        "reviewed_at": format_if_any(override.reviewed_at),
        "review_reason": override.review_reason,
    }


def _override(row: Mapping[Any, Any], denied: tuple[Denied, ...]) -> Override:
    return Override(
        id=row["id"],
        change_id=row["change_id"],
        environment=row["environment"],
        plan_number=row["plan_number"],
        plan_digest=row["plan_digest"],
        controls_digest=row["controls_digest"],
        denied=denied,
        reason_class=ReasonClass(row["reason_class"]),
        reason=row["reason"],
        hours=row["hours"],
        requester=row["requester"],
        change_requester=row["change_requester"],
        requested_at=parse_instant(row["requested_at"]),
        state=OverrideState(row["state"]),
        decided_by=row["decided_by"],
        decided_at=parse_if_any(row["decided_at"]),
        decision_reason=row["decision_reason"],
        expires_at=parse_if_any(row["expires_at"]),
        ended_by=row["ended_by"],
        ended_at=parse_if_any(row["ended_at"]),
        end_reason=row["end_reason"],
        review_due_at=parse_if_any(row["review_due_at"]),
        review=None if row["review"] is None else ReviewOutcome(row["review"]),
        reviewed_by=row["reviewed_by"],
        reviewed_at=parse_if_any(row["reviewed_at"]),
        review_reason=row["review_reason"],
    )
