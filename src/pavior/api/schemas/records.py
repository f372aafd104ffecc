"""Findings, runs, events, numbers and people on the wire."""

from pavior.api.schemas.controls import Document, PositionShown
from pavior.api.schemas.form import Instant, Shown, Words
from pavior.audit.model import Problem
from pavior.findings.model import FindingSource, FindingState
from pavior.kernel.verdicts import Phase, Severity
from pavior.runs.model import RunState


class FindingShown(Shown):
    """One weakness. It is excused while `waived_until` has not come.

    `threat` predicted it when it was found; it is empty when none did, and null when there was no model to ask.
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
    position: PositionShown | None
    team: str
    state: FindingState
    first_seen_at: Instant
    last_seen_at: Instant
    due_at: Instant
    waived_until: Instant | None
    waiver_id: str
    fixed_at: Instant | None
    change_id: str
    triage_reason: str
    threat: str | None


class RunShown(Shown):
    """Something that takes long: follow its log, or ask again until it has ended."""

    id: str
    kind: str
    subject: str
    service: str
    environment: str
    requester: str
    state: RunState
    created_at: Instant
    started_at: Instant | None
    ended_at: Instant | None
    step: str
    progress: int
    progress_total: int
    error_code: str
    error_message: str
    error_fix: str
    cancel_requested_by: str
    attempts: int


class LogLineShown(Shown):
    """One masked line, numbered from 1 within its run."""

    sequence: int
    at: Instant
    text: str
    level: str


class EventShown(Shown):
    """One thing that happened."""

    verb: str
    actor: str
    subject: str
    started_at: Instant
    ended_at: Instant
    outcome: str
    surface: str
    service: str
    environment: str
    waited_seconds: float
    details: Document


class RecordedEventShown(Shown):
    """An event with its place in the hash chain."""

    sequence: int
    event: EventShown
    hash: str


class VerificationShown(Shown):
    """What walking the whole audit log found; `first_wrong` and `problem` are null when it is right."""

    checked: int
    first_wrong: int | None
    problem: Problem | None
    detail: str
    signed_up_to: int


class MetricRowShown(Shown):
    """One number, and the rows of the audit log from which it was counted; null when nothing was recorded.

    Where it was counted from issues, `issues` is what narrows `/metrics/issues` to them.
    """

    id: str
    title: str
    value: float | None
    unit: str
    sample_size: int
    rows: list[int]
    labels: dict[str, str]
    measured_at: Instant
    issues: dict[str, str] | None


class DayCountShown(Shown):
    """One day in UTC."""

    day: str
    good: int
    total: int


class ServiceLevelShown(Shown):
    """One of Pavior's own objectives; `ratio` and `budget_left` are null when nothing happened, which is not known."""

    id: str
    title: str
    meaning: str
    target_ratio: float
    good: int
    total: int
    ratio: float | None
    budget_left: float | None
    days: list[DayCountShown]


class HealthCheckShown(Shown):
    """One part of Pavior; `detail` says what is wrong and what to do."""

    name: str
    is_well: bool
    detail: str


class EngineOfferedShown(Shown):
    """One engine that an environment may have; `version` is empty when it did not say."""

    name: str
    version: str
    is_default: bool


class WorkerSeenShown(Shown):
    """One worker as it last showed itself: `at work`, `silent` or `gone`."""

    id: str
    state: str
    started_at: Instant
    seen_at: Instant


class InstallationShown(Shown):
    """This installation; `tables` is the last migration, `waiting_since` null when no run waits for a worker."""

    version: str
    python: str
    database: str
    tables: str
    cloud: str
    forge: str
    engines: list[EngineOfferedShown]
    checks: list[HealthCheckShown]
    workers: list[WorkerSeenShown]
    queued: int
    running: int
    waiting_since: Instant | None


class PersonShown(Shown):
    """Somebody who can sign in."""

    name: str
    display_name: str
    roles: Words
    teams: Words
    created_at: Instant
    is_disabled: bool
    subject: str


class TeamShown(Shown):
    """People who own services together."""

    name: str
    title: str
    members: Words
    created_at: Instant
