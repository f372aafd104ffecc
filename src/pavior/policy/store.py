"""Rows of waivers."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec import structs

from pavior.kernel.clock import format_instant, parse_instant
from pavior.kernel.errors import ConflictError, MissingError
from pavior.kernel.pages import Page, PageRequest
from pavior.policy.model import Waiver, WaiverState
from pavior.policy.tables import waivers
from pavior.storage.counters import next_number
from pavior.storage.database import Transaction
from pavior.storage.searching import matching


def insert_waiver(tx: Transaction, waiver: Waiver) -> Waiver:
    """Add it, with the next id in place of `waiver.id`."""
    number = next_number(tx, "waiver")
    numbered = structs.replace(waiver, id=f"W-{number}")
    tx.execute(waivers.insert().values(**_row(numbered), number=number))
    return numbered


def find_waiver(tx: Transaction, waiver_id: str) -> Waiver | None:
    """By id."""
    row = tx.execute(waivers.select().where(waivers.c.id == waiver_id)).mappings().first()
    return None if row is None else _waiver(row)


def get_waiver(tx: Transaction, waiver_id: str) -> Waiver:
    """By id.

    Raises:
        MissingError: `waiver-missing`.
    """
    waiver = find_waiver(tx, waiver_id)
    if waiver is None:
        raise MissingError(
            "waiver-missing", f"There is no waiver {waiver_id[:40]}.", fix="List them with: pavior waiver list."
        )
    return waiver


def decide_waiver(tx: Transaction, decided: Waiver) -> None:
    """Store an approval or denial, if nobody has decided yet: of two who decide at once, one is told so.

    Raises:
        ConflictError: `waiver-already-decided`.
    """
    result = tx.execute(
        waivers.update()
        .where(waivers.c.id == decided.id, waivers.c.state == WaiverState.REQUESTED.value)
        .values(
            state=decided.state.value,
            decided_by=decided.decided_by,
            decided_at=_written(decided.decided_at),
            expires_at=_written(decided.expires_at),
        )
    )
    if result.rowcount != 1:
        current = get_waiver(tx, decided.id)
        raise ConflictError(
            "waiver-already-decided",
            f"{current.id} is {current.state.value}, by {current.decided_by or 'nobody known'}.",
            fix=f"Look at it with: pavior waiver show {current.id}. Ask for a new one to change the answer.",
        )


def revoke_waiver(tx: Transaction, revoked: Waiver) -> None:
    """End an approved one at `revoked.expires_at`, which is now. One that ends at this very moment has ended already.

    Raises:
        ConflictError: `waiver-not-active`.
    """
    now = _written(revoked.expires_at)
    result = tx.execute(
        waivers.update()
        .where(waivers.c.id == revoked.id, waivers.c.state == WaiverState.APPROVED.value, waivers.c.expires_at > now)
        .values(state=WaiverState.REVOKED.value, expires_at=now)
    )
    if result.rowcount != 1:
        current = get_waiver(tx, revoked.id)
        standing = "expired" if current.state is WaiverState.APPROVED else current.state.value
        raise ConflictError(
            "waiver-not-active",
            f"{current.id} is {standing}, so there is nothing to revoke.",
            fix="Only an approved waiver before its end can be revoked; list them with: pavior waiver list.",
        )


def list_waivers_of(tx: Transaction, environment: str) -> tuple[Waiver, ...]:
    """Every waiver of `orders/dev`, whatever its state, oldest first; `covers` says which counts at an instant."""
    statement = waivers.select().where(waivers.c.environment == environment).order_by(waivers.c.number)
    return tuple(_waiver(row) for row in tx.execute(statement).mappings())


def list_waivers(
    tx: Transaction,
    page: PageRequest,
    *,
    now: datetime,
    services: Collection[str] | None = None,
    state: WaiverState | None = None,
    query: str = "",
) -> Page[Waiver]:
    """Undecided first, oldest of them first; then the active ones by their end; then what has ended, latest first.

    `services` narrows it when given, and nothing is found when it is empty. `query` matches when each of its words
    stands in reason, control, subject, environment or requester.
    """
    searched = (waivers.c.reason, waivers.c.control, waivers.c.subject, waivers.c.environment, waivers.c.requester)
    conditions = matching(searched, query)
    if services is not None:
        conditions.append(waivers.c.service.in_(sorted(services)))
    if state is not None:
        conditions.append(waivers.c.state == state.value)
    is_requested, is_active = waivers.c.state == WaiverState.REQUESTED.value, _is_active(now)
    group = sa.case((is_requested, 0), (is_active, 1), else_=2)
    total = tx.execute(sa.select(sa.func.count()).select_from(waivers).where(*conditions)).scalar_one()
    statement = (
        waivers.select()
        .where(*conditions)
        .order_by(
            group,
            sa.case((is_active, waivers.c.expires_at), else_=""),
            sa.case((is_requested, waivers.c.number), else_=0),
            # A denied one has no end: it is as old as its denial.
            sa.func.coalesce(waivers.c.expires_at, waivers.c.decided_at, "").desc(),
            waivers.c.number.desc(),
        )
        .offset(page.offset)
        .limit(page.size)
    )
    items = tuple(_waiver(row) for row in tx.execute(statement).mappings())
    return Page(items, int(total), page.offset)


def count_active_by_control(tx: Transaction, services: Collection[str], now: datetime) -> dict[str, int]:
    """Control to how many waivers of these services excuse something at `now`; a control without any is absent."""
    statement = (
        sa.select(waivers.c.control, sa.func.count())
        .where(waivers.c.service.in_(sorted(services)), _is_active(now))
        .group_by(waivers.c.control)
    )
    return {str(control): int(count) for control, count in tx.execute(statement)}


def _is_active(now: datetime) -> sa.ColumnElement[bool]:
    # Instants of one form sort as text; the expiry moment itself is too late.
    return sa.and_(waivers.c.state == WaiverState.APPROVED.value, waivers.c.expires_at > format_instant(now))


def _row(waiver: Waiver) -> dict[str, Any]:
    return {
        "id": waiver.id,
        "control": waiver.control,
        "service": waiver.environment.partition("/")[0],
        "environment": waiver.environment,
        "subject": waiver.subject,
        "reason": waiver.reason,
        "requester": waiver.requester,
        "requested_at": format_instant(waiver.requested_at),
        "days": waiver.days,
        "state": waiver.state.value,
        "decided_by": waiver.decided_by,
        "decided_at": _written(waiver.decided_at),
        "expires_at": _written(waiver.expires_at),
        "change_id": waiver.change_id,
    }


def _waiver(row: Mapping[Any, Any]) -> Waiver:
    return Waiver(
        id=row["id"],
        control=row["control"],
        environment=row["environment"],
        subject=row["subject"],
        reason=row["reason"],
        requester=row["requester"],
        requested_at=parse_instant(row["requested_at"]),
        days=row["days"],
        state=WaiverState(row["state"]),
        decided_by=row["decided_by"],
        decided_at=_read(row["decided_at"]),
        expires_at=_read(row["expires_at"]),
        change_id=row["change_id"],
    )


def _written(instant: datetime | None) -> str | None:
    return None if instant is None else format_instant(instant)


def _read(text: str | None) -> datetime | None:
    return None if text is None else parse_instant(text)
