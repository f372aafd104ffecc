"""Levels of controls on the wire: ladders, and the changes that made them."""

from pavior.api.schemas.controls import ControlShown, ParameterShown, RiskShown, VerdictShown
from pavior.api.schemas.form import Instant, Shown
from pavior.kernel.verdicts import Outcome, Phase
from pavior.policy.levels import LevelChangeState
from pavior.policy.model import Effect, Level


class LevelScopeShown(Shown):
    """Where a level holds: a stage, one environment, or all where it is empty; of one team, or of all."""

    environment: str
    team: str


class LevelEvidenceShown(Shown):
    """What was known when a change of level was proposed; `failing` and `not_known` by team, one a subject."""

    level: str
    since: Instant | None
    days: int | None
    counted_from: Instant
    failing: dict[str, int]
    not_known: dict[str, int]
    environments: int
    false_positives: int
    waivers: int
    disputes: int | None
    open_disputes: int | None
    upheld_disputes: int | None


class ServiceShareShown(Shown):
    """One service's share, in subjects; `not_read` counts stored documents, and environments without any."""

    service: str
    team: str
    newly_stopped: int
    let_go: int
    unanswered: int
    not_read: int
    digest: str


class LevelPlanShown(Shown):
    """What a change of level would do to the fleet; `digest` is what an approval is bound to.

    `services` are those for which it makes a difference, or of which something is not known, at most 500 of them.
    """

    number: int
    digest: str
    inputs_digest: str
    control_version: str
    planned_at: Instant
    environments: int
    answered: int
    oldest_at: Instant | None
    subjects: int
    newly_stopped: int
    let_go: int
    unanswered: int
    not_read: int
    services: list[ServiceShareShown]
    services_count: int
    risk: RiskShown
    approvals_required: int


class LevelApprovalShown(Shown):
    """One person's approval of the latest plan of a change of level."""

    plan_digest: str
    person: str
    reason: str
    at: Instant


class LevelChangeShown(Shown):
    """A change of level: asked for by one, decided by others. `starts_at` is null until approved.

    `plan` is null for what was proposed before plans were kept, and where a change only explains a level. `reverts` is
    the id of the change that it takes out again, or empty.
    """

    id: str
    control: str
    scope: LevelScopeShown
    level: Level
    is_new_only: bool
    reason: str
    proposer: str
    proposed_at: Instant
    wanted_from: Instant | None
    evidence: LevelEvidenceShown | None
    state: LevelChangeState
    decided_by: str
    decided_at: Instant | None
    decision_reason: str
    starts_at: Instant | None
    reverts: str
    plan: LevelPlanShown | None
    approvals: list[LevelApprovalShown]


class SignedLevelsShown(Shown):
    """Levels and waivers of one environment, as `pavior check --levels-from` takes them: a DSSE envelope, for a day.

    `payload` is JSON in base64.
    """

    payloadType: str  # noqa: N815 - the specification's word
    payload: str
    signatures: list[dict[str, str]]


class RungShown(Shown):
    """A level over a span, for what is new; `since` belongs to it, and `until` does not."""

    level: Level
    is_new_only: bool
    since: Instant | None
    until: Instant | None
    change: LevelChangeShown | None


class LadderShown(Shown):
    """Environments where the level goes the same way, oldest rung first."""

    environments: list[str]
    rungs: list[RungShown]


class LevelViewShown(Shown):
    """The level of one control: where it stands, how it got there, where it goes. Changes are newest first."""

    control: ControlShown
    ladders: list[LadderShown]
    changes: list[LevelChangeShown]
    as_of: Instant


class ReplayedShown(Shown):
    """One subject, what comes of it now, and what would come of it then.

    `outcome`, `level` and `effect` are null where the rule of now says nothing of it; those of then the same.
    """

    environment: str
    team: str
    verdict: VerdictShown
    outcome: Outcome | None
    level: Level | None
    effect: Effect | None
    level_then: Level | None
    effect_then: Effect | None
    waiver_id: str


class TeamReplayShown(Shown):
    """One team's share, in subjects; `not_read` counts environments of which something is not known."""

    team: str
    services: list[str]
    newly_stopped: int
    let_go: int
    unanswered: int
    subjects: int
    not_read: int


class NotReadShown(Shown):
    """An input that could not be read, or with `phase` null an environment of which none is stored."""

    environment: str
    team: str
    phase: Phase | None
    why: str


class ReplayViewShown(Shown):
    """Who would be stopped. Of each list of subjects at most 200 are told; `teams` and `services` count all.

    `level` is null for the levels that hold, `parameters` are those with another value, and `waiver` is the one that
    would begin or end.
    """

    control: str
    scope: LevelScopeShown
    level: Level | None
    is_new_only: bool
    parameters: list[ParameterShown]
    version: str
    version_then: str
    waiver: str
    as_of: Instant
    environments: int
    answered: int
    oldest_at: Instant | None
    teams: list[TeamReplayShown]
    services: list[ServiceShareShown]
    newly_stopped: list[ReplayedShown]
    let_go: list[ReplayedShown]
    unanswered: list[ReplayedShown]
    not_read: list[NotReadShown]
    hidden: list[str]
