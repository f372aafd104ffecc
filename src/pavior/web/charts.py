"""Small charts as shapes that templates draw: bars of one week each, told in words as well."""

from collections.abc import Iterable
from dataclasses import dataclass

from pavior.kernel.verdicts import Outcome
from pavior.reports.standing import WeekStanding

HEIGHT = 60
BAR_STEP = 10
# From the ground up: what passed carries what did not.
STACKED = (Outcome.PASSED, Outcome.UNKNOWN, Outcome.ERRORED, Outcome.FAILED)


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
