"""One control over the last weeks, from what was recorded: decisions about plans, and findings with their dates."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from pavior.findings.model import FindingState
from pavior.findings.tables import findings
from pavior.identity.model import Permission
from pavior.kernel.clock import parse_instant
from pavior.kernel.verdicts import Verdict
from pavior.reports.evaluations import Evaluations
from pavior.reports.sight import Sight
from pavior.reports.standing import ControlHistory, WeekStanding, count_outcomes

WEEKS = 13
# More are not read for one page; what is left out is older.
MOST_PLANS = 500
_WEEK = timedelta(days=7)
# Nobody recorded when these were judged, and they never asked for anything to be done.
_NEVER_OPEN = (FindingState.FALSE_POSITIVE, FindingState.DUPLICATE)


def read_history(sight: Sight, evaluations: Evaluations, control: str) -> ControlHistory:
    """A quarter of weeks from Monday in UTC, the running one last."""
    mondays = mondays_until(sight.now)
    judged, is_cut = evaluations.plans_since(sight, mondays[0], MOST_PLANS)
    verdicts: dict[datetime, list[Verdict]] = {}
    plans: dict[datetime, int] = {}
    for plan in judged:
        own = plan.verdicts.get(control)
        if own:
            monday = _monday(plan.at)
            verdicts.setdefault(monday, []).extend(own)
            plans[monday] = plans.get(monday, 0) + 1
    found = _open_at_end_of(sight, control, mondays)
    return ControlHistory(
        weeks=tuple(
            WeekStanding(
                week=f"{monday:%Y-%m-%d}",
                counts=count_outcomes(verdicts.get(monday, ())),
                plans=plans.get(monday, 0),
                open_findings=None if found is None else found[monday],
            )
            for monday in mondays
        ),
        plans=len(judged),
        is_cut=is_cut,
    )


def mondays_until(now: datetime) -> list[datetime]:
    """A quarter of them in UTC, oldest first; the last is that of the running week."""
    last = _monday(now)
    return [last - _WEEK * back for back in reversed(range(WEEKS))]


def _monday(instant: datetime) -> datetime:
    day = instant.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day - timedelta(days=day.weekday())


def _open_at_end_of(sight: Sight, control: str, mondays: list[datetime]) -> Mapping[datetime, int] | None:
    """Of a finding that was fixed and came back only the last span is known, so it counts as open throughout."""
    if not sight.may_somewhere(Permission.FINDING_READ):
        return None
    services = sight.services(Permission.FINDING_READ)
    statement = sa.select(findings.c.first_seen_at, findings.c.fixed_at).where(
        findings.c.control == control,
        findings.c.service.in_(sorted(services)),
        findings.c.state.not_in([state.value for state in _NEVER_OPEN]),
    )
    spans = [(parse_instant(row[0]), parse_instant(row[1]) if row[1] else None) for row in sight.tx.execute(statement)]
    return {
        monday: sum(first < monday + _WEEK and (fixed is None or fixed >= monday + _WEEK) for first, fixed in spans)
        for monday in mondays
    }
