"""How controls stand, and what none of them looked at, on the wire."""

from pavior.api.schemas.controls import ControlShown, VerdictShown, WaiverShown
from pavior.api.schemas.disputes import DisputeCountsShown
from pavior.api.schemas.form import Instant, Shown
from pavior.api.schemas.overrides import OverrideCountsShown
from pavior.api.schemas.threats import ControlInThreatsShown
from pavior.environments.model import EnvironmentStatus
from pavior.kernel.verdicts import Phase
from pavior.policy.model import Level


class OutcomeCountsShown(Shown):
    """Verdicts by outcome; what is unknown or errored is no part of what passed."""

    failed: int
    errored: int
    unknown: int
    passed: int


class PhaseStandingShown(Shown):
    """A control in one phase; the instants are null when there is no verdict."""

    phase: Phase
    counts: OutcomeCountsShown
    environments: int
    outdated: int
    oldest_at: Instant | None
    newest_at: Instant | None


class StageLevelShown(Shown):
    """How hard a control is enforced in one stage."""

    stage: str
    level: Level
    is_default: bool
    environments: list[str]
    is_new_only: bool
    since: Instant | None
    level_change: str
    differing: list[str]


class ControlSummaryShown(Shown):
    """A control and how it stands; a count is null when you may not read what it counts."""

    control: ControlShown
    open_findings: int | None
    active_waivers: int | None
    standings: list[PhaseStandingShown]
    teams: list[str]
    changed_stages: list[StageLevelShown]


class TeamStandingShown(Shown):
    """A control in one phase, over what one team owns."""

    team: str
    phase: Phase
    counts: OutcomeCountsShown


class WeekStandingShown(Shown):
    """One week from Monday: what the gate said, and what was open at its end."""

    week: str
    counts: OutcomeCountsShown
    plans: int
    open_findings: int | None


class ControlHistoryShown(Shown):
    """A control over the last weeks, oldest first; `is_cut` when older plans were left out."""

    weeks: list[WeekStandingShown]
    plans: int
    is_cut: bool


class MappedRequirementShown(Shown):
    """A requirement as a control names it; `title` is empty where none of ours is known."""

    id: str
    title: str


class MappedFrameworkShown(Shown):
    """What a control is about in one framework."""

    id: str
    title: str
    requirements: list[MappedRequirementShown]


class ControlViewShown(Shown):
    """One control, whole."""

    control: ControlShown
    open_findings: int | None
    active_waivers: int | None
    standings: list[PhaseStandingShown]
    teams: list[TeamStandingShown]
    stages: list[StageLevelShown]
    waivers: list[WaiverShown]
    history: ControlHistoryShown
    disputes: DisputeCountsShown
    overrides: OverrideCountsShown | None
    hidden: list[str]
    asked_for_by: list[MappedFrameworkShown]
    threats: ControlInThreatsShown | None


class VerdictRowShown(Shown):
    """One verdict, where it is about, and since when it is known. `level` is what it meets now."""

    verdict: VerdictShown
    environment: str
    team: str
    at: Instant
    change_id: str
    level: Level
    level_change: str
    is_spared: bool


class LookedShown(Shown):
    """How much of one environment some control looked at, in resources."""

    at: Instant
    change_id: str
    evaluated: int
    uncovered: int
    skipped: int


class EnvironmentCoverageShown(Shown):
    """One environment; a phase is null when it was never evaluated, or when `hidden` names it."""

    environment: str
    team: str
    status: EnvironmentStatus
    plan: LookedShown | None
    live: LookedShown | None


class TypeCoverageShown(Shown):
    """One type of resource of which no control looked at some."""

    provider: str
    type: str
    plan: int
    live: int
    environments: list[str]


class SkippedPartShown(Shown):
    """Something that a reader passed over, where, and why."""

    environment: str
    phase: Phase
    subject: str
    why: str


class ProviderCoverageShown(Shown):
    """One provider of resources that no control looked at; empty for those of which it was not recorded."""

    provider: str
    plan: int
    live: int


class NotAskedControlShown(Shown):
    """A control that was about something in these environments and was not asked, and why."""

    control: str
    why: str
    environments: list[str]


class TeamCoverageShown(Shown):
    """What one team owns, in numbers."""

    team: str
    environments: int
    never_evaluated: int
    plan_uncovered: int
    live_uncovered: int
    unplaced_services: int


class UnplacedServiceShown(Shown):
    """A service that has no environment here."""

    service: str
    team: str


class CoverageViewShown(Shown):
    """What no control looked at, over the services that you may see."""

    types: list[TypeCoverageShown]
    providers: list[ProviderCoverageShown]
    not_asked: list[NotAskedControlShown]
    environments: list[EnvironmentCoverageShown]
    teams: list[TeamCoverageShown]
    skipped: list[SkippedPartShown]
    unplaced_services: list[UnplacedServiceShown]
    outdated_plans: int
    measured_at: Instant
    hidden: list[str]
