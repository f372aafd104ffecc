"""Verdicts, decisions, waivers and controls on the wire."""

from typing import Any

from pavior.api.schemas.form import Instant, Shown
from pavior.api.schemas.overrides import OverrideBasisShown
from pavior.kernel.verdicts import Outcome, Phase, Severity, UnknownReason
from pavior.policy.model import DecisionOutcome, Effect, Level
from pavior.policy.parameters import ParameterType
from pavior.policy.risk_model import RiskFactor
from pavior.policy.waiver_model import WaiverState


class PositionShown(Shown):
    """A place in a source file; lines and columns from 1."""

    path: str
    line: int
    end_line: int
    column: int


class VerdictShown(Shown):
    """The answer of one control about one resource. `reason` is there exactly when it is unknown."""

    control: str
    subject: str
    phase: Phase
    outcome: Outcome
    message: str
    attribute: str
    reason: UnknownReason | None
    position: PositionShown | None


class RulingShown(Shown):
    """A verdict, the level it met, and what came of it.

    `level_change` is the id of what set the level, empty when the control's folder did. `is_spared` says that it blocks
    only what is new, and that the subject was there before.
    """

    verdict: VerdictShown
    level: Level
    effect: Effect
    waiver_id: str
    level_change: str
    is_spared: bool


class SkippedShown(Shown):
    """Seen and not looked at, and why."""

    subject: str
    why: str
    kind: str


class NotLookedAtShown(Shown):
    """Infrastructure of one kind that was seen and that no control was asked about."""

    kind: str
    count: int
    why: str
    subjects: list[str]


class CoverageShown(Shown):
    """What controls looked at, and what none looked at; resource type or provider to how many.

    `not_asked` names controls.
    """

    evaluated_types: dict[str, int]
    uncovered_types: dict[str, int]
    skipped: list[SkippedShown]
    not_asked: list[SkippedShown]
    uncovered_providers: dict[str, int]
    not_looked_at: list[NotLookedAtShown]


class LevelBasisShown(Shown):
    """Who says that a level holds, since when, and why."""

    id: str
    level: Level
    scope: str
    is_new_only: bool
    since: Instant
    proposer: str
    decided_by: str
    reason: str


class WeighedShown(Shown):
    """One thing that makes a Change riskier; `weight` is 1 or more."""

    factor: RiskFactor
    weight: int
    told: str


class RiskShown(Shown):
    """How much can go wrong with a Change: the sum of the weights, on the one scale."""

    level: Severity
    score: int
    factors: list[WeighedShown]


class DecisionBasisShown(Shown):
    """What a Decision was made from: `controls` are versions by id, `parameters` what somebody chose for them."""

    input_digest: str
    program: str
    team: str
    data_class: str
    is_production: bool
    is_destroy: bool
    controls: dict[str, str]
    parameters: dict[str, dict[str, int | bool | str | list[int | str]]]
    first_seen: dict[str, Instant]


class DecisionShown(Shown):
    """The gate's answer to one plan, in one environment, at one instant."""

    outcome: DecisionOutcome
    environment: str
    plan_digest: str
    controls_digest: str
    evaluated_at: Instant
    rulings: list[RulingShown]
    approvals_required: int
    reasons: list[str]
    coverage: CoverageShown
    level_changes: list[LevelBasisShown]
    risk: RiskShown | None
    override: OverrideBasisShown | None
    basis: DecisionBasisShown | None


class GatedShown(Shown):
    """What the gate said of a plan from elsewhere; `envelope` is its signed proof, one line of JSON as a text."""

    decision: DecisionShown
    envelope: str
    denials: "list[DenialShown]"


class DenialShown(Shown):
    """One thing that stops a plan: where, why, what to paste, and how to ask to be excused."""

    control: str
    title: str
    subject: str
    position: PositionShown | None
    attribute: str
    outcome: Outcome
    message: str
    risk: str
    severity: Severity
    fix: str
    fix_language: str
    lesson: str
    waiver_command: str
    owner: str
    dispute_command: str
    enforced: str


class WaiverShown(Shown):
    """An excuse. An approved one whose `expires_at` has come excuses nothing."""

    id: str
    control: str
    environment: str
    subject: str
    reason: str
    requester: str
    requested_at: Instant
    days: int
    state: WaiverState
    decided_by: str | None
    decided_at: Instant | None
    expires_at: Instant | None
    change_id: str | None
    path: str
    measures: str
    evidence: str
    team: str
    renews: str | None
    decision_reason: str
    announced_days: int | None


class RemediationShown(Shown):
    """What to type."""

    language: str
    text: str


class ParameterShown(Shown):
    """What may be chosen about a control. `value` is in force; null when nobody has chosen, and it is not asked."""

    name: str
    type: ParameterType
    description: str
    minimum: int | None
    maximum: int | None
    choices: list[str]
    pattern: str
    value: int | bool | str | list[int | str] | None
    origin: str


class FixShown(Shown):
    """One literal attribute that makes a failing resource pass, and the types where it does."""

    attribute: str
    value: bool | int | str
    types: list[str]


class ControlShown(Shown):
    """Something that must hold, stated once. `fix` is null when a person has to decide."""

    id: str
    title: str
    view: str
    risk: str
    severity: Severity
    default_level: Level
    levels: dict[str, Level]
    remediations: list[RemediationShown]
    lesson: str
    mappings: dict[str, list[str]]
    equivalents: dict[str, list[str]]
    version: str
    parameters: list[ParameterShown]
    types: list[str]
    fix: FixShown | None
    owner: str
    formerly: list[str]


# Any JSON document that was checked elsewhere against a schema of its own.
Document = dict[str, Any]
