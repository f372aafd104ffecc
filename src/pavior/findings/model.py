"""A Finding: one weakness with one identity, whatever found it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pavior.kernel.verdicts import Phase, Position, Severity


class FindingState(StrEnum):
    """*Waived* is not a state: it is derived from `waived_until` and now, so that it ends at an instant."""

    OPEN = "open"
    FIXED = "fixed"
    FALSE_POSITIVE = "false-positive"
    DUPLICATE = "duplicate"


class FindingSource(StrEnum):
    """What fed it."""

    VERDICT = "verdict"
    OBLIGATION = "obligation"
    DRIFT = "drift"
    ADOPTION = "adoption"


@dataclass(frozen=True, slots=True)
class Finding:
    """One weakness.

    Args:
        id: `F-` and a number.
        fingerprint: Hex digest over control, service, environment and subject; the same thing found
            again is the same Finding.
        team: Who must act.
    """

    id: str
    fingerprint: str
    control: str
    service: str
    environment: str
    subject: str
    phase: Phase
    source: FindingSource
    severity: Severity
    message: str
    position: Position | None
    team: str
    state: FindingState
    first_seen_at: datetime
    last_seen_at: datetime
    due_at: datetime
    waived_until: datetime | None = None
    waiver_id: str = ""
    fixed_at: datetime | None = None
    change_id: str = ""
    triage_reason: str = ""

    def is_waived(self, now: datetime) -> bool:
        """Whether a waiver excuses it at `now`. The expiry moment itself is too late."""
        return self.waived_until is not None and now < self.waived_until
