"""Rows of Pavior's own service levels."""

from datetime import datetime

import sqlalchemy as sa

from pavior.kernel.clock import format_instant, parse_instant
from pavior.observability.model import Count
from pavior.observability.tables import service_level_hours as hours
from pavior.storage.database import Transaction


def add(tx: Transaction, objective: str, hour: datetime, count: Count) -> None:
    """Add to what was counted in this hour. Writers take turns, so nobody comes between the two statements."""
    ours = (hours.c.objective == objective, hours.c.hour == format_instant(hour))
    found = tx.execute(
        hours.update().where(*ours).values(good=hours.c.good + count.good, total=hours.c.total + count.total)
    )
    if found.rowcount == 0:
        values = {"objective": objective, "hour": format_instant(hour), "good": count.good, "total": count.total}
        tx.execute(hours.insert().values(**values))


def list_hours(tx: Transaction, since: datetime) -> tuple[tuple[str, datetime, Count], ...]:
    """Objective, hour and count, oldest first."""
    rows = tx.execute(hours.select().where(hours.c.hour >= format_instant(since)).order_by(hours.c.hour)).mappings()
    return tuple(
        (row["objective"], parse_instant(row["hour"]), Count(int(row["good"]), int(row["total"]))) for row in rows
    )


def forget_before(tx: Transaction, before: datetime) -> int:
    """Remove what no window needs any more; how many rows that were."""
    return tx.execute(sa.delete(hours).where(hours.c.hour < format_instant(before))).rowcount
