"""How well Pavior keeps what it promises about itself."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from pavior.identity.authorisation import Authoriser
from pavior.identity.model import Actor, Permission, Scope
from pavior.kernel.clock import Clock, format_instant, parse_instant
from pavior.observability import store
from pavior.observability.model import Count, OwnObjective
from pavior.observability.service_levels import BUG_CODES, ENDED, OWN_OBJECTIVES, PROMPT, STARTED, WINDOW
from pavior.reports.model import DayCount, ServiceLevel
from pavior.runs.tables import runs
from pavior.storage.database import Database, Transaction

Events = Iterable[tuple[str, datetime, Count]]


@dataclass(frozen=True, slots=True)
class ServiceLevels:
    """Each objective over the last 28 days."""

    database: Database
    authoriser: Authoriser
    clock: Clock

    def list_service_levels(self, actor: Actor) -> tuple[ServiceLevel, ...]:
        """All objectives, always in the same order; one without events is not known, and not kept either."""
        self.authoriser.authorise(actor, Permission.METRICS_READ, on=Scope())
        now = self.clock.now()
        since = (now - WINDOW).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        by_day: dict[str, dict[date, Count]] = defaultdict(lambda: defaultdict(Count))
        with self.database.snapshot() as tx:
            for objective, at, count in (*store.list_hours(tx, since), *_runs(tx, since)):
                by_day[objective][at.date()] += count
        days = [since.date() + timedelta(days=number) for number in range(WINDOW.days)]
        return tuple(_level(objective, by_day[objective.id], days) for objective in OWN_OBJECTIVES)


def _level(objective: OwnObjective, by_day: Mapping[date, Count], days: list[date]) -> ServiceLevel:
    counts = tuple((day, by_day.get(day, Count())) for day in days)
    count = sum((item for _, item in counts), Count())
    bad, allowed = count.total - count.good, count.total * (1 - objective.target_ratio)
    return ServiceLevel(
        id=objective.id,
        title=objective.title,
        meaning=objective.meaning,
        target_ratio=objective.target_ratio,
        good=count.good,
        total=count.total,
        ratio=count.ratio,
        budget_left=1 - bad / allowed if count.total else None,
        days=tuple(DayCount(day.isoformat(), item.good, item.total) for day, item in counts),
    )


def _runs(tx: Transaction, since: datetime) -> Events:
    columns = (runs.c.created_at, runs.c.started_at, runs.c.ended_at, runs.c.error_code)
    # One may have waited for long, and begin or end within the window.
    is_within = sa.or_(*(column >= format_instant(since) for column in columns[:3]))
    rows = tx.execute(sa.select(*columns).where(is_within))
    for created, started, ended, code in rows:
        if started is not None:
            at = parse_instant(started)
            yield STARTED.id, at, Count(int(at - parse_instant(created) <= PROMPT), 1)
        if ended is not None:
            yield ENDED.id, parse_instant(ended), Count(int(code not in BUG_CODES), 1)
