"""What the pages and commands show. Every count has its rows beside it or a filter that leads to them.

`hidden` names the parts of a view that are empty because its reader may not read that kind of thing, so that
they are not taken for a fact.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pavior.audit.model import RecordedEvent
from pavior.catalog.model import Entity, Relation, Service
from pavior.catalog.ports import CommitCheck, Proposal
from pavior.disputes.model import Dispute
from pavior.environments.model import Approval, Change, Environment, Plan
from pavior.findings.model import Finding
from pavior.inventory.model import Drift
from pavior.kernel.pages import Page
from pavior.kernel.verdicts import Outcome, Verdict
from pavior.overrides.model import Override
from pavior.policy.levels import LevelChange
from pavior.policy.model import Control, Decision, DecisionOutcome
from pavior.policy.recomputed import Recomputed
from pavior.policy.rendering import Denial
from pavior.policy.waiver_model import Waiver
from pavior.reports.threats_model import ModelRow, PlaceThreats
from pavior.resources.model import Resource, ResourceChange
from pavior.runs.model import Run
from pavior.threatmodels.review_model import ThreatReview
from pavior.threatmodels.standing_model import ThreatStanding


@dataclass(frozen=True, slots=True)
class HomeView:
    """What waits for this person, and what happened last.

    Args:
        overrides_to_review: Approved by others, what is due first before the others; some may be overdue.
        ending_waivers: Theirs, or of their teams, that end within 30 days or ended within the last 7.
        reopened_threats: Of services of their teams, worst first: were mitigated or accepted, and are open again.
    """

    changes_to_approve: tuple[Change, ...]
    waivers_to_decide: tuple[Waiver, ...]
    my_open_changes: tuple[Change, ...]
    my_findings: tuple[Finding, ...]
    drifted_environments: tuple[Environment, ...]
    unknown_environments: tuple[Environment, ...]
    running: tuple[Run, ...]
    recent_events: tuple[RecordedEvent, ...]
    services_total: int
    hidden: tuple[str, ...] = ()
    levels_to_decide: tuple[LevelChange, ...] = ()
    overrides_to_decide: tuple[Override, ...] = ()
    overrides_to_review: tuple[Override, ...] = ()
    threat_reviews_to_answer: tuple[ThreatReview, ...] = ()
    disputes_to_answer: tuple[Dispute, ...] = ()
    ending_waivers: tuple[Waiver, ...] = ()
    reopened_threats: tuple[ThreatStanding, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """One resource that a scope reaches, and the worst that the control says of it.

    Args:
        path: The file in which it is written; empty when that is not known.
    """

    environment: str
    subject: str
    outcome: Outcome
    path: str


@dataclass(frozen=True, slots=True)
class Matches:
    """What a scope reaches today, as far as the asker may see.

    Args:
        excused: Resources that do not pass: those are what would be excused.
        passing: How many more it reaches that pass, which nothing needs to excuse.
        environments: How many environments it reaches.
        unknown: Those of them of which nothing was evaluated, so that nobody knows what it would excuse there.
    """

    excused: tuple[Match, ...]
    passing: int
    environments: int
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ServiceSummary:
    """One row of the catalog.

    Args:
        open_findings: Those that are not waived; None when the reader may not read findings.
    """

    service: Service
    environments: tuple[Environment, ...]
    open_findings: int | None


@dataclass(frozen=True, slots=True)
class Document:
    """A schema-checked document of the repository: `problems` is empty when it is valid."""

    path: str
    content: Mapping[str, object] | None
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ServiceView:
    """One service, whole.

    Args:
        threat_model: As it lies in the newest commit of main.
        threats: How they stand, by environment where it is deployed.
        recorded_model: How main's threat model stands; None when the reader may not see it.
    """

    service: Service
    clone_url: str
    head: str
    environments: tuple[Environment, ...]
    relations: tuple[Relation, ...]
    entities: tuple[Entity, ...]
    proposals: tuple[tuple[Proposal, tuple[CommitCheck, ...]], ...]
    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]
    threat_model: Document | None
    objectives: Document | None
    day_two_schema: Mapping[str, object] | None
    hidden: tuple[str, ...] = ()
    ending_waivers: tuple[Waiver, ...] = ()
    threats: tuple[PlaceThreats, ...] = ()
    recorded_model: ModelRow | None = None


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One Change, whole. `plan` is its latest, `denials` tell of what blocks it, worst first.

    Args:
        overrides: Of any of its plans, latest first.
        threat_review: Of its branch; None where none was asked for, or where the reader may not know.
    """

    change: Change
    plan: Plan | None
    diff: str
    approvals: tuple[Approval, ...]
    waivers: tuple[Waiver, ...]
    runs: tuple[Run, ...]
    may_approve: bool
    may_not_approve_because: str
    denials: tuple[Denial, ...] = ()
    overrides: tuple[Override, ...] = ()
    hidden: tuple[str, ...] = ()
    threat_review: ThreatReview | None = None


