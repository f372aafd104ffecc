"""Drift: the difference between what was applied and what is there."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pavior.kernel.verdicts import Severity
from pavior.resources.drift import PropertyDrift
from pavior.resources.model import ResourceGraph


class DriftState(StrEnum):
    """`open` until it is gone, by a revert, by adoption, or by itself."""

    OPEN = "open"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Drift:
    """One resource that is not as it was applied.

    Args:
        controls: Ids of the controls that pass on what was applied and do not on what is there.
        severity: Of the worst control broken; info when none is.
    """

    id: str
    environment: str
    address: str
    type: str
    kind: str
    properties: tuple[PropertyDrift, ...]
    controls: tuple[str, ...]
    severity: Severity
    state: DriftState
    first_seen_at: datetime
    last_seen_at: datetime
    resolved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Observation:
    """What was seen of one environment, when it was last looked at completely."""

    environment: str
    observed_at: datetime
    graph: ResourceGraph
