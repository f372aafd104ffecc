"""What came of making a past Decision again: what is the same, what is not, and what could not be compared. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from msgspec import Struct

from pavior.policy.model import Ruling


class RecomputedStatus(StrEnum):
    """What came of it.

    `identical` says that all was compared and is the same; `partial` that what was compared is the same, and that some
    was not.
    """

    IDENTICAL = "identical"
    DIFFERENT = "different"
    PARTIAL = "partial"
    NOT_POSSIBLE = "not-possible"


# The same in a terminal and on a page.
TOLD: Final[Mapping[RecomputedStatus, str]] = {
    RecomputedStatus.IDENTICAL: "All of it was decided again from what is stored, and came out the same.",
    RecomputedStatus.DIFFERENT: "What was decided again came out otherwise.",
    RecomputedStatus.PARTIAL: "What was decided again came out the same. Not all of it could be, or was proven.",
    RecomputedStatus.NOT_POSSIBLE: "None of it could be decided again.",
}


class GapCode(StrEnum):
    """Why something was not made again; the value is stable. docs/reference/recomputed-decisions.md explains each."""

    INPUT_DIGEST_DIFFERS = "input-digest-differs"
    INPUT_UNREADABLE = "input-unreadable"
    AUDIT_DIFFERS = "audit-differs"
    AUDIT_MISSING = "audit-not-recorded"
    BASIS_MISSING = "basis-not-recorded"
    CONTROL_VERSIONS_MISSING = "control-versions-not-recorded"
    CONTROL_CHANGED = "control-changed"
    CONTROL_GONE = "control-gone"
    SIGHTING_MISSING = "sighting-not-kept"
    WHOLE_NOT_RECOMPUTED = "outcome-not-recomputed"


class Gap(Struct, frozen=True):
    """Something that was not made again, or not proven.

    Args:
        told: What, in one sentence.
        needed: What would be needed.
        control: Which it is about; empty when it is about all of it.
        rulings: How many rulings of the Decision were not made again for it.
    """

    code: GapCode
    told: str
    needed: str
    control: str = ""
    rulings: int = 0


class RulingDifference(Struct, frozen=True):
    """One ruling that comes out otherwise.

    Args:
        then: None when the Decision had none about it.
        now: None when there is none any more.
    """

    control: str
    subject: str
    then: Ruling | None
    now: Ruling | None
    why: str


class PartDifference(Struct, frozen=True):
    """Something of the whole Decision that comes out otherwise, in words. `part` such as `outcome`."""

    part: str
    then: str
    now: str
    why: str


class Recomputed(Struct, frozen=True):
    """What came of making a Decision again.

    Args:
        rulings: How many it has; each is among `same`, `different` with a `then`, or `not_recomputed`.
        parts: Of the whole Decision, what comes out otherwise. Compared only where each ruling was made again.
    """

    status: RecomputedStatus
    rulings: int
    same: int = 0
    different: tuple[RulingDifference, ...] = ()
    not_recomputed: int = 0
    parts: tuple[PartDifference, ...] = ()
    gaps: tuple[Gap, ...] = ()

    @property
    def differing(self) -> int:
        """How many rulings of the Decision come out otherwise."""
        return sum(item.then is not None for item in self.different)