@dataclass(frozen=True, slots=True)
class RecomputedView:
    """One past Decision, and what came of making it again.

    Args:
        number: Of the plan.
        numbers: Of every plan of the Change that was decided about, the oldest first.
        outcome: What the Decision says.
        made_by: Which program decided, such as `pavior 0.1.0`; empty when that was not kept.
        input_digest: What the Decision was bound to; empty when that was not kept.
        stored_digest: Of what is stored now.
        program: The one that made it again.
    """

    change_id: str
    environment: str
    number: int
    numbers: tuple[int, ...]
    plan_digest: str
    evaluated_at: datetime
    outcome: DecisionOutcome
    made_by: str
    input_digest: str
    stored_digest: str
    program: str
    result: Recomputed


@dataclass(frozen=True, slots=True)
class EnvironmentView:
    """One environment, whole: what was applied, what is declared, what drifted.

    Args:
        resources: Each with the verdicts about it. A satellite, such as a bucket's public access block, has none of its
            own: the verdicts about what it belongs to look at it.
        uncovered_types: Types among them that no control looks at, by name.
        threats: None where none was judged.
    """

    environment: Environment
    service: Service
    resources: tuple[tuple[Resource, tuple[Verdict, ...]], ...]
    uncovered_types: tuple[str, ...]
    outputs: Mapping[str, object]
    drifts: tuple[Drift, ...]
    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]
    waivers: tuple[Waiver, ...]
    running: tuple[Run, ...]
    hidden: tuple[str, ...] = ()
    threats: PlaceThreats | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a golden path would make, before anything is made."""

    files: Mapping[str, str]
    changes: tuple[ResourceChange, ...]
    decision: Decision
    environment: str
    denials: tuple[Denial, ...] = ()


@dataclass(frozen=True, slots=True)
class MetricRow:
    """One number with what it was counted from. `value` is None when nothing was recorded yet.

    Args:
        unit: `seconds`, `count`, or `ratio`.
        sample_size: How many recorded facts it rests on.
        rows: Sequence numbers of those facts in the audit log.
        issues: What narrows the list of issues to those facts, where they are issues.
    """

    id: str
    title: str
    value: float | None
    unit: str
    sample_size: int
    rows: tuple[int, ...]
    labels: Mapping[str, str]
    measured_at: datetime
    issues: Mapping[str, str] | None = None


def percent(ratio: float, *, places: int = 4) -> str:
    """`99.95 %`, never rounded up: 100 means all of them."""
    # Rounded first, far behind what is shown: 0.999 is a little less in binary.
    scale = 10**places
    return f"{math.floor(round(ratio * 100 * scale, 6)) / scale:g} %"


@dataclass(frozen=True, slots=True)
class DayCount:
    """Good events and all events of one day in UTC, such as `2026-11-27`."""

    day: str
    good: int
    total: int


@dataclass(frozen=True, slots=True)
class ServiceLevel:
    """One of Pavior's own objectives, over its window.

    Args:
        good: Events that were as promised.
        total: All events.
        ratio: None when nothing happened: that is not known, and never a kept promise.
        budget_left: Share of the failures it may have that are left, 1 to below 0; None as `ratio`.
        days: Each day of the window, oldest first.
    """

    id: str
    title: str
    meaning: str
    target_ratio: float
    good: int
    total: int
    ratio: float | None
    budget_left: float | None
    days: tuple[DayCount, ...]

    @property
    def is_kept(self) -> bool | None:
        """Whether the promise is kept; None when that is not known."""
        return None if self.ratio is None else self.ratio >= self.target_ratio


@dataclass(frozen=True, slots=True)
class SearchView:
    """What has all the words, of each kind the first few; None for a kind that was not searched."""

    services: Page[ServiceSummary] | None = None
    changes: Page[Change] | None = None
    findings: Page[Finding] | None = None
    waivers: Page[Waiver] | None = None
    controls: tuple[Control, ...] = ()
