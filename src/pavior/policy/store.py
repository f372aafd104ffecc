"""Rows of waivers."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from msgspec import structs

from pavior.kernel.clock import format_if_any, format_instant, parse_if_any, parse_instant
from pavior.kernel.errors import ConflictError, MissingError
from pavior.kernel.pages import Page, PageRequest
from pavior.policy.reaching import EVERYWHERE, is_wide, places_of, service_of
from pavior.policy.tables import waivers
from pavior.policy.waiver_model import Waiver, WaiverState
from pavior.storage.counters import next_number
from pavior.storage.database import Transaction
from pavior.storage.searching import matching

# Recorded as over, whatever ended it.
_ENDED = frozenset({WaiverState.DENIED, WaiverState.REVOKED, WaiverState.EXPIRED})


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
            decided_at=format_if_any(decided.decided_at),
            expires_at=format_if_any(decided.expires_at),
            decision_reason=decided.decision_reason,
            ended_at=format_if_any(decided.decided_at) if decided.state is WaiverState.DENIED else None,
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
    now = format_if_any(revoked.expires_at)
    result = tx.execute(
        waivers.update()
        .where(waivers.c.id == revoked.id, waivers.c.state == WaiverState.APPROVED.value, waivers.c.expires_at > now)
        .values(state=WaiverState.REVOKED.value, expires_at=now, ended_at=now)
    )
    if result.rowcount != 1:
        current = get_waiver(tx, revoked.id)
        standing = "expired" if current.state is WaiverState.APPROVED else current.state.value
        raise ConflictError(
            "waiver-not-active",
            f"{current.id} is {standing}, so there is nothing to revoke.",
            fix="Only an approved waiver before its end can be revoked; list them with: pavior waiver list.",
        )


def expire_waivers(tx: Transaction, now: datetime, *, environment: str = "") -> tuple[Waiver, ...]:
    """Record as expired what has ended by `now`; those whose end was not recorded before, the earliest first.

    Args:
        environment: Only those that reach this one, such as `orders/dev`; all when empty.
    """
    conditions = [waivers.c.state == WaiverState.APPROVED.value, waivers.c.expires_at <= format_instant(now)]
    if environment:
        conditions.append(waivers.c.environment.in_(places_of(environment)))
    found = waivers.select().where(*conditions).order_by(waivers.c.expires_at, waivers.c.number)
    ended = tuple(_waiver(row) for row in tx.execute(found).mappings())
    if ended:
        tx.execute(
            waivers.update().where(*conditions).values(state=WaiverState.EXPIRED.value, ended_at=waivers.c.expires_at)
        )
    return tuple(structs.replace(waiver, state=WaiverState.EXPIRED) for waiver in ended)


def set_announced(tx: Transaction, waiver_id: str, days: int) -> bool:
    """Note that it was announced to end in so many days; whether nobody had noted that before."""
    result = tx.execute(
        waivers.update()
        .where(
            waivers.c.id == waiver_id,
            waivers.c.state == WaiverState.APPROVED.value,
            sa.or_(waivers.c.announced_days.is_(None), waivers.c.announced_days > days),
        )
        .values(announced_days=days)
    )
    return result.rowcount == 1


def set_team(tx: Transaction, waiver: Waiver, team: str) -> bool:
    """Let `team` answer for it; whether the one did that it had when it was read."""
    result = tx.execute(
        waivers.update().where(waivers.c.id == waiver.id, waivers.c.team == waiver.team).values(team=team)
    )
    return result.rowcount == 1


def rename_control(tx: Transaction, before: str, after: str) -> int:
    """Let what was asked for under one id stand under another; how many those are."""
    return tx.execute(waivers.update().where(waivers.c.control == before).values(control=after)).rowcount


def list_in_force(tx: Transaction, environment: str, now: datetime) -> tuple[Waiver, ...]:
    """Those that excuse something in `orders/dev` at `now`, its service's and those of everything included, by age."""
    # Sorted here: asked for an order, SQLite reads whatever is approved anywhere, in that order.
    statement = waivers.select().where(waivers.c.environment.in_(places_of(environment)), _is_active(now))
    rows = sorted(tx.execute(statement).mappings(), key=lambda row: int(row["number"]))
    return tuple(_waiver(row) for row in rows)


def list_in_force_of(tx: Transaction, control: str, now: datetime) -> tuple[Waiver, ...]:
    """Those that excuse something of one control at `now`, wherever, by age."""
    statement = waivers.select().where(waivers.c.control == control, _is_active(now))
    rows = sorted(tx.execute(statement).mappings(), key=lambda row: int(row["number"]))
    return tuple(_waiver(row) for row in rows)


