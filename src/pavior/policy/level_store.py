"""Rows of changes of level, and of what was there when."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa
from msgspec import structs
from sqlalchemy.exc import IntegrityError

from pavior.kernel.clock import format_if_any, format_instant, parse_if_any, parse_instant
from pavior.kernel.errors import ConflictError, MissingError
from pavior.kernel.pages import Page, PageRequest
from pavior.policy.level_plans import LevelApproval, LevelPlan
from pavior.policy.levels import LevelChange, LevelChangeState, LevelEvidence, LevelScope
from pavior.policy.model import Level
from pavior.policy.tables import level_approvals, level_changes, level_decisions, level_plans, sightings
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
    """Add a proposal with its plan, and with the next id in place of `change.id`."""
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
            wanted_from=format_if_any(numbered.wanted_from),
            evidence=msgspec.to_builtins(numbered.evidence),
            reverts=numbered.reverts or None,
        )
    )
    if numbered.plan is not None:
        insert_level_plan(tx, numbered.id, numbered.plan)
    return numbered


def insert_level_plan(tx: Transaction, change_id: str, plan: LevelPlan) -> None:
    """Keep another plan of a proposal; its number is the next one.

    Raises:
        ConflictError: `level-planned-meanwhile`.
    """
    try:
        with tx.begin_nested():
            tx.execute(
                level_plans.insert().values(
                    level_change=change_id,
                    number=plan.number,
                    digest=plan.digest,
                    planned_at=format_instant(plan.planned_at),
                    document=msgspec.to_builtins(plan),
                )
            )
    except IntegrityError:
        raise ConflictError(
            "level-planned-meanwhile",
            f"Somebody else has planned {change_id} again meanwhile.",
            fix="Look at the new plan, and then decide.",
        ) from None


def insert_level_approval(tx: Transaction, change_id: str, approval: LevelApproval) -> None:
    """Keep one person's approval of one plan.

    Raises:
        ConflictError: `level-already-approved`.
    """
    try:
        with tx.begin_nested():
            tx.execute(
                level_approvals.insert().values(
                    level_change=change_id,
                    plan_digest=approval.plan_digest,
                    person=approval.person,
                    reason=approval.reason,
                    at=format_instant(approval.at),
                )
            )
    except IntegrityError:
        raise already_approved(change_id, approval.person) from None


def already_approved(change_id: str, person: str) -> ConflictError:
    """What is said to whoever approves twice."""
    return ConflictError(
        "level-already-approved",
        f"{person} has approved this plan of {change_id} before.",
        fix="Another person must approve now.",
    )


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
                    starts_at=format_if_any(decided.starts_at),
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
    return with_plans(tx, (_change(row),))[0]


def list_level_changes(tx: Transaction, *, controls: Collection[str] = ()) -> tuple[LevelChange, ...]:
    """All of them, or those of controls with these ids, whatever their state, as they were proposed; without plans."""
    statement = _JOINED.order_by(level_changes.c.number)
    if controls:
        statement = statement.where(level_changes.c.control.in_(sorted(controls)))
    return tuple(_change(row) for row in tx.execute(statement).mappings())


def page_level_changes(tx: Transaction, page: PageRequest, *, is_open: bool | None = None) -> Page[LevelChange]:
    """The newest first, with their plans; only those that nobody has decided, or that somebody has, where asked for."""
    statement = _JOINED
    if is_open is not None:
        undecided = level_decisions.c.level_change.is_(None)
        statement = statement.where(undecided if is_open else sa.not_(undecided))
    total = tx.execute(sa.select(sa.func.count()).select_from(statement.subquery())).scalar_one()
    rows = tx.execute(statement.order_by(level_changes.c.number.desc()).limit(page.size).offset(page.offset))
    return Page(with_plans(tx, tuple(_change(row) for row in rows.mappings())), total, page.offset)


def with_plans(tx: Transaction, changes: tuple[LevelChange, ...]) -> tuple[LevelChange, ...]:
    """The same with the last plan of each, and who approved that one: for who looks at them, not for the gate."""
    ids = [item.id for item in changes]
    plans: dict[str, LevelPlan] = {}
    approvals: dict[str, list[LevelApproval]] = {}
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        own_plans = sa.select(level_plans).where(level_plans.c.level_change.in_(some)).order_by(level_plans.c.number)
        for row in tx.execute(own_plans).mappings():
            plans[row["level_change"]] = msgspec.convert(row["document"], LevelPlan)
        given = sa.select(level_approvals).where(level_approvals.c.level_change.in_(some))
        for row in tx.execute(given.order_by(level_approvals.c.at, level_approvals.c.person)).mappings():
            approval = LevelApproval(row["plan_digest"], row["person"], row["reason"], parse_instant(row["at"]))
            approvals.setdefault(row["level_change"], []).append(approval)
    return tuple(_with_plan(item, plans.get(item.id), approvals.get(item.id, [])) for item in changes)


def list_approved_level_changes(tx: Transaction) -> tuple[LevelChange, ...]:
    """Those that count, or will, as they were proposed; without plans."""
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


def note_moved(tx: Transaction, environment: str, known: Mapping[str, datetime], moved: Mapping[str, str]) -> None:
    """What is renamed was first seen when it was under its previous address.

    Args:
        known: What `read_sightings` gave, before anything was forgotten.
        moved: Address to the one before; what has no record under that one is left to `note_sightings`.
    """
    recorded = read_sightings(tx, environment) if moved else {}
    for new, before in moved.items():
        at = known.get(before)
        if at is not None and (new not in recorded or at < recorded[new]):
            forget_sightings(tx, environment, [new])
            note_sightings(tx, environment, [new], at)


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
        wanted_from=parse_if_any(row["wanted_from"]),
        evidence=msgspec.convert(row["evidence"], LevelEvidence | None),
        state=state,
        decided_by=row["decided_by"] or "",
        decided_at=parse_if_any(row["decided_at"]),
        decision_reason=row["decision_reason"] or "",
        starts_at=parse_if_any(row["starts_at"]),
        reverts=row["reverts"] or "",
    )


def _with_plan(change: LevelChange, plan: LevelPlan | None, approvals: list[LevelApproval]) -> LevelChange:
    if plan is None:
        return change
    own = tuple(item for item in approvals if item.plan_digest == plan.digest)
    return structs.replace(change, plan=plan, approvals=own)
