"""How controls stand, and what none of them looked at. Pure values, and the counting that they come from.

Two kinds of evaluation are counted, never added to each other: what the gate said of the latest plan of an environment
(phase `plan`), and what the controls of today say of what was last seen there (phase `live`).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from pavior.disputes.model import DisputeCounts
from pavior.environments.model import EnvironmentStatus
from pavior.kernel.verdicts import Outcome, Phase, Verdict
from pavior.overrides.model import OverrideCounts
from pavior.policy.compliance import MappedFramework
from pavior.policy.levels import LevelChange, Rung
from pavior.policy.model import Control, Coverage, Level
from pavior.policy.waiver_model import Waiver
from pavior.reports.threats_model import ControlInThreats

# What is evaluated about an environment, in the order of the road.
PHASES = (Phase.PLAN, Phase.LIVE)


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What the controls said of one environment at one instant.

    Args:
        environment: As `orders/dev`.
        at: When the gate decided, or when the environment was looked at.
        change_id: Of the plan; empty for what is live.
        is_current: Whether exactly the controls of today were asked.
        verdicts: By control; one that said nothing is absent.
        input_digest: SHA-256 in hex of the plan, or of what was observed.
        controls_digest: Of all controls that were asked.
    """

    environment: str
    team: str
    phase: Phase
    at: datetime
    change_id: str
    is_current: bool
    verdicts: Mapping[str, tuple[Verdict, ...]]
    coverage: Coverage
    input_digest: str = ""
    controls_digest: str = ""


@dataclass(frozen=True, slots=True)
class OutcomeCounts:
    """How many verdicts had each outcome. What is unknown or errored is no part of what passed."""

    failed: int = 0
    errored: int = 0
    unknown: int = 0
    passed: int = 0

    @property
    def total(self) -> int:
        """All of them; 0 says that nothing is known."""
        return self.failed + self.errored + self.unknown + self.passed

    def of(self, outcome: Outcome) -> int:
        """Those with this outcome."""
        return int(getattr(self, outcome.value))


@dataclass(frozen=True, slots=True)
class PhaseStanding:
    """One control in one phase.

    Args:
        environments: How many of them have a verdict of it.
        outdated: How many of those were judged by another set of controls than today's.
        oldest_at: None when there is no verdict.
    """

    phase: Phase
    counts: OutcomeCounts
    environments: int
    outdated: int
    oldest_at: datetime | None
    newest_at: datetime | None


@dataclass(frozen=True, slots=True)
class StageLevel:
    """How hard a control is enforced in one stage, such as `prod`, and which environments are that stage.

    Args:
        is_default: Whether neither the control's folder nor a change of level says anything of this stage.
        is_new_only: Whether what was there before `since` is only warned of.
        since: None for what came with the control.
        level_change: Id of what set it; empty when the control's folder did.
        differing: Those of the environments where a change of their own, or of their team, says otherwise.
    """

    stage: str
    level: Level
    is_default: bool
    environments: tuple[str, ...]
    is_new_only: bool = False
    since: datetime | None = None
    level_change: str = ""
    differing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ControlSummary:
    """One control and how it stands over the services that the reader may see.

    Args:
        open_findings: Those that are not waived; None when the reader may not read findings.
        active_waivers: None when the reader may not read waivers.
        standings: One for each phase that the reader may read.
        teams: Those with a verdict that is not passed.
        changed_stages: Where a change of level says something else than the control's folder.
    """

    control: Control
    open_findings: int | None
    active_waivers: int | None
    standings: tuple[PhaseStanding, ...] = ()
    teams: tuple[str, ...] = ()
    changed_stages: tuple[StageLevel, ...] = ()

    def standing(self, phase: Phase) -> PhaseStanding | None:
        """None when the reader may not read that phase."""
        return next((item for item in self.standings if item.phase == phase), None)

    def has(self, outcome: Outcome) -> bool:
        """Whether a verdict of some phase has it."""
        return any(item.counts.of(outcome) for item in self.standings)

    @property
    def is_without_verdict(self) -> bool:
        """Whether nothing is known of it, which is no pass."""
        return not any(item.counts.total for item in self.standings)


@dataclass(frozen=True, slots=True)
class TeamStanding:
    """One control in one phase, over what one team owns."""

    team: str
    phase: Phase
    counts: OutcomeCounts


@dataclass(frozen=True, slots=True)
class Ladder:
    """Environments where the level of one control went, goes and will go the same way; oldest rung first."""

    environments: tuple[str, ...]
    rungs: tuple[Rung, ...]

    def rung_at(self, now: datetime) -> Rung:
        """What holds at `now` for what is new."""
        return next(item for item in reversed(self.rungs) if item.is_now(now))


@dataclass(frozen=True, slots=True)
class LevelView:
    """The level of one control: where it stands, how it got there, where it goes.

    Args:
        ladders: Over the environments that the reader may see, in the order of the road.
        changes: Of every state, the newest first.
    """

    control: Control
    ladders: tuple[Ladder, ...]
    changes: tuple[LevelChange, ...]
    as_of: datetime


