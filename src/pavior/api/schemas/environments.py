"""Resources, plans, Changes and environments on the wire."""

from pavior.api.schemas.controls import DecisionShown, PositionShown, SkippedShown
from pavior.api.schemas.form import Instant, Shown, Tree, Trees
from pavior.environments.model import ChangeKind, ChangeStatus, EnvironmentStatus
from pavior.inventory.model import DriftState
from pavior.kernel.verdicts import Severity
from pavior.resources.model import Action, GraphFormat


class ResourceShown(Shown):
    """One resource. In `values`, `$unknown` and `$sensitive` mark what is not known and what is hidden."""

    address: str
    type: str
    values: Trees
    mode: str
    provider: str
    position: PositionShown | None
    references: dict[str, list[str]]
    attribute_positions: dict[str, PositionShown]


class ResourceGraphShown(Shown):
    """Resources read from one place; when it is not `complete`, absence proves nothing."""

    format: GraphFormat
    resources: list[ResourceShown]
    skipped: list[SkippedShown]
    complete: bool


class ResourceChangeShown(Shown):
    """One line of a plan."""

    address: str
    type: str
    action: Action
    before: Trees | None
    after: Trees | None
    position: PositionShown | None


class PlanReadingShown(Shown):
    """What a plan says, masked."""

    graph: ResourceGraphShown
    changes: list[ResourceChangeShown]
    prior: ResourceGraphShown
    format_version: str
    terraform_version: str
    moved: dict[str, str]


class PlanShown(Shown):
    """One plan of a Change; an approval names its `digest`."""

    change_id: str
    number: int
    digest: str
    created_at: Instant
    engine: str
    engine_version: str
    reading: PlanReadingShown
    decision: DecisionShown


class ChangeShown(Shown):
    """A wish to bring one environment to one commit."""

    id: str
    service: str
    environment: str
    kind: ChangeKind
    title: str
    requester: str
    branch: str
    commit: str
    status: ChangeStatus
    created_at: Instant
    variables: dict[str, str]
    plan_number: int
    status_detail: str
    ended_at: Instant | None


class ApprovalShown(Shown):
    """One person's answer to one plan."""

    change_id: str
    plan_digest: str
    person: str
    is_approved: bool
    reason: str
    at: Instant


class EnvironmentShown(Shown):
    """One place where one service runs."""

    service: str
    name: str
    is_production: bool
    engine: str
    status: EnvironmentStatus
    created_at: Instant
    status_detail: str
    commit: str
    change_id: str
    cloud_instance: str
    deployed_at: Instant | None
    drift_checked_at: Instant | None


class PropertyDriftShown(Shown):
    """One property: as applied, and as it is."""

    path: str
    expected: Tree
    actual: Tree


class DriftShown(Shown):
    """One resource that is not as it was applied, and which controls that breaks."""

    id: str
    environment: str
    address: str
    type: str
    kind: str
    properties: list[PropertyDriftShown]
    controls: list[str]
    severity: Severity
    state: DriftState
    first_seen_at: Instant
    last_seen_at: Instant
    resolved_at: Instant | None


class StateLockShown(Shown):
    """Who may write the state now, and nobody else."""

    environment: str
    id: str
    holder: str
    locked_at: Instant
    info: dict[str, str]
    is_apply: bool


class StateVersionShown(Shown):
    """One state that was written, without a look inside."""

    environment: str
    number: int
    serial: int
    lineage: str
    digest: str
    size_bytes: int
    written_at: Instant
    written_by: str


class StateHistoryShown(Shown):
    """Terraform's states of one environment, newest first."""

    environment: str
    is_run_here: bool
    lock: StateLockShown | None
    versions: list[StateVersionShown]
