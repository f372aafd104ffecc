"""An Objective: what the users of a service may expect, as a ratio that is measured.

The words are OpenSLO's: an indicator (SLI) is the ratio of good events to all events, an objective (SLO) is its
target over a time window, and an alert fires when the error budget burns too fast.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class IndicatorSource(StrEnum):
    """What answers the queries `good` and `total`, and so in whose language they are written."""

    CLOUDWATCH_LOGS = "cloudwatch-logs"
    PROMETHEUS = "prometheus"


class Notify(StrEnum):
    """Whether somebody is woken up, or looks at it on the next working day."""

    PAGE = "page"
    TICKET = "ticket"


@dataclass(frozen=True, slots=True)
class Indicator:
    """The ratio of good events to all events. No events at all is no answer, never a perfect one.

    Args:
        log_group: For `cloudwatch-logs`: where the events are; empty otherwise.
        good: Query that counts good events.
        total: Query that counts all events.
    """

    source: IndicatorSource
    log_group: str
    good: str
    total: str


@dataclass(frozen=True, slots=True)
class BurnRateAlert:
    """Fires while the budget burns at least `burn_rate` times as fast as allowed, over both windows."""

    notify: Notify
    burn_rate: float
    long_window_minutes: int
    short_window_minutes: int


# Source: The Site Reliability Workbook, chapter 5, "Multiwindow, Multi-Burn-Rate Alerts", for a window of 30 days.
DEFAULT_ALERTS = (
    BurnRateAlert(Notify.PAGE, 14.4, 60, 5),
    BurnRateAlert(Notify.PAGE, 6.0, 6 * 60, 30),
    BurnRateAlert(Notify.TICKET, 3.0, 24 * 60, 2 * 60),
    BurnRateAlert(Notify.TICKET, 1.0, 3 * 24 * 60, 6 * 60),
)


@dataclass(frozen=True, slots=True)
class Objective:
    """A target for one indicator.

    Args:
        target_ratio: More than 0, less than 1: a target of 1 leaves no budget, so nothing could ever change.
        window_days: The rolling window over which the ratio counts.
        line: Where it stands in its file.
    """

    id: str
    title: str
    description: str
    indicator: Indicator
    target_ratio: float
    window_days: int
    alerts: tuple[BurnRateAlert, ...]
    line: int

    @property
    def highest_burn_rate(self) -> float:
        """Burn rate when every event is bad: 1 / (1 - target). An alert above it never fires."""
        return 1 / (1 - self.target_ratio)


@dataclass(frozen=True, slots=True)
class Objectives:
    """The objectives of one service."""

    service: str
    objectives: tuple[Objective, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """Good events, and all of them."""

    good: int = 0
    total: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(self.good + other.good, self.total + other.total)

    @property
    def ratio(self) -> float | None:
        """Of the good ones; None when nothing happened, which is no answer."""
        return self.good / self.total if self.total else None


@dataclass(frozen=True, slots=True)
class OwnObjective:
    """What people may expect of Pavior itself.

    Args:
        meaning: Which events count, and which of them are good.
        target_ratio: More than 0, less than 1.
    """

    id: str
    title: str
    meaning: str
    target_ratio: float


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """One part of Pavior. `detail` says what is wrong and what to do, or is empty."""

    name: str
    is_well: bool
    detail: str


@dataclass(frozen=True, slots=True)
class EngineOffered:
    """One engine that an environment may have.

    Args:
        version: Empty when it did not say.
        is_default: Whether new environments get it.
    """

    name: str
    version: str
    is_default: bool


@dataclass(frozen=True, slots=True)
class WorkerSeen:
    """One worker as it last showed itself.

    Args:
        state: `at work`, `silent` when it has not shown for a minute that it lives, or `gone` when it was stopped in
            order or found dead.
    """

    id: str
    state: str
    started_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class InstallationView:
    """The installation as whoever runs it wants to see it.

    Args:
        tables: Version of the tables: the last migration.
        queued: Runs that wait for a worker.
        running: Runs that one has begun.
        waiting_since: Of the run that has waited longest; None when none waits.
    """

    version: str
    python: str
    database: str
    tables: str
    cloud: str
    forge: str
    engines: tuple[EngineOffered, ...]
    checks: tuple[HealthCheck, ...]
    workers: tuple[WorkerSeen, ...]
    queued: int
    running: int
    waiting_since: datetime | None
