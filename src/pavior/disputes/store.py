"""Rows of disputes."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from pavior.disputes.model import Dispute, DisputeState
from pavior.disputes.tables import disputes
from pavior.kernel.clock import format_if_any, format_instant, parse_if_any, parse_instant
from pavior.kernel.errors import ConflictError, MissingError
from pavior.kernel.pages import Page, PageRequest
from pavior.storage.counters import next_number
from pavior.storage.database import Transaction


def insert_dispute(tx: Transaction, dispute: Dispute) -> Dispute:
    """Add it, with the next id in place of `dispute.id`."""
    number = next_number(tx, "dispute")
    numbered = replace(dispute, id=f"DP-{number}")
    tx.execute(disputes.insert().values(**_row(numbered), number=number))
    return numbered


def find_open(tx: Transaction, control: str, environment: str, subject: str) -> Dispute | None:
    """The one about this that nobody has answered."""
    statement = disputes.select().where(
        disputes.c.control == control,
        disputes.c.environment == environment,
        disputes.c.subject == subject,
        disputes.c.state == DisputeState.OPEN.value,
    )
    row = tx.execute(statement).mappings().first()
    return None if row is None else _dispute(row)


def get_dispute(tx: Transaction, dispute_id: str) -> Dispute:
    """By id.

    Raises:
        MissingError: `dispute-missing`.
    """
    row = tx.execute(disputes.select().where(disputes.c.id == dispute_id)).mappings().first()
    if row is None:
        raise MissingError(
            "dispute-missing", f"There is no dispute {dispute_id[:40]}.", fix="List them with: pavior control disputes."
        )
    return _dispute(row)


def answer_dispute(tx: Transaction, answered: Dispute) -> None:
    """Store the answer, if nobody has answered yet: of two who answer at once, one is told so.

    Raises:
        ConflictError: `dispute-already-answered`.
    """
    result = tx.execute(
        disputes.update()
        .where(disputes.c.id == answered.id, disputes.c.state == DisputeState.OPEN.value)
        .values(**{name: _row(answered)[name] for name in ("state", "answered_by", "answered_at", "answer")})
    )
    if result.rowcount != 1:
        current = get_dispute(tx, answered.id)
        raise ConflictError(
            "dispute-already-answered",
            f"{current.id} is {current.state.value}, by {current.answered_by or 'nobody known'}.",
            fix="Dispute it anew, with what is new, to have the answer changed.",
        )


def list_disputes(
    tx: Transaction,
    page: PageRequest,
    *,
    services: Collection[str],
    control: str = "",
    state: DisputeState | None = None,
) -> Page[Dispute]:
    """Open ones first, the oldest of them first; then the others, latest first. No services, none."""
    conditions: list[sa.ColumnElement[bool]] = [disputes.c.service.in_(sorted(services))]
    if control:
        conditions.append(disputes.c.control == control)
    if state is not None:
        conditions.append(disputes.c.state == state.value)
    is_open = disputes.c.state == DisputeState.OPEN.value
    total = tx.execute(sa.select(sa.func.count()).select_from(disputes).where(*conditions)).scalar_one()
    statement = (
        disputes.select()
        .where(*conditions)
        .order_by(
            sa.case((is_open, 0), else_=1), sa.case((is_open, disputes.c.number), else_=0), disputes.c.number.desc()
        )
        .offset(page.offset)
        .limit(page.size)
    )
    return Page(tuple(_dispute(row) for row in tx.execute(statement).mappings()), int(total), page.offset)


def count_by_state(tx: Transaction, control: str, services: Collection[str]) -> dict[DisputeState, int]:
    """Of one control; a state without any is absent."""
    statement = (
        sa.select(disputes.c.state, sa.func.count())
        .where(disputes.c.control == control, disputes.c.service.in_(sorted(services)))
        .group_by(disputes.c.state)
    )
    return {DisputeState(state): int(count) for state, count in tx.execute(statement)}


def _row(dispute: Dispute) -> dict[str, Any]:
    return {
        "id": dispute.id,
        "control": dispute.control,
        "service": dispute.environment.partition("/")[0],
        "environment": dispute.environment,
        "subject": dispute.subject,
        "outcome": dispute.outcome,
        "control_version": dispute.control_version,
        "reason": dispute.reason,
        "requester": dispute.requester,
        "requested_at": format_instant(dispute.requested_at),
        "state": dispute.state.value,
        "answered_by": dispute.answered_by,
        "answered_at": format_if_any(dispute.answered_at),
        "answer": dispute.answer,
    }


def _dispute(row: Mapping[Any, Any]) -> Dispute:
    return Dispute(
        id=row["id"],
        control=row["control"],
        environment=row["environment"],
        subject=row["subject"],
        outcome=row["outcome"],
        control_version=row["control_version"],
        reason=row["reason"],
        requester=row["requester"],
        requested_at=parse_instant(row["requested_at"]),
        state=DisputeState(row["state"]),
        answered_by=row["answered_by"],
        answered_at=parse_if_any(row["answered_at"]),
        answer=row["answer"],
    )
