"""The four answers to a check, and the scales that go with them."""

from enum import StrEnum

from msgspec import Struct


class Outcome(StrEnum):
    """What a check found. Missing evidence is `unknown`; a crashed rule is `errored`; neither is a pass."""

    UNKNOWN = "unknown"
    PASSED = "passed"
    FAILED = "failed"
    ERRORED = "errored"


class UnknownReason(StrEnum):
    """Why there is no answer.

    `known-after-apply` may go on with an obligation to ask again; `not-evaluated` under a
    blocking control stops a Change like a failure.
    """

    KNOWN_AFTER_APPLY = "known-after-apply"
    NOT_EVALUATED = "not-evaluated"


class Severity(StrEnum):
    """One scale for everybody; adapters translate to it."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for info to 4 for critical."""
        return _RANKS[self]


_RANKS = {severity: rank for rank, severity in enumerate(Severity)}


class Phase(StrEnum):
    """When on the road something was seen."""

    DESIGN = "design"
    CODE = "code"
    PLAN = "plan"
    LIVE = "live"
    INCIDENT = "incident"


class Position(Struct, frozen=True, gc=False):
    """Where in a source file, lines and columns counted from 1. `path` is relative to what was read."""

    path: str
    line: int
    end_line: int
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


class Verdict(Struct, frozen=True, gc=False):
    """The answer of one control about one subject in one phase.

    Args:
        control: Control id, such as `object-storage-no-public-access`.
        subject: Address of the resource within what was evaluated, such as `aws_s3_bucket.data`.
        reason: Set exactly when `outcome` is unknown.
        message: One sentence for the person; for a pass it may be empty.
        attribute: Dotted path of the attribute that decided, or empty.
        position: Where to look in the source, when the source was read.
    """

    control: str
    subject: str
    phase: Phase
    outcome: Outcome
    message: str = ""
    attribute: str = ""
    reason: UnknownReason | None = None
    position: Position | None = None

    def __bool__(self) -> bool:
        raise TypeError(
            "A verdict has four outcomes, so it is neither true nor false. Compare verdict.outcome with Outcome.PASSED."
        )
