"""How each state looks: a word, a shape and a tone, so that nobody needs to see colour to tell them apart."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pavior.disputes.model import DisputeState
from pavior.environments.model import ChangeKind, ChangeStatus, EnvironmentStatus
from pavior.findings.model import FindingState
from pavior.inventory.model import DriftState
from pavior.kernel.verdicts import Outcome, Severity
from pavior.overrides.model import OverrideState, ReviewOutcome
from pavior.policy.compliance import RequirementState
from pavior.policy.levels import LevelChangeState
from pavior.policy.model import DecisionOutcome, Effect, Level
from pavior.policy.recomputed import RecomputedStatus
from pavior.policy.waiver_model import WaiverState
from pavior.reports.threats_model import Foresight, ModelStanding
from pavior.resources.model import Action
from pavior.runs.model import RunState
from pavior.threatmodels.model import ThreatState
from pavior.threatmodels.review_model import ReviewState
from pavior.threatmodels.standing_model import Holding


@dataclass(frozen=True, slots=True)
class Look:
    """One state.

    Args:
        word: What it is called.
        mark: Name of its shape in `templates/_drawings.html`.
        tone: `good`, `bad`, `warn`, `odd`, `live` or `plain`: the colour, which only repeats the shape.
    """

    word: str
    mark: str
    tone: str


_OUTCOMES = {
    Outcome.PASSED: Look("passed", "passed", "good"),
    Outcome.FAILED: Look("failed", "failed", "bad"),
    Outcome.UNKNOWN: Look("unknown", "unknown", "warn"),
    Outcome.ERRORED: Look("errored", "errored", "odd"),
}
_EFFECTS = {
    Effect.PASS: Look("passed", "passed", "good"),
    Effect.OBSERVE: Look("observed", "eye", "plain"),
    Effect.WARN: Look("warning", "errored", "warn"),
    Effect.OBLIGATION: Look("asked again after apply", "clock", "live"),
    Effect.WAIVED: Look("waived", "shield", "live"),
    Effect.OVERRIDDEN: Look("overridden", "errored", "odd"),
    Effect.BLOCK: Look("blocks", "failed", "bad"),
}
_DECISIONS = {
    DecisionOutcome.ALLOWED: Look("allowed", "passed", "good"),
    DecisionOutcome.NEEDS_APPROVAL: Look("needs approval", "person", "warn"),
    DecisionOutcome.BLOCKED: Look("blocked", "failed", "bad"),
}
_THREATS = {
    ThreatState.OPEN: Look("open", "failed", "bad"),
    ThreatState.NOT_EVALUATED: Look("not evaluated", "unknown", "warn"),
    ThreatState.ACCEPTED: Look("accepted", "dash", "plain"),
    ThreatState.MITIGATED: Look("mitigated", "shield", "good"),
}
_HOLDINGS = {
    Holding.FAILS: Look("does not hold", "failed", "bad"),
    Holding.NOT_EVALUATED: Look("not evaluated", "unknown", "warn"),
    Holding.NO_SUBJECT: Look("nothing to look at", "empty", "plain"),
    Holding.EXCUSED: Look("waived", "shield", "live"),
    Holding.HOLDS: Look("holds", "passed", "good"),
}
_RECOMPUTED = {
    RecomputedStatus.IDENTICAL: Look("identical", "passed", "good"),
    RecomputedStatus.DIFFERENT: Look("different", "failed", "bad"),
    RecomputedStatus.PARTIAL: Look("partial", "unknown", "warn"),
    RecomputedStatus.NOT_POSSIBLE: Look("not possible", "unknown", "warn"),
}
_CHANGES = {
    ChangeStatus.PLANNING: Look("planning", "moving", "live"),
    ChangeStatus.BLOCKED: Look("blocked", "failed", "bad"),
    ChangeStatus.AWAITING_APPROVAL: Look("awaiting approval", "person", "warn"),
    ChangeStatus.APPLYING: Look("applying", "moving", "live"),
    ChangeStatus.VERIFIED: Look("verified", "passed", "good"),
    ChangeStatus.APPLIED_UNVERIFIED: Look("applied, not verified", "unknown", "warn"),
    ChangeStatus.NOTHING_TO_DO: Look("nothing to do", "dash", "plain"),
    ChangeStatus.FAILED: Look("failed", "errored", "bad"),
    ChangeStatus.REJECTED: Look("rejected", "failed", "bad"),
    ChangeStatus.CANCELLED: Look("cancelled", "dash", "plain"),
    ChangeStatus.SUPERSEDED: Look("superseded", "dash", "plain"),
}
_ENVIRONMENTS = {
    EnvironmentStatus.PLANNED: Look("nothing deployed yet", "empty", "plain"),
    EnvironmentStatus.DEPLOYED: Look("deployed", "passed", "good"),
    EnvironmentStatus.DRIFTED: Look("drifted", "drift", "bad"),
    EnvironmentStatus.UNKNOWN: Look("unknown", "unknown", "warn"),
    EnvironmentStatus.DESTROYED: Look("destroyed", "dash", "plain"),
}
_RUNS = {
    RunState.QUEUED: Look("queued", "clock", "plain"),
    RunState.RUNNING: Look("running", "moving", "live"),
    RunState.SUCCEEDED: Look("succeeded", "passed", "good"),
    RunState.FAILED: Look("failed", "errored", "bad"),
    RunState.BLOCKED: Look("blocked", "failed", "bad"),
    RunState.CANCELLED: Look("cancelled", "dash", "plain"),
}
_FINDINGS = {
    FindingState.OPEN: Look("open", "failed", "bad"),
    FindingState.FIXED: Look("fixed", "passed", "good"),
    FindingState.FALSE_POSITIVE: Look("false positive", "dash", "plain"),
    FindingState.DUPLICATE: Look("duplicate", "dash", "plain"),
}
_WAIVERS = {
    WaiverState.REQUESTED: Look("waits for a decision", "person", "warn"),
    WaiverState.APPROVED: Look("active", "shield", "live"),
    WaiverState.DENIED: Look("denied", "failed", "bad"),
    WaiverState.REVOKED: Look("revoked", "dash", "plain"),
    WaiverState.EXPIRED: Look("expired", "clock", "bad"),
}
_DISPUTES = {
    DisputeState.OPEN: Look("waits for an answer", "person", "warn"),
    DisputeState.UPHELD: Look("upheld", "passed", "live"),
    DisputeState.REJECTED: Look("rejected", "failed", "plain"),
}
_OVERRIDES = {
    OverrideState.REQUESTED: Look("waits for a decision", "person", "warn"),
    OverrideState.APPROVED: Look("in force", "errored", "odd"),
    OverrideState.REJECTED: Look("rejected", "failed", "bad"),
    OverrideState.REVOKED: Look("revoked", "dash", "plain"),
    OverrideState.EXPIRED: Look("expired", "clock", "plain"),
}
_REVIEWS = {
    ReviewOutcome.JUSTIFIED: Look("justified", "passed", "good"),
    ReviewOutcome.NOT_JUSTIFIED: Look("not justified", "failed", "bad"),
    ReviewOutcome.CONTROL_WRONG: Look("the control is wrong", "errored", "warn"),
}
_THREAT_REVIEWS = {
    ReviewState.ASKED: Look("waits for a review", "person", "warn"),
    ReviewState.CHANGES_ASKED: Look("changes asked for", "failed", "bad"),
    ReviewState.SIGNED_OFF: Look("signed off", "passed", "good"),
    ReviewState.NOT_REQUIRED: Look("no review needed", "dash", "plain"),
    ReviewState.WITHDRAWN: Look("withdrawn", "dash", "plain"),
}
_REQUIREMENTS = {
    RequirementState.MET: Look("met", "passed", "good"),
    RequirementState.NOT_MET: Look("not met", "failed", "bad"),
    RequirementState.WAIVED: Look("waived", "shield", "live"),
    RequirementState.UNKNOWN: Look("unknown", "unknown", "warn"),
    RequirementState.NOT_COVERED: Look("not covered", "empty", "plain"),
}
_MODELS = {
    ModelStanding.MISSING: Look("no model", "empty", "warn"),
    ModelStanding.UNREADABLE: Look("cannot be read", "errored", "bad"),
    ModelStanding.INFERRED: Look("only drafted", "unknown", "warn"),
    ModelStanding.UNSIGNED: Look("never signed off", "person", "warn"),
    ModelStanding.STALE: Look("changed since signed off", "drift", "warn"),
    ModelStanding.SIGNED_OFF: Look("signed off", "passed", "good"),
}
_FORESIGHTS = {
    Foresight.PREDICTED: Look("predicted", "passed", "good"),
    Foresight.UNMODELLED: Look("unmodelled", "unknown", "warn"),
    Foresight.NO_MODEL: Look("no model then", "empty", "plain"),
}
_SEVERITIES = {
    Severity.INFO: Look("info", "severity-0", "plain"),
    Severity.LOW: Look("low", "severity-1", "plain"),
    Severity.MEDIUM: Look("medium", "severity-2", "warn"),
    Severity.HIGH: Look("high", "severity-3", "bad"),
    Severity.CRITICAL: Look("critical", "severity-4", "bad"),
}
_LEVELS = {
    Level.OBSERVE: Look("observe", "eye", "plain"),
    Level.WARN: Look("warn", "errored", "warn"),
    Level.BLOCK: Look("block", "failed", "bad"),
}
_LEVEL_CHANGES = {
    LevelChangeState.PROPOSED: Look("waits for a decision", "person", "warn"),
    LevelChangeState.APPROVED: Look("approved", "passed", "good"),
    LevelChangeState.REJECTED: Look("rejected", "failed", "bad"),
}
_ACTIONS = {
    Action.NO_OP: Look("no change", "dash", "plain"),
    Action.READ: Look("read", "eye", "plain"),
    Action.CREATE: Look("create", "plus", "good"),
    Action.UPDATE: Look("update", "drift", "warn"),
    Action.DELETE: Look("delete", "minus", "bad"),
    Action.REPLACE: Look("replace", "replace", "bad"),
}
_DRIFTS = {
    DriftState.OPEN: Look("open", "drift", "bad"),
    DriftState.RESOLVED: Look("gone", "passed", "good"),
}
# By type first: members of different enums that are written alike are equal as keys.
LOOKS: Mapping[type[StrEnum], Mapping[Any, Look]] = {
    Outcome: _OUTCOMES,
    Effect: _EFFECTS,
    DecisionOutcome: _DECISIONS,
    RecomputedStatus: _RECOMPUTED,
    ChangeStatus: _CHANGES,
    EnvironmentStatus: _ENVIRONMENTS,
    RunState: _RUNS,
    FindingState: _FINDINGS,
    WaiverState: _WAIVERS,
    RequirementState: _REQUIREMENTS,
    DisputeState: _DISPUTES,
    OverrideState: _OVERRIDES,
    ReviewOutcome: _REVIEWS,
    ReviewState: _THREAT_REVIEWS,
    ThreatState: _THREATS,
    Holding: _HOLDINGS,
    ModelStanding: _MODELS,
    Foresight: _FORESIGHTS,
    Severity: _SEVERITIES,
    Level: _LEVELS,
    LevelChangeState: _LEVEL_CHANGES,
    Action: _ACTIONS,
    DriftState: _DRIFTS,
}

EXPIRED = _WAIVERS[WaiverState.EXPIRED]
EXPIRED_OVERRIDE = _OVERRIDES[OverrideState.EXPIRED]
WAIVED = Look("waived", "shield", "live")
# A commit's check is a plain word of the forge.
CHECKS: Mapping[str, Look] = {
    "passed": LOOKS[Outcome][Outcome.PASSED],
    "failed": LOOKS[Outcome][Outcome.FAILED],
    "errored": LOOKS[Outcome][Outcome.ERRORED],
    "pending": Look("pending", "moving", "live"),
}

# An event's outcome is a plain word of the audit log.
EVENTS: Mapping[str, Look] = {
    "succeeded": Look("succeeded", "passed", "good"),
    "failed": Look("failed", "errored", "bad"),
    "blocked": Look("blocked", "failed", "bad"),
    "denied": Look("denied", "failed", "bad"),
    "cancelled": Look("cancelled", "dash", "plain"),
}

# In the order in which a person wants to read them: what stops, what was excused, what is owed, what is fine.
EFFECTS_IN_ORDER = (
    Effect.BLOCK,
    Effect.OVERRIDDEN,
    Effect.WAIVED,
    Effect.WARN,
    Effect.OBLIGATION,
    Effect.OBSERVE,
    Effect.PASS,
)

CHANGE_KINDS: Mapping[ChangeKind, str] = {
    ChangeKind.DEPLOY: "deploy",
    ChangeKind.PROMOTE: "promotion",
    ChangeKind.RESIZE: "resize",
    ChangeKind.REVERT_DRIFT: "revert of drift",
    ChangeKind.ADOPT_DRIFT: "adoption of drift",
    ChangeKind.REBUILD: "rebuild",
    ChangeKind.DESTROY: "destruction",
}

# What is said after a redirect, by the word in `?done=`: nothing that a link could make us say is shown.
DONE: Mapping[str, str] = {
    "session-ended": "You are signed out there.",
    "change-opened": "The Change is open, and its plan is being made.",
    "change-approved": "Your approval of this plan is recorded.",
    "change-rejected": "The Change is rejected.",
    "change-cancelled": "The Change was asked to stop.",
    "change-planned": "The same commit is being planned and judged again.",
    "level-proposed": "The level is proposed; somebody else decides.",
    "level-approved": "The level is approved, and starts when it was asked for.",
    "level-seconded": "Your approval of this plan is recorded; another one is needed.",
    "level-planned": "The level is planned again, as the fleet is now.",
    "level-rejected": "The proposed level is rejected; all stays as it is.",
    "waiver-requested": "The waiver is asked for; somebody else decides.",
    "waiver-approved": "The waiver is approved, from now on.",
    "waiver-denied": "The waiver is denied.",
    "waiver-revoked": "The waiver ended just now.",
    "waiver-transferred": "Another team answers for the waiver now.",
    "control-disputed": "The dispute is open; somebody who owns the control answers it.",
    "dispute-answered": "The dispute is answered.",
    "override-requested": "The override is asked for; somebody else decides.",
    "override-approved": "That plan is let through; the Change waits for its own approval.",
    "override-rejected": "The override is rejected; the Change stays blocked.",
    "override-revoked": "The override ended just now.",
    "override-reviewed": "The review is recorded.",
    "threats-signed-off": "You signed exactly this off.",
    "threats-sent-back": "Changes are asked for; the branch waits.",
    "finding-closed": "The finding is marked as a false positive.",
    "finding-reopened": "The finding is open again.",
    "run-cancelled": "The run was asked to stop.",
    "roles-set": "The roles are set, from this moment.",
    "person-disabled": "The person is disabled, and their sessions are over.",
    "team-created": "The team is there.",
    "membership-set": "The membership is set.",
    "state-restored": "That version is the state from now on.",
    "state-unlocked": "The lock is free.",
    "token-revoked": "The token works no more.",
    "signed-in": "You are signed in.",
}


def look(state: StrEnum) -> Look:
    """How a member of one of our enums looks."""
    return LOOKS[type(state)][state]


def check_look(state: str) -> Look:
    """How a commit's check looks; a word that we do not know is no pass."""
    return CHECKS.get(state, LOOKS[Outcome][Outcome.UNKNOWN])


def event_look(outcome: str) -> Look:
    """How the outcome of an event looks; a word that we do not know is shown as it is, and is no success."""
    return EVENTS.get(outcome, Look(outcome, "unknown", "warn"))


def severity_look(word: object) -> Look | None:
    """How a severity looks that stands in somebody's document; None when it is none of ours."""
    return LOOKS[Severity].get(word) if isinstance(word, str) else None
