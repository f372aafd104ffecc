"""One waiver, whole: its history, what was asked before, what it reaches today, and who may do what."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from pavior.identity.model import Permission, Scope
from pavior.kernel.clock import format_instant
from pavior.kernel.pages import MAXIMUM_PAGE_SIZE
from pavior.policy import store as policy
from pavior.policy.model import Control
from pavior.policy.reaching import is_wide
from pavior.policy.tables import waivers
from pavior.policy.waiver_model import Waiver, WaiverState, WaiverStep
from pavior.policy.waiver_step_store import list_steps
from pavior.policy.waivers import ANNOUNCED_DAYS
from pavior.reports.evaluations import Evaluations
from pavior.reports.model import Matches
from pavior.reports.queues import find_waiver_scope, read_waiver
from pavior.reports.sight import Sight
from pavior.reports.waiver_matches import match

# What ended is shown as long as the last warning was before it: whoever was away for a weekend still sees it.
ENDED_FOR = timedelta(days=7)
_SHOWN_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class WaiverView:
    """One waiver, whole.

    Args:
        steps: All that happened to it, oldest first.
        earlier: What was asked before about the same control where this one reaches, latest first.
        granted: How often that was granted, this one included.
        days_excused: For how many days in all, begun ones included, until now.
        matches: What it reaches today.
        owner: The team that decides about its control; empty where that is the role security.
        may_not_decide_because: Empty when the reader may decide it.
    """

    waiver: Waiver
    steps: tuple[WaiverStep, ...]
    earlier: tuple[Waiver, ...]
    granted: int
    days_excused: int
    matches: Matches
    owner: str
    may_not_decide_because: str
    may_revoke: bool
    may_transfer: bool


def read_waiver_view(sight: Sight, waiver_id: str, *, controls: tuple[Control, ...], said: Evaluations) -> WaiverView:
    """Raises MissingError `waiver-missing`."""
    waiver = read_waiver(sight, waiver_id)
    owner = next((control.owner for control in controls if control.id == waiver.control), "")
    scope = find_waiver_scope(sight, waiver, control_owner=owner) or Scope()
    earlier = policy.list_earlier(sight.tx, waiver, limit=MAXIMUM_PAGE_SIZE)
    granted = [item for item in (waiver, *earlier) if item.expires_at is not None]
    wide = is_wide(waiver.environment)
    return WaiverView(
        waiver=waiver,
        steps=list_steps(sight.tx, waiver.id),
        earlier=earlier,
        granted=len(granted),
        days_excused=days_excused(granted, sight.now),
        matches=match(sight, said, waiver),
        owner=owner,
        may_not_decide_because=sight.why_not(
            Permission.WAIVER_DECIDE_WIDE if wide else Permission.WAIVER_DECIDE, scope
        ),
        may_revoke=sight.may(Permission.WAIVER_REVOKE, scope),
        may_transfer=sight.may(Permission.WAIVER_TRANSFER, scope),
    )


def days_excused(granted: Collection[Waiver], now: datetime) -> int:
    """Days with an excuse until `now`; where two overlap it is one, and a day that was begun counts."""
    spans = sorted(
        (item.decided_at, min(item.expires_at, now))
        for item in granted
        if item.decided_at is not None and item.expires_at is not None and item.decided_at < now
    )
    total, reached = timedelta(), datetime.min.replace(tzinfo=now.tzinfo)
    for begin, end in spans:
        if end > reached:
            total += end - max(begin, reached)
            reached = end
    return -(-total // timedelta(days=1))


def list_ending(sight: Sight, *, services: Collection[str] | None = None) -> tuple[Waiver, ...]:
    """Those that end within 30 days, or ended within the last 7, the first to end first.

    Args:
        services: Of these services; of what the reader asked for or answers for when None.
    """
    before = sight.now + timedelta(days=max(ANNOUNCED_DAYS))
    conditions = [
        waivers.c.state.in_((WaiverState.APPROVED.value, WaiverState.EXPIRED.value)),
        waivers.c.expires_at > format_instant(sight.now - ENDED_FOR),
        waivers.c.expires_at <= format_instant(before),
    ]
    if services is None:
        own = sight.services(Permission.WAIVER_READ)
        conditions += [
            sa.or_(waivers.c.requester == sight.actor.id, waivers.c.team.in_(sorted(sight.actor.teams))),
            sa.or_(waivers.c.service.in_(sorted(own)), waivers.c.service == "*"),
        ]
    else:
        conditions.append(waivers.c.service.in_(sorted(services)))
    statement = (
        sa.select(waivers.c.id)
        .where(*conditions)
        .order_by(waivers.c.expires_at, waivers.c.number)
        .limit(_SHOWN_AT_ONCE)
    )
    ids = list(sight.tx.execute(statement).scalars())
    found = (policy.find_waiver(sight.tx, waiver_id) for waiver_id in ids)
    # One that was renewed in time asks for nobody.
    return tuple(item for item in found if item is not None and not _is_followed(sight, item))


def _is_followed(sight: Sight, waiver: Waiver) -> bool:
    after = (
        sa.select(sa.func.count())
        .select_from(waivers)
        .where(
            waivers.c.renews == waiver.id,
            waivers.c.state == WaiverState.APPROVED.value,
            waivers.c.expires_at > format_instant(sight.now),
        )
    )
    return bool(sight.tx.execute(after).scalar_one())
