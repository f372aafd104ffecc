"""A Run: something that takes long, which a person can watch and cancel."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class RunState(StrEnum):
    """Where a run stands. The last four are ends."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    BLOCKED = "blocked"
    CANCELLED = "cancelled"

    @property
    def is_ended(self) -> bool:
        """Whether nothing more will happen."""
        return self not in (RunState.QUEUED, RunState.RUNNING)


@dataclass(frozen=True, slots=True)
class Run:
    """One run.

    Args:
        id: Also the durable workflow's id, such as `plan-C-12` or `apply-C-12-1`.
        kind: The workflow's name, such as `plan_change`.
        subject: Reference of what it is about.
        progress: Steps done, of `progress_total`; 0 of 0 when not known yet.
        step: What it is doing, for the person.
        error_code: Stable code when it failed, else empty.
        attempts: How often a worker began it; more than once only after one ended on the way.
    """

    id: str
    kind: str
    subject: str
    service: str
    environment: str
    requester: str
    state: RunState
    created_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None
    step: str = ""
    progress: int = 0
    progress_total: int = 0
    error_code: str = ""
    error_message: str = ""
    error_fix: str = ""
    cancel_requested_by: str = ""
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class LogLine:
    """One masked line, numbered from 1 within its run."""

    sequence: int
    at: datetime
    text: str
    level: str = "info"
