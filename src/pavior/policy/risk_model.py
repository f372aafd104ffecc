"""How much can go wrong with a Change, as a sum of weighed factors. Pure values."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from msgspec import Struct

from pavior.kernel.verdicts import Severity


class RiskFactor(StrEnum):
    """What makes a Change, or a change of level, riskier; the value is stable."""

    PRODUCTION = "production"
    DESTROY = "destroy"
    DELETES = "deletes"
    DELETES_DATA = "deletes-data"
    EXPOSURE = "exposure"
    PERMISSIONS = "permissions"
    DATA_CLASS = "data-class"
    WAIVED = "waived"
    OVERRIDDEN = "overridden"
    NO_EVIDENCE = "no-evidence"
    # Of a change of level, `policy.level_risk`.
    STOPS_PRODUCTION = "stops-production"
    STOPS_MANY = "stops-many"
    STOPS = "stops"
    LOWERS = "lowers"
    LETS_GO = "lets-go"
    WIDE = "wide"
    NOT_KNOWN = "not-known"


# From this score of risk on: the scale, and how many others must approve.
_SCALE: Final = (
    (9, Severity.CRITICAL, 2),
    (6, Severity.HIGH, 1),
    (3, Severity.MEDIUM, 1),
    (1, Severity.LOW, 0),
    (0, Severity.INFO, 0),
)


class Weighed(Struct, frozen=True):
    """One factor of a Change.

    Args:
        weight: 1 or more.
        told: One sentence that names what it is about.
    """

    factor: RiskFactor
    weight: int
    told: str


class Risk(Struct, frozen=True):
    """How much can go wrong, and why. Build it with `risk_of()`.

    Args:
        level: The score on the one scale.
        score: The sum of the weights, 0 or more.
        factors: The heaviest first; none when nothing speaks for a risk.
    """

    level: Severity
    score: int
    factors: tuple[Weighed, ...]

    @property
    def approvals(self) -> int:
        """How many persons other than the requester must approve."""
        return _risk_step(self.score)[2]


def risk_of(factors: Iterable[Weighed]) -> Risk:
    """What the factors add up to."""
    ordered = tuple(sorted(factors, key=lambda item: -item.weight))
    score = sum(item.weight for item in ordered)
    return Risk(_risk_step(score)[1], score, ordered)


def _risk_step(score: int) -> tuple[int, Severity, int]:
    return next(step for step in _SCALE if score >= step[0])
