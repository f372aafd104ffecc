"""Threats, models and issues on the wire."""

from typing import Annotated, Any

import msgspec
from pydantic import BeforeValidator, WithJsonSchema

from pavior.api.schemas.form import Instant, Shown
from pavior.api.schemas.records import FindingShown
from pavior.kernel.verdicts import Phase, Severity
from pavior.reports.threats_model import Foresight, ModelStanding
from pavior.threatmodels.model import ThreatCategory, ThreatState
from pavior.threatmodels.standing_model import EvidenceKind, Holding

# As it is in `threatmodel.yaml`, with the names of the model's fields.
_ModelTree = Annotated[
    Any,
    BeforeValidator(msgspec.to_builtins),
    WithJsonSchema({"description": "The model as JSON", "type": ["object", "null"]}),
]


class ThreatEvidenceShown(Shown):
    """What one named thing says of a threat; `until` is null unless it is excused."""

    kind: EvidenceKind
    name: str
    holding: Holding
    told: str
    until: Instant | None


class ThreatStandingShown(Shown):
    """How one threat stands in one environment.

    `until` is null unless it is accepted; from then on it stands as `state_after` says.
    """

    service: str
    environment: str
    threat: str
    title: str
    category: ThreatCategory
    library: str
    severity: Severity
    state: ThreatState
    because: str
    until: Instant | None
    since: Instant
    checked_at: Instant
    modelled_at: Instant
    controls: list[str]
    evidence: list[ThreatEvidenceShown]
    state_after: ThreatState
    reopened_at: Instant | None


class ThreatStepShown(Shown):
    """One change of state; `state` is null when the model no longer had it, or nothing was deployed there any more."""

    service: str
    environment: str
    threat: str
    state: ThreatState | None
    at: Instant
    because: str
    commit: str


class ThreatViewShown(Shown):
    """One threat; `modelled` is null when main's model has it no more, and it is only deployed still."""

    service: str
    team: str
    threat: str
    title: str
    category: ThreatCategory
    severity: Severity
    library: str
    state: ThreatState
    modelled: _ModelTree
    places: list[str]
    standings: list[ThreatStandingShown]
    steps: list[ThreatStepShown]
    findings: list[FindingShown]


class ModelRowShown(Shown):
    """The threat model of one service; `recorded_at` is null when there is none."""

    service: str
    team: str
    standing: ModelStanding
    problem: str
    digest: str
    commit: str
    recorded_at: Instant | None


class RecordedModelShown(Shown):
    """As it lay in one commit; `model` is null when it cannot be read, and `problem` says why."""

    service: str
    commit: str
    digest: str
    recorded_at: Instant
    is_latest: bool
    model: _ModelTree
    problem: str


class ModelViewShown(Shown):
    """How it stands, and as it was recorded; null when there is none."""

    row: ModelRowShown
    recorded: RecordedModelShown | None


class StateCountsShown(Shown):
    """Threats by how they stand; one in two environments counts twice."""

    open: int
    not_evaluated: int
    accepted: int
    mitigated: int


class ControlThreatsShown(Shown):
    """Open threats for which this control fails; `closes` of them would be mitigated if it held everywhere."""

    control: str
    open: int
    closes: int
    services: int


class TeamThreatsShown(Shown):
    """How the threats of a team's services stand, and how many of these have no model."""

    team: str
    states: StateCountsShown
    unmodelled: int


class PlaceThreatsShown(Shown):
    """How threats stand in one environment; `checked_at` is when the one judged the longest ago was judged."""

    environment: str
    states: StateCountsShown
    checked_at: Instant


class ControlInThreatsShown(Shown):
    """What one control stops: ids and titles in the library, and how the threats of models that name it stand."""

    library: list[tuple[str, str]]
    states: StateCountsShown
    closes: int


class CategoryThreatsShown(Shown):
    """How the threats of one category of STRIDE stand."""

    category: ThreatCategory
    states: StateCountsShown


class ThreatFleetShown(Shown):
    """How threats stand over all services that you may see; the instants are null when nothing was judged."""

    measured_at: Instant
    services: int
    models: dict[ModelStanding, int]
    states: StateCountsShown
    undeployed: int
    controls: list[ControlThreatsShown]
    unstopped: int
    failing_tests: int
    teams: list[TeamThreatsShown]
    categories: list[CategoryThreatsShown]
    reopened: int
    reviews: int
    oldest_at: Instant | None
    newest_at: Instant | None


class IssueShown(Shown):
    """A control and the component that does not meet it, or could fail to.

    `finding` is empty when none was ever found; `foresight` is null for what was not found once deployed.
    """

    control: str
    service: str
    subject: str
    phase: Phase
    found_at: Instant
    threat: str
    finding: str
    foresight: Foresight | None