def list_due(tx: Transaction, now: datetime, announced_days: Collection[int]) -> tuple[Waiver, ...]:
    """Those in force at `now` that end within one of these spans and of which that was not announced yet, by their end.

    A span that is no shorter than the waiver itself is none of its own.
    """
    is_due = (
        sa.and_(
            waivers.c.expires_at <= format_instant(now + timedelta(days=days)),
            waivers.c.days > days,
            sa.or_(waivers.c.announced_days.is_(None), waivers.c.announced_days > days),
        )
        for days in announced_days
    )
    horizon = format_instant(now + timedelta(days=max(announced_days)))
    statement = (
        waivers.select()
        .where(_is_active(now), waivers.c.expires_at <= horizon, sa.or_(*is_due))
        .order_by(waivers.c.expires_at, waivers.c.number)
    )
    return tuple(_waiver(row) for row in tx.execute(statement).mappings())


def list_waivers_of(tx: Transaction, environment: str, *, limit: int) -> tuple[Waiver, ...]:
    """The latest that reach `orders/dev`, whatever their state, oldest of them first."""
    statement = (
        waivers.select()
        .where(waivers.c.environment.in_(places_of(environment)))
        .order_by(waivers.c.number.desc())
        .limit(limit)
    )
    return tuple(_waiver(row) for row in tx.execute(statement).mappings())[::-1]


def list_ever_approved(tx: Transaction, environment: str = "") -> tuple[Waiver, ...]:
    """Those that excused something at some time, whatever became of them, by age; all, or those that reach a place."""
    statement = waivers.select().where(waivers.c.expires_at.is_not(None)).order_by(waivers.c.number)
    if environment:
        statement = statement.where(waivers.c.environment.in_(places_of(environment)))
    return tuple(_waiver(row) for row in tx.execute(statement).mappings())


def list_earlier(tx: Transaction, waiver: Waiver, *, limit: int) -> tuple[Waiver, ...]:
    """What was asked before about the same control where this one reaches, whatever came of it, latest first.

    Of another resource, or of other files, is only what names neither.
    """
    conditions = [
        waivers.c.control == waiver.control,
        waivers.c.environment.in_(_overlapping(waiver.environment)),
        waivers.c.id != waiver.id,
    ]
    if waiver.id:
        conditions.append(waivers.c.number < int(waiver.id.removeprefix("W-")))
    if waiver.subject:
        conditions.append(waivers.c.subject.in_(("", waiver.subject)))
    if waiver.path:
        conditions.append(waivers.c.path.in_(("", waiver.path)))
    statement = waivers.select().where(*conditions).order_by(waivers.c.number.desc()).limit(limit)
    return tuple(_waiver(row) for row in tx.execute(statement).mappings())


