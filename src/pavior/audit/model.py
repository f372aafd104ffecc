"""An Event: one recorded fact. Metrics are queries over these, never typed in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from pavior.kernel.verdicts import Outcome


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened.

    Args:
        verb: Past tense with its noun, such as `change.approved`.
        actor: Who, as `Actor.id`; `pavior` when the platform acted by itself.
        subject: Reference or id of the thing.
        service: Service name, or empty.
        environment: `orders/dev`, or empty.
        started_at: When it began; equals `ended_at` for an instant.
        waited_seconds: Time somebody waited for it before it began, 0 or more.
        outcome: `succeeded`, `failed`, `blocked`, `denied`, `cancelled`.
        surface: Through which door, as `identity.Surface`.
        details: Small JSON facts, masked: control ids, plan digest, counts.
    """

    verb: str
    actor: str
    subject: str
    started_at: datetime
    ended_at: datetime
    outcome: str = "succeeded"
    surface: str = "worker"
    service: str = ""
    environment: str = ""
    waited_seconds: float = 0.0
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """An Event with its place in the chain."""

    sequence: int
    event: Event
    hash: str


class Problem(StrEnum):
    """What is wrong with a row of the audit log."""

    EDITED = "edited"
    MISSING = "missing"
    REORDERED = "reordered"
    TRUNCATED = "truncated"
    REWRITTEN = "rewritten"
    BAD_SIGNATURE = "bad-signature"


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """One row as it stands in the log, or in an export; nothing about it is trusted.

    Args:
        body: Canonical JSON, see `audit.chain`.
        columns: What the table repeats of the body, for queries; empty in an export.
    """

    sequence: int
    body: str
    previous_hash: str
    hash: str
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Head:
    """Where the log stood: all rows up to `sequence` lead to `hash`, signed with Ed25519, in hex."""

    sequence: int
    hash: str
    signature: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What walking the whole log found.

    Args:
        checked: How many rows were read.
        first_wrong: Sequence of the first row that is wrong or not there; None when all is right.
        problem: What is wrong with it; None when all is right.
        detail: The same in a sentence, or empty.
        signed_up_to: The last row that a valid signed head covers; those after it can be cut off unnoticed.
    """

    checked: int
    first_wrong: int | None = None
    problem: Problem | None = None
    detail: str = ""
    signed_up_to: int = 0

    @property
    def outcome(self) -> Outcome:
        """Unknown when there was nothing to check."""
        if self.problem is not None:
            return Outcome.FAILED
        return Outcome.PASSED if self.checked else Outcome.UNKNOWN

    @property
    def is_intact(self) -> bool:
        """Whether there was something to check, and nothing is wrong with it."""
        return self.outcome is Outcome.PASSED