@dataclass(frozen=True, slots=True)
class WeekStanding:
    """One week from Monday, such as `2026-11-23`, in UTC.

    Args:
        counts: Verdicts of the gate in that week.
        plans: How many plans those are of.
        open_findings: At its end, or now; None when the reader may not read findings.
    """

    week: str
    counts: OutcomeCounts
    plans: int
    open_findings: int | None


@dataclass(frozen=True, slots=True)
class ControlHistory:
    """A control over the last weeks, oldest first.

    Args:
        plans: How many plans were looked through.
        is_cut: Whether there were more, which are older than those.
    """

    weeks: tuple[WeekStanding, ...]
    plans: int
    is_cut: bool


@dataclass(frozen=True, slots=True)
class ControlView:
    """One control, whole. `hidden` names the parts whose kind the reader may not read, which are empty or None.

    Args:
        asked_for_by: What it is about in which framework.
        threats: Those that it stops.
    """

    control: Control
    open_findings: int | None
    active_waivers: int | None
    standings: tuple[PhaseStanding, ...]
    teams: tuple[TeamStanding, ...]
    stages: tuple[StageLevel, ...]
    waivers: tuple[Waiver, ...]
    history: ControlHistory
    disputes: DisputeCounts
    overrides: OverrideCounts | None = None
    hidden: tuple[str, ...] = ()
    asked_for_by: tuple[MappedFramework, ...] = ()
    threats: ControlInThreats | None = None


@dataclass(frozen=True, slots=True)
class VerdictRow:
    """One verdict, where it is about, and since when it is known.

    Args:
        level: That it meets now, whatever it met when it was found out.
        level_change: Id of what set it; empty when the control's folder did.
        is_spared: Whether that blocks only what is new, and the subject was there before.
    """

    verdict: Verdict
    environment: str
    team: str
    at: datetime
    change_id: str
    level: Level
    level_change: str = ""
    is_spared: bool = False


@dataclass(frozen=True, slots=True)
class Looked:
    """How much of one environment some control looked at, in resources.

    Args:
        skipped: What the reader passed over; each of them may hold any number of resources.
    """

    at: datetime
    change_id: str
    evaluated: int
    uncovered: int
    skipped: int


@dataclass(frozen=True, slots=True)
class EnvironmentCoverage:
    """One environment; a phase is None when it was never evaluated, or when the reader may not read it."""

    environment: str
    team: str
    status: EnvironmentStatus
    plan: Looked | None
    live: Looked | None


@dataclass(frozen=True, slots=True)
class TypeCoverage:
    """One type of resource of which no control looked at some.

    Args:
        provider: `aws`, `google`, `azurerm`, ...: what the type begins with; `kubernetes` for kinds of manifests.
        plan: How many in the latest plans, and `live` in what was last seen.
        environments: Where they are.
    """

    provider: str
    type: str
    plan: int
    live: int
    environments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SkippedPart:
    """Something that a reader passed over, where, and why."""

    environment: str
    phase: Phase
    subject: str
    why: str


@dataclass(frozen=True, slots=True)
class ProviderCoverage:
    """One provider of resources that no control looked at.

    Args:
        provider: As `hashicorp/random`; empty for those of which it was not recorded.
        plan: How many in the latest plans, and `live` in what was last seen.
    """

    provider: str
    plan: int
    live: int


@dataclass(frozen=True, slots=True)
class NotAskedControl:
    """A control that was about something in these environments and was not asked, and why. It has no verdict there."""

    control: str
    why: str
    environments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TeamCoverage:
    """What one team owns.

    Args:
        never_evaluated: Environments with neither a plan nor a look at them.
        plan_uncovered: Resources that no control looked at; `live_uncovered` the same of what was last seen.
        unplaced_services: Services that have no environment here, so nothing of them is evaluated.
    """

    team: str
    environments: int
    never_evaluated: int
    plan_uncovered: int
    live_uncovered: int
    unplaced_services: int


@dataclass(frozen=True, slots=True)
class UnplacedService:
    """A service that has no environment here, so nothing of it is evaluated."""

    service: str
    team: str


@dataclass(frozen=True, slots=True)
class CoverageView:
    """What no control looked at, over the services that the reader may see.

    Args:
        providers: Empty where the view is narrowed by type.
        outdated_plans: Latest plans that were judged by another set of controls than today's.
    """

    types: tuple[TypeCoverage, ...]
    providers: tuple[ProviderCoverage, ...]
    not_asked: tuple[NotAskedControl, ...]
    environments: tuple[EnvironmentCoverage, ...]
    teams: tuple[TeamCoverage, ...]
    skipped: tuple[SkippedPart, ...]
    unplaced_services: tuple[UnplacedService, ...]
    outdated_plans: int
    measured_at: datetime
    hidden: tuple[str, ...] = ()


def count_outcomes(verdicts: Iterable[Verdict]) -> OutcomeCounts:
    """Each outcome for itself."""
    found = Counter(verdict.outcome for verdict in verdicts)
    return OutcomeCounts(**{outcome.value: found[outcome] for outcome in Outcome})


def provider_of(resource_type: str) -> str:
    """`aws` of `aws_s3_bucket`. A kind such as `Deployment` has no such beginning."""
    beginning, has_more, _ = resource_type.partition("_")
    return beginning if has_more and beginning.islower() else "kubernetes"
