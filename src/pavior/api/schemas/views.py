"""Whole things on the wire: home, a service, a Change, an environment. `hidden` names what you may not read."""

from pavior.api.schemas.controls import DecisionShown, DenialShown, Document, PositionShown, VerdictShown, WaiverShown
from pavior.api.schemas.disputes import DisputeShown
from pavior.api.schemas.environments import (
    ApprovalShown,
    ChangeShown,
    DriftShown,
    EnvironmentShown,
    PlanShown,
    ResourceChangeShown,
    ResourceShown,
)
from pavior.api.schemas.form import Instant, Reference, Shown
from pavior.api.schemas.levels import LevelChangeShown
from pavior.api.schemas.overrides import OverrideShown
from pavior.api.schemas.records import FindingShown, RecordedEventShown, RunShown
from pavior.api.schemas.threat_reviews import ThreatReviewShown
from pavior.api.schemas.threats import ModelRowShown, PlaceThreatsShown, ThreatStandingShown


class RelationShown(Shown):
    """How one catalog entity stands to another, in Backstage's word."""

    type: str
    target: Reference


class EntityShown(Shown):
    """One document of a catalog file."""

    ref: Reference
    kind: str
    title: str
    description: str
    owner: Reference | None
    relations: list[RelationShown]
    tags: list[str]
    document: Document
    position: PositionShown
    is_known_kind: bool


class ServiceShown(Shown):
    """Something a team runs."""

    name: str
    title: str
    description: str
    team: str
    repository: str
    lifecycle: str
    golden_path: str
    golden_path_version: str
    parameters: Document
    data_class: str
    created_at: Instant
    is_adopted: bool
    tags: list[str]


class ServiceSummaryShown(Shown):
    """One row of the catalog; `open_findings` is null when you may not read findings."""

    service: ServiceShown
    environments: list[EnvironmentShown]
    open_findings: int | None


class AuthorShown(Shown):
    """Who a commit is by."""

    name: str
    email: str


class ProposalShown(Shown):
    """A branch that wants to become part of main."""

    repository: str
    branch: str
    commit: str
    title: str
    author: AuthorShown
    committed_at: Instant
    is_behind: bool


class CommitCheckShown(Shown):
    """A result beside a commit."""

    name: str
    state: str
    summary: str
    link: str


class DocumentShown(Shown):
    """A document of the repository; `problems` is empty when it is valid."""

    path: str
    content: Document | None
    problems: list[str]


class ServiceViewShown(Shown):
    """One service, whole."""

    service: ServiceShown
    clone_url: str
    head: str
    environments: list[EnvironmentShown]
    relations: list[RelationShown]
    entities: list[EntityShown]
    proposals: list[tuple[ProposalShown, list[CommitCheckShown]]]
    changes: list[ChangeShown]
    findings: list[FindingShown]
    threat_model: DocumentShown | None
    objectives: DocumentShown | None
    day_two_schema: Document | None
    hidden: list[str]
    ending_waivers: list[WaiverShown]
    threats: list[PlaceThreatsShown]
    recorded_model: ModelRowShown | None


class GoldenPathShown(Shown):
    """What a service can be made from.

    `environments` are stages with whether they are production, and `engine` is empty where the installation chooses it.
    """

    name: str
    version: str
    title: str
    description: str
    owner: str
    parameters_schema: Document
    day_two_parameters: list[str]
    environments: list[tuple[str, bool]]
    engine: str


class PreviewShown(Shown):
    """What a golden path would make."""

    files: dict[str, str]
    changes: list[ResourceChangeShown]
    decision: DecisionShown
    environment: str
    denials: list[DenialShown]


class HomeViewShown(Shown):
    """What waits for you, and what happened last."""

    changes_to_approve: list[ChangeShown]
    waivers_to_decide: list[WaiverShown]
    my_open_changes: list[ChangeShown]
    my_findings: list[FindingShown]
    drifted_environments: list[EnvironmentShown]
    unknown_environments: list[EnvironmentShown]
    running: list[RunShown]
    recent_events: list[RecordedEventShown]
    services_total: int
    hidden: list[str]
    levels_to_decide: list[LevelChangeShown]
    overrides_to_decide: list[OverrideShown]
    overrides_to_review: list[OverrideShown]
    threat_reviews_to_answer: list[ThreatReviewShown]
    disputes_to_answer: list[DisputeShown]
    ending_waivers: list[WaiverShown]
    reopened_threats: list[ThreatStandingShown]


class ChangeViewShown(Shown):
    """One Change, whole. `plan` is its latest."""

    change: ChangeShown
    plan: PlanShown | None
    diff: str
    approvals: list[ApprovalShown]
    waivers: list[WaiverShown]
    runs: list[RunShown]
    may_approve: bool
    may_not_approve_because: str
    denials: list[DenialShown]
    overrides: list[OverrideShown]
    hidden: list[str]
    threat_review: ThreatReviewShown | None


class EnvironmentViewShown(Shown):
    """One environment, whole. A resource without verdicts was evaluated by no control."""

    environment: EnvironmentShown
    service: ServiceShown
    resources: list[tuple[ResourceShown, list[VerdictShown]]]
    outputs: Document
    uncovered_types: list[str]
    drifts: list[DriftShown]
    changes: list[ChangeShown]
    findings: list[FindingShown]
    waivers: list[WaiverShown]
    running: list[RunShown]
    hidden: list[str]
    threats: PlaceThreatsShown | None
