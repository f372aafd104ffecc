"""An Override: one Decision that blocks is let through once, for a stated reason, and looked at afterwards. Pure.

See docs/decisions/0028.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from pavior.kernel.errors import InvalidError
from pavior.policy.overriding import Denied, OverrideBasis

# Long enough for the hours of an incident, and over before the next working day.
DEFAULT_HOURS: Final = 4
LONGEST_HOURS: Final = 24
# Soon enough that everybody remembers.
REVIEW_WITHIN: Final = timedelta(days=7)


class ReasonClass(StrEnum):
    """Why a gate may be passed although it says no; the list is closed."""

    INCIDENT = "incident"
    SECURITY_FIX = "security-fix"
    FALSE_POSITIVE = "false-positive"
    BUSINESS_DEADLINE = "business-deadline"


MEANINGS: Final[Mapping[ReasonClass, str]] = {
    ReasonClass.INCIDENT: "something is down or losing data now, and this Change mends it",
    ReasonClass.SECURITY_FIX: "it closes a hole that is worse than what the control guards against",
    ReasonClass.FALSE_POSITIVE: "the control is wrong here, and its rule is corrected afterwards",
    ReasonClass.BUSINESS_DEADLINE: "a date that nobody here can move comes before it can be fixed",
}


class OverrideState(StrEnum):
    """Where an override stands. Whether an approved one is still in force follows from `expires_at` and now."""

    REQUESTED = "requested"
    APPROVED = "approved"
    REJECTED = "rejected"
    REVOKED = "revoked"
    EXPIRED = "expired"


class ReviewOutcome(StrEnum):
    """What was found afterwards. That the control is wrong says nothing yet to its owners: a dispute does."""

    JUSTIFIED = "justified"
    NOT_JUSTIFIED = "not-justified"
    CONTROL_WRONG = "control-is-wrong"


@dataclass(frozen=True, slots=True)
class Override:
    """One wish to let one Decision through, and what became of it.

    Args:
        id: `OV-` and a number.
        environment: As `orders/dev`.
        plan_number: Of the only plan of the Change that it is about.
        controls_digest: Over all controls that were asked, and their versions; as in its Decision.
        denied: What blocked when it was asked for, and all that it lets through.
        change_requester: Who wants the Change, and so decides nothing about it.
        hours: How long it holds from its approval on.
        expires_at: That moment itself is too late; None unless it was approved.
        ended_by: Who revoked it, or withdrew the request.
        review_due_at: When somebody else must have looked at it; None unless it was approved.
    """

    id: str
    change_id: str
    environment: str
    plan_number: int
    plan_digest: str
    controls_digest: str
    denied: tuple[Denied, ...]
    reason_class: ReasonClass
    reason: str
    hours: int
    requester: str
    change_requester: str
    requested_at: datetime
    state: OverrideState = OverrideState.REQUESTED
    decided_by: str | None = None
    decided_at: datetime | None = None
    decision_reason: str = ""
    expires_at: datetime | None = None
    ended_by: str | None = None
    ended_at: datetime | None = None
    end_reason: str = ""
    review_due_at: datetime | None = None
    review: ReviewOutcome | None = None
    reviewed_by: str | None = None
    reviewed_at: datetime | None = None
    review_reason: str = ""

    @property
    def service(self) -> str:
        """`orders` of `orders/dev`."""
        return self.environment.partition("/")[0]

    @property
    def controls(self) -> tuple[str, ...]:
        """The controls that it lets something past, each once, in order."""
        return tuple(sorted({item.control for item in self.denied}))

    @property
    def awaits_review(self) -> bool:
        """Whether nobody has looked yet at what was approved, used or not."""
        return self.review_due_at is not None and self.review is None

    def lets_through(self, now: datetime) -> bool:
        """Whether it lets anything through at `now`. The moment of its end is too late."""
        return (
            self.state is OverrideState.APPROVED
            and self.decided_at is not None
            and self.expires_at is not None
            and self.decided_at <= now < self.expires_at
        )

    def is_review_overdue(self, now: datetime) -> bool:
        """Whether it should have been looked at; the moment when it is due is not late yet."""
        return self.awaits_review and self.review_due_at is not None and now > self.review_due_at

    def basis(self) -> OverrideBasis:
        """What a Decision rests on. Only of one that was approved."""
        if self.decided_by is None or self.decided_at is None or self.expires_at is None:
            raise ValueError(f"{self.id} was not approved, so nothing rests on it")
        return OverrideBasis(
            id=self.id,
            reason_class=self.reason_class.value,
            reason=self.reason,
            plan_digest=self.plan_digest,
            controls_digest=self.controls_digest,
            denied=self.denied,
            requester=self.requester,
            approver=self.decided_by,
            approved_at=self.decided_at,
            expires_at=self.expires_at,
        )


@dataclass(frozen=True, slots=True)
class OverrideCounts:
    """Overrides of one control. The last four are parts of those that were approved.

    Args:
        asked: Asked for, whatever was answered.
        blocked_plans: Plans that the control stopped, over which one could have asked.
        overdue: Reviews that should have been there by now; part of `to_review`.
        not_justified: Reviewed so.
        control_wrong: Reviewed so.
    """

    asked: int
    approved: int
    blocked_plans: int
    to_review: int
    overdue: int
    not_justified: int
    control_wrong: int


def read_reason_class(text: str) -> ReasonClass:
    """Raises InvalidError `override-class-unknown`."""
    try:
        return ReasonClass(text)
    except ValueError:
        told = "; ".join(f"{item.value} ({meaning})" for item, meaning in MEANINGS.items())
        raise InvalidError(
            "override-class-unknown",
            f"{text[:40]!r} is no class of reasons for an override.",
            fix=f"Use one of: {told}.",
        ) from None


def read_review(text: str) -> ReviewOutcome:
    """Raises InvalidError `override-review-unknown`."""
    try:
        return ReviewOutcome(text)
    except ValueError:
        raise InvalidError(
            "override-review-unknown",
            f"{text[:40]!r} is no outcome of a review.",
            fix=f"Use one of: {', '.join(ReviewOutcome)}.",
        ) from None


def require_hours(hours: int) -> int:
    """Raises InvalidError `override-hours-invalid`."""
    if not 1 <= hours <= LONGEST_HOURS:
        raise InvalidError(
            "override-hours-invalid",
            f"An override cannot hold for {hours} hours.",
            fix=f"Ask for 1 to {LONGEST_HOURS} hours; what takes longer is a waiver.",
        )
    return hours


def require_words(text: str, *, what: str) -> str:
    """The text without the space around it. Raises InvalidError `override-reason-missing` when it says nothing."""
    # The dots of the command that a denial shows are no reason.
    if not any(character.isalnum() for character in text):
        raise InvalidError(
            "override-reason-missing",
            f"{what} came without a reason.",
            fix="Say in one sentence why, so that who reviews it can judge.",
        )
    return text.strip()
