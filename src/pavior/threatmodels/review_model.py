"""A security review of what a proposal does to a threat model, and the sign-offs that end one. Pure.

See docs/decisions/0031.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pavior.kernel.errors import InvalidError
from pavior.kernel.reasons import says_something
from pavior.threatmodels.review_rules import Reason


class ReviewState(StrEnum):
    """Where a review stands, what waits first."""

    ASKED = "asked"
    CHANGES_ASKED = "changes-asked"
    SIGNED_OFF = "signed-off"
    NOT_REQUIRED = "not-required"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class ThreatReview:
    """The review of one branch of a service. Each push that shows something else renews it.

    Args:
        id: `TR-` and a number.
        commit: The last one that was looked at.
        digest: Of what is to be signed off: the model and what a draft sees beside it.
        model_digest: Of the model alone; empty where there is none, or none that can be read.
        reasons: Why it is asked for; empty when it is not.
        paragraph: What the branch does to the model.
        controls: Ids of the controls that stop the threats concerned; who owns one may sign off.
        authors: Who proposes it, and so signs nothing off, as ids of people or as the commit names them.
        asked_at: Since when somebody waits for it.
        decided_at: When it was signed off, or changes were asked for.
        decision_reason: What they said.
    """

    id: str
    service: str
    branch: str
    commit: str
    digest: str
    model_digest: str
    state: ReviewState
    reasons: tuple[Reason, ...]
    paragraph: str
    controls: tuple[str, ...]
    authors: tuple[str, ...]
    asked_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None
    decision_reason: str = ""

    @property
    def is_open(self) -> bool:
        """Whether the branch is held up by it."""
        return self.state in {ReviewState.ASKED, ReviewState.CHANGES_ASKED}

    def waited_seconds(self, now: datetime) -> float:
        """How long somebody waited for an answer, or has waited by now."""
        return max(0.0, ((self.decided_at or now) - self.asked_at).total_seconds())


@dataclass(frozen=True, slots=True)
class ThreatSignOff:
    """What one person said of exactly one digest. It is never changed.

    Args:
        number: Counted from 1, in the order in which they were given.
        review: Id of the review; empty for the model of main, outside of a proposal.
        digest: What was looked at: of the review, or of the model of main.
        model_digest: Of the model alone; empty where there was none that could be read.
        is_agreed: Whether it was signed off; else changes were asked for.
        authors: Who proposed it.
    """

    number: int
    service: str
    review: str
    digest: str
    model_digest: str
    is_agreed: bool
    by: str
    at: datetime
    reason: str
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ThreatLook:
    """What was seen of one commit of a proposal.

    Args:
        base: The commit of main that it was compared with.
        rules: Digest of the rules that were asked.
        is_required: Whether they ask for a review.
    """

    service: str
    commit: str
    base: str
    rules: str
    digest: str
    is_required: bool
    looked_at: datetime


def require_words(text: str, *, what: str) -> str:
    """The text without the space around it. Raises InvalidError `threat-reason-missing` when it says nothing."""
    if not says_something(text):
        raise InvalidError(
            "threat-reason-missing",
            f"{what} came without a reason.",
            fix="Say in one sentence what you looked at, or what has to change.",
        )
    return text.strip()