def list_of_team(tx: Transaction, team: str, now: datetime) -> tuple[Waiver, ...]:
    """Those for which a team answers and that are undecided, or excuse something at `now`, oldest first."""
    is_open = sa.or_(waivers.c.state == WaiverState.REQUESTED.value, _is_active(now))
    statement = waivers.select().where(waivers.c.team == team, is_open).order_by(waivers.c.number)
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

    `services` narrows it when given; what reaches everything is in it whenever there is a service. `query` matches when
    each of its words stands in reason, control, subject, path, environment or requester.
    """
    searched = (
        waivers.c.reason,
        waivers.c.control,
        waivers.c.subject,
        waivers.c.path,
        waivers.c.environment,
        waivers.c.requester,
    )
    narrowed = matching(searched, query)
    if services is not None:
        narrowed.append(waivers.c.service.in_(_and_everywhere(services)))
    items: list[Waiver] = []
    offset = page.offset
    parts = _parts(tx, narrowed, now, state)
    # Each part is read in the order of an index: sorting all of them at once takes a second for 100,000.
    for part in parts:
        room = page.size - len(items)
        if offset < part.count and room:
            statement = waivers.select().where(part.condition, *narrowed).order_by(*part.order)
            found = tx.execute(statement.offset(offset).limit(room)).mappings()
            items += (_waiver(row) for row in found)
        offset = max(0, offset - part.count)
    return Page(tuple(items), sum(part.count for part in parts), page.offset)


@dataclass(frozen=True, slots=True)
class _Part:
    """Rows of a list that stand together."""

    count: int
    condition: sa.ColumnElement[bool]
    order: tuple[sa.ColumnElement[Any], ...]


def _parts(
    tx: Transaction, narrowed: list[sa.ColumnElement[bool]], now: datetime, state: WaiverState | None
) -> list[_Part]:
    by_state = sa.select(waivers.c.state, sa.func.count()).where(*narrowed).group_by(waivers.c.state)
    if state is not None:
        asked = {state, WaiverState.APPROVED} if state is WaiverState.EXPIRED else {state}
        by_state = by_state.where(waivers.c.state.in_([item.value for item in asked]))
    counts = {WaiverState(name): int(count) for name, count in tx.execute(by_state)}
    count_active = sa.select(sa.func.count()).select_from(waivers).where(_is_active(now), *narrowed)
    active = int(tx.execute(count_active).scalar_one())
    over = counts.get(WaiverState.APPROVED, 0) - active
    wanted = _ENDED if state is None else _ENDED & {state}
    parts = []
    if state in {None, WaiverState.REQUESTED}:
        is_requested = waivers.c.state == WaiverState.REQUESTED.value
        parts.append(_Part(counts.get(WaiverState.REQUESTED, 0), is_requested, (waivers.c.number.asc(),)))
    if state in {None, WaiverState.APPROVED}:
        parts.append(_Part(active, _is_active(now), (waivers.c.expires_at.asc(), waivers.c.number.desc())))
    if state in {None, WaiverState.EXPIRED}:
        # Over, and not recorded so yet, which takes a minute at most.
        is_over = sa.and_(waivers.c.state == WaiverState.APPROVED.value, waivers.c.expires_at <= format_instant(now))
        parts.append(_Part(over, is_over, (waivers.c.expires_at.desc(), waivers.c.number.desc())))
    if wanted:
        is_ended = waivers.c.ended_at.is_not(None)
        condition = is_ended if state is None else sa.and_(is_ended, waivers.c.state == state.value)
        count = sum(counts.get(item, 0) for item in wanted)
        parts.append(_Part(count, condition, (waivers.c.ended_at.desc(), waivers.c.number.desc())))
    return parts


def _and_everywhere(services: Collection[str]) -> list[str]:
    """What reaches everything is about each service; who may know of none need not know of that."""
    return [*sorted(services), *([EVERYWHERE] if services else [])]


def _overlapping(place: str) -> tuple[str, ...] | sa.Select[Any]:
    """The places that include it, or that it includes."""
    if place == EVERYWHERE:
        return sa.select(waivers.c.environment).distinct()
    if is_wide(place):
        return sa.select(waivers.c.environment).distinct().where(waivers.c.service.in_((service_of(place), EVERYWHERE)))
    return places_of(place)


def count_active_by_control(tx: Transaction, services: Collection[str], now: datetime) -> dict[str, int]:
    """Control to how many waivers of these services excuse something at `now`; a control without any is absent."""
    statement = (
        sa.select(waivers.c.control, sa.func.count())
        .where(waivers.c.service.in_(_and_everywhere(services)), _is_active(now))
        .group_by(waivers.c.control)
    )
    return {str(control): int(count) for control, count in tx.execute(statement)}


def list_active_waivers(
    tx: Transaction, control: str, services: Collection[str], now: datetime, *, limit: int
) -> tuple[Waiver, ...]:
    """Those of one control that excuse something of these services at `now`, the first to end first."""
    statement = (
        waivers.select()
        .where(waivers.c.control == control, waivers.c.service.in_(_and_everywhere(services)), _is_active(now))
        .order_by(waivers.c.expires_at, waivers.c.number)
        .limit(limit)
    )
    return tuple(_waiver(row) for row in tx.execute(statement).mappings())


def _is_active(now: datetime) -> sa.ColumnElement[bool]:
    # Instants of one form sort as text; the expiry moment itself is too late.
    return sa.and_(waivers.c.state == WaiverState.APPROVED.value, waivers.c.expires_at > format_instant(now))


def _row(waiver: Waiver) -> dict[str, Any]:
    return {
        "id": waiver.id,
        "control": waiver.control,
        "service": service_of(waiver.environment),
        "environment": waiver.environment,
        "subject": waiver.subject,
        "reason": waiver.reason,
        "requester": waiver.requester,
        "requested_at": format_instant(waiver.requested_at),
        "days": waiver.days,
        "state": waiver.state.value,
        "decided_by": waiver.decided_by,
        "decided_at": format_if_any(waiver.decided_at),
        "expires_at": format_if_any(waiver.expires_at),
        "change_id": waiver.change_id,
        "path": waiver.path,
        "measures": waiver.measures,
        "evidence": waiver.evidence,
        "team": waiver.team,
        "renews": waiver.renews,
        "decision_reason": waiver.decision_reason,
        "announced_days": waiver.announced_days,
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
        decided_at=parse_if_any(row["decided_at"]),
        expires_at=parse_if_any(row["expires_at"]),
        change_id=row["change_id"],
        path=row["path"],
        measures=row["measures"],
        evidence=row["evidence"],
        team=row["team"],
        renews=row["renews"],
        decision_reason=row["decision_reason"],
        announced_days=row["announced_days"],
    )
