"""Controls and what follows from their verdicts. Pure values."""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct

from pavior.kernel.verdicts import Outcome, Severity, UnknownReason, Verdict
from pavior.resources.model import Skipped


class Level(StrEnum):
    """How hard a control is enforced in one environment; one axis, observe < warn < block."""

    OBSERVE = "observe"
    WARN = "warn"
    BLOCK = "block"


class RuleResult(Struct, frozen=True):
    """What a rule says of one view. Build it with `passed()`, `failed()` and `unknown()`."""

    outcome: Outcome
    message: str = ""
    attribute: str = ""
    reason: UnknownReason | None = None
    # Address of the resource that decided, when it is not the view's own (a satellite); empty otherwise.
    decided_by: str = ""


class Remediation(Struct, frozen=True):
    """What to type. `language` is `terraform`, `cloudformation`, `kubernetes` or `cli`."""

    language: str
    text: str


class Control(Struct, frozen=True):
    """Something that must hold, stated once.

    Args:
        id: The identity carried all the way, lower-case words with hyphens; stable for ever.
        view: Name of the view in `resources.views` that the rule reads.
        types: Resource types that the view may be had from; empty when it may be any.
        risk: What goes wrong without it, in one or two plain sentences.
        default_level: Level where no environment says otherwise.
        levels: Environment name to level, such as `{"prod": Level.BLOCK}`.
        lesson: Markdown, about three minutes' reading.
        mappings: Framework to requirement ids, such as `{"nist-800-53": ("SC-28",)}`.
        equivalents: Scanner to its rule ids, such as `{"checkov": ("CKV_AWS_19",)}`.
        version: Digest of the control's folder, so that a Decision can name what it was made with.
        rule: From a view to a result; a pure function.
    """

    id: str
    title: str
    view: str
    risk: str
    severity: Severity
    default_level: Level
    levels: Mapping[str, Level]
    remediations: tuple[Remediation, ...]
    lesson: str
    mappings: Mapping[str, tuple[str, ...]]
    equivalents: Mapping[str, tuple[str, ...]]
    version: str
    rule: Callable[[Any], RuleResult]
    types: tuple[str, ...] = ()


class NotLookedAt(Struct, frozen=True):
    """Infrastructure of one kind that was seen and that no control was asked about.

    Args:
        kind: Such as `cloudformation`; stable.
        count: How many there are, 1 or more.
        subjects: Each by its path or address, in order.
    """

    kind: str
    count: int
    why: str
    subjects: tuple[str, ...]


class Coverage(Struct, frozen=True):
    """What no control looked at. Part of every evaluation.

    Args:
        evaluated_types: Resource type to how many resources at least one control looked at.
        uncovered_types: Resource type to how many resources no control looked at.
        skipped: What the reader passed over.
        uncovered_providers: Provider, such as `hashicorp/random`, to how many of its resources no control looked at.
        not_looked_at: Infrastructure of kinds that were not read, by kind.
    """

    evaluated_types: Mapping[str, int]
    uncovered_types: Mapping[str, int]
    skipped: tuple[Skipped, ...] = ()
    uncovered_providers: Mapping[str, int] = {}
    not_looked_at: tuple[NotLookedAt, ...] = ()


class Evaluation(Struct, frozen=True):
    """All verdicts of one evaluation. Empty input has no verdicts, and its outcome is unknown."""

    verdicts: tuple[Verdict, ...]
    coverage: Coverage


class WaiverState(StrEnum):
    """Where a waiver stands. *Expired* is derived from `expires_at` and now."""

    REQUESTED = "requested"
    APPROVED = "approved"
    DENIED = "denied"
    REVOKED = "revoked"


class Waiver(Struct, frozen=True):
    """An excuse for one control in one place until one instant.

    Args:
        id: `W-` and a number.
        environment: Exactly one, as `orders/dev`.
        subject: Resource address; empty means every resource of the environment.
        expires_at: None while only requested. The expiry moment itself is too late.
    """

    id: str
    control: str
    environment: str
    subject: str
    reason: str
    requester: str
    requested_at: datetime
    days: int
    state: WaiverState
    decided_by: str | None = None
    decided_at: datetime | None = None
    expires_at: datetime | None = None
    change_id: str | None = None

    def covers(self, control: str, environment: str, subject: str, now: datetime) -> bool:
        """Whether it excuses this at `now`. The expiry moment itself is too late."""
        return (
            self.state is WaiverState.APPROVED
            and self.expires_at is not None
            and now < self.expires_at
            and control == self.control
            and environment == self.environment
            and (not self.subject or subject == self.subject)
        )


class Effect(StrEnum):
    """What one verdict does to the Decision."""

    PASS = "pass"  # noqa: S105 - the field's word, not a password
    OBSERVE = "observe"
    WARN = "warn"
    OBLIGATION = "obligation"
    WAIVED = "waived"
    BLOCK = "block"


class Ruling(Struct, frozen=True):
    """One verdict, the level it met, and what came of it."""

    verdict: Verdict
    level: Level
    effect: Effect
    waiver_id: str = ""


class DecisionOutcome(StrEnum):
    """What the gate says of a plan."""

    ALLOWED = "allowed"
    NEEDS_APPROVAL = "needs-approval"
    BLOCKED = "blocked"


class Decision(Struct, frozen=True):
    """The gate's answer to one plan in one environment at one instant.

    Args:
        approvals_required: How many persons other than the requester must approve.
        controls_digest: Digest over the ids and versions of all controls that were asked.
        reasons: Why approval is needed or the plan blocked, one sentence each, in order.
    """

    outcome: DecisionOutcome
    environment: str
    plan_digest: str
    controls_digest: str
    evaluated_at: datetime
    rulings: tuple[Ruling, ...]
    approvals_required: int
    reasons: tuple[str, ...]
    coverage: Coverage = Coverage({}, {})

    def with_effect(self, effect: Effect) -> tuple[Ruling, ...]:
        """The rulings with this effect."""
        return tuple(ruling for ruling in self.rulings if ruling.effect is effect)
