"""A Dispute: somebody says that a control is wrong about one thing, and whoever owns it answers. Pure values."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pavior.kernel.errors import InvalidError
from pavior.kernel.reasons import says_something


class DisputeState(StrEnum):
    """Where a dispute stands. Upheld means that the rule was at fault, which counts against it."""

    OPEN = "open"
    UPHELD = "upheld"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Dispute:
    """One objection.

    Args:
        id: `DP-` and a number.
        environment: As `orders/dev`.
        subject: Resource address; exactly one.
        outcome: What the control said of it then.
        control_version: Of the control that said so.
        answer: Why it was upheld or rejected; empty while it is open.
    """

    id: str
    control: str
    environment: str
    subject: str
    outcome: str
    control_version: str
    reason: str
    requester: str
    requested_at: datetime
    state: DisputeState = DisputeState.OPEN
    answered_by: str | None = None
    answered_at: datetime | None = None
    answer: str = ""


@dataclass(frozen=True, slots=True)
class DisputeCounts:
    """Disputes of one control. `upheld` and `rejected` are parts of those that were answered.

    Args:
        denials: How many verdicts that did not pass there are now, over which one could dispute.
    """

    open: int
    upheld: int
    rejected: int
    denials: int

    @property
    def answered(self) -> int:
        """Those that somebody answered; what is open counts neither for nor against the rule."""
        return self.upheld + self.rejected

    @property
    def total(self) -> int:
        """All of them."""
        return self.open + self.answered


def require_words(text: str, *, what: str) -> str:
    """The text without the space around it. Raises InvalidError `dispute-reason-missing` when it says nothing."""
    if not says_something(text):
        raise InvalidError(
            "dispute-reason-missing",
            f"{what} was given without a reason.",
            fix="Say in one sentence what is wrong, so that somebody who was not there can judge it.",
        )
    return text.strip()
