"""A Finding: one weakness with one identity, whatever found it."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
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
        environment: As `orders/dev`; empty when it was seen in a repository that runs nowhere yet.
        team: Who must act.
        phase: How far down the road it was seen.
        found_in: The phase in which it was seen first.
        threat: Id of the threat that predicted it when it was found, or found again; empty when none did, and None
            when there was no model to ask.
    """

    id: str
    fingerprint: str
    control: str
    service: str
    environment: str
    subject: str
    phase: Phase
    found_in: Phase
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
    threat: str | None = None

    def is_waived(self, now: datetime) -> bool:
        """Whether a waiver excuses it at `now`. The expiry moment itself is too late."""
        return self.waived_until is not None and now < self.waived_until


# How long there is to fix it, by severity: critical is a working week, high a sprint and its release, medium a
# quarter, low half a year; info is looked at once a year, so that nothing stays for ever without being read.
FIX_WITHIN: dict[Severity, timedelta] = {
    Severity.CRITICAL: timedelta(days=7),
    Severity.HIGH: timedelta(days=30),
    Severity.MEDIUM: timedelta(days=90),
    Severity.LOW: timedelta(days=180),
    Severity.INFO: timedelta(days=365),
}


def due_at(severity: Severity, opened_at: datetime) -> datetime:
    """When a finding that was opened at `opened_at` must be gone."""
    return opened_at + FIX_WITHIN[severity]


def fingerprint(control: str, service: str, environment: str, subject: str) -> str:
    """64 hex digits that stand for one weakness; lines, messages and phases are no part of it."""
    # Stored for ever: a change of order or form makes every finding a new one.
    words = json.dumps([control, service, environment, subject], ensure_ascii=True)
    return hashlib.sha256(words.encode("ascii")).hexdigest()
