"""Small charts as shapes that templates draw: bars of one week each, told in words as well."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from pavior.kernel.verdicts import Outcome
from pavior.policy.compliance import RequirementState, StateCounts
from pavior.policy.level_plans import ServiceShare
from pavior.policy.levels import LevelChange, Rung
from pavior.policy.replaying import TeamReplay
from pavior.reports.compliance_view import ComplianceWeek
from pavior.reports.standing import Ladder, WeekStanding

HEIGHT = 60
BAR_STEP = 10
BAR_WIDTH = 100
_WEEK = timedelta(days=7)
_BACK = timedelta(days=30)
_AHEAD = timedelta(days=14)
# From the ground up: what passed carries what did not.
STACKED = (Outcome.PASSED, Outcome.UNKNOWN, Outcome.ERRORED, Outcome.FAILED)

_KINDS = {
    RequirementState.NOT_MET: "failed",
    RequirementState.UNKNOWN: "unknown",
    RequirementState.WAIVED: "waived",
    RequirementState.MET: "passed",
    RequirementState.NOT_COVERED: "uncovered",
}


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a bar; `kind` is its class in the stylesheet, and `y` counts from the top."""

    kind: str
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    """One week; `told` is what it says in words."""

    x: int
    segments: tuple[Segment, ...]
    told: str


@dataclass(frozen=True, slots=True)
class Chart:
    """All bars side by side. `largest` is what a bar of full height means."""

    bars: tuple[Bar, ...]
    width: int
    largest: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a lying bar that is `BAR_WIDTH` long; `x` counts from the left."""

    kind: str
    x: float
    width: float


S = TypeVar("S", TeamReplay, ServiceShare)


@dataclass(frozen=True, slots=True)
class ShareBar(Generic[S]):
    """One share of what a change of policy would come to, and its bar; all bars are to one scale."""

    share: S
    pieces: tuple[Piece, ...]


def share_bars(shares: tuple[S, ...]) -> tuple[ShareBar[S], ...]:
    """In the order of the shares; the longest bar is the one with the most that changes or is not known."""
    parts = [(("failed", item.newly_stopped), ("passed", item.let_go), ("unknown", item.unanswered)) for item in shares]
    largest = max((sum(count for _, count in part) for part in parts), default=0)
    return tuple(ShareBar(item, _pieces(part, largest)) for item, part in zip(shares, parts, strict=True))


def verdict_chart(weeks: tuple[WeekStanding, ...]) -> Chart:
    """Verdicts of each week, stacked by outcome."""
    parts = [
        (
            f"week of {week.week}: {_told(week)}",
            [(outcome.value, week.counts.of(outcome)) for outcome in STACKED],
        )
        for week in weeks
    ]
    return _chart(parts)


def finding_chart(weeks: tuple[WeekStanding, ...]) -> Chart:
    """Findings that were open at the end of each week."""
    return _chart(
        [
            (f"week of {week.week}: {week.open_findings or 0} open", [("open", week.open_findings or 0)])
            for week in weeks
        ]
    )


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment on the trend, `x` in the chart's own units; `told` says what was then."""

    x: float
    told: str


@dataclass(frozen=True, slots=True)
class Span:
    """One rung of a ladder; `x` and `width` in hundredths of the whole. `kind` is its class in the stylesheet."""

    kind: str
    x: float
    width: float
    rung: Rung
    is_now: bool


@dataclass(frozen=True, slots=True)
class LadderRow:
    """Environments with one ladder, and its rungs."""

    ladder: Ladder
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class LadderChart:
    """Ladders on one scale of time. `now_x` is where now is, in hundredths."""

    rows: tuple[LadderRow, ...]
    starts_at: datetime
    ends_at: datetime
    now_x: float


def ladder_chart(ladders: tuple[Ladder, ...], now: datetime) -> LadderChart:
    """From a while before the first change to a while after the last: at least a month back and a fortnight ahead."""
    moments = [rung.since for ladder in ladders for rung in ladder.rungs if rung.since is not None]
    start = min([now - _BACK, *(moment - _AHEAD for moment in moments)])
    end = max([now + _AHEAD, *(moment + _AHEAD for moment in moments)])

    def place(moment: datetime | None, otherwise: datetime) -> float:
        return round(100 * ((moment or otherwise) - start) / (end - start), 2)

    rows = []
    for ladder in ladders:
        spans = []
        for rung in ladder.rungs:
            left, right = place(rung.since, start), place(rung.until, end)
            kind = "block-new" if rung.is_new_only else rung.level.value
            spans.append(Span(kind, left, round(right - left, 2), rung, is_now=rung.is_now(now)))
        rows.append(LadderRow(ladder, tuple(spans)))
    return LadderChart(tuple(rows), start, end, place(now, now))


def level_marks(weeks: int, changes: tuple[LevelChange, ...], now: datetime) -> tuple[Mark, ...]:
    """Where levels started within the last `weeks` from Monday in UTC, of which the running one is the last."""
    monday = now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=now.weekday())
    start = monday - _WEEK * (weeks - 1)
    found = []
    for item in changes:
        if item.starts_at is not None:
            x = (item.starts_at - start) / _WEEK * BAR_STEP
            if 0 <= x < weeks * BAR_STEP:
                told = f"{item.id}: {item.rung} {item.scope.where}, from {item.starts_at:%Y-%m-%d}"
                found.append(Mark(round(x, 2), told))
    return tuple(sorted(found, key=lambda mark: mark.x))


def compliance_chart(weeks: tuple[ComplianceWeek, ...]) -> Chart:
    """Requirements of each week, stacked by how they stood."""
    parts = [
        (
            f"week of {week.week}: {week.counts or 'left out, too many plans'}",
            [(_KINDS[state], week.counts.of(state)) for state in reversed(RequirementState)] if week.counts else [],
        )
        for week in weeks
    ]
    return _chart(parts)


def state_bar(counts: StateCounts) -> tuple[Piece, ...]:
    """Requirements side by side, what asks for somebody first; those that stand in no way have no piece."""
    return _pieces([(_KINDS[state], counts.of(state)) for state in RequirementState], counts.total)


def _pieces(parts: Iterable[tuple[str, int]], largest: int) -> tuple[Piece, ...]:
    """Side by side; a bar of full length is `largest`, and what is not there has no piece."""
    pieces, x = [], 0.0
    for kind, count in parts:
        width = BAR_WIDTH * count / largest if largest else 0.0
        if width:
            pieces.append(Piece(kind, round(x, 2), round(width, 2)))
        x += width
    return tuple(pieces)


def _told(week: WeekStanding) -> str:
    told = [f"{week.counts.of(outcome)} {outcome.value}" for outcome in reversed(STACKED) if week.counts.of(outcome)]
    return ", ".join(told) or "no verdict"


def _chart(parts: list[tuple[str, list[tuple[str, int]]]]) -> Chart:
    largest = max((sum(count for _, count in segments) for _, segments in parts), default=0)
    bars = tuple(
        Bar(index * BAR_STEP + 1, tuple(_segments(segments, largest)), told)
        for index, (told, segments) in enumerate(parts)
    )
    return Chart(bars, len(parts) * BAR_STEP, largest)


def _segments(counts: list[tuple[str, int]], largest: int) -> Iterable[Segment]:
    top = float(HEIGHT)
    for kind, count in counts:
        if count:
            height = HEIGHT * count / largest
            top -= height
            yield Segment(kind, round(top, 2), round(height, 2))
