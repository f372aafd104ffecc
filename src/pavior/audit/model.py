"""An Event: one recorded fact. Metrics are queries over these, never typed in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


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
