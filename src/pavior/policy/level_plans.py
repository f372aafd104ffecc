"""The plan of a change of level: what it would do to the fleet, and how much can go wrong with it. Pure values."""

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct

from pavior.policy.risk_model import Risk

# More services are told by their number.
_MOST_NAMED = 5
MOST_SERVICES = 500


class ServiceShare(Struct, frozen=True):
    """One service's share of a difference; a subject counts once for each environment.

    Args:
        unanswered: Subjects of which nobody knows whether the control holds.
        not_read: Stored documents that could not be read, and environments without any.
        digest: SHA-256 in hex over which subjects and places these are.
    """

    service: str
    team: str
    newly_stopped: int
    let_go: int
    unanswered: int
    not_read: int
    digest: str

    @property
    def told(self) -> str:
        """`2 newly stopped, 1 not read`."""
        counts = (
            (self.newly_stopped, "newly stopped"),
            (self.let_go, "no longer stopped"),
            (self.unanswered, "unknown"),
            (self.not_read, "not read"),
        )
        return ", ".join(f"{count} {word}" for count, word in counts if count)


class LevelPlan(Struct, frozen=True):
    """What a change of level would do to the whole fleet, at one instant, as if it started then.

    Args:
        number: From 1; a change that is planned again has a new one.
        digest: SHA-256 in hex over what is asked for and what would come of it: what an approval is bound to.
        inputs_digest: SHA-256 in hex over every stored document that was asked about.
        control_version: Of the control that was asked.
        environments: How many are in the scope.
        answered: Of how many of them at least one stored document was read.
        oldest_at: Of what was read, when the oldest was made; None when nothing was.
        subjects: How many resources the control said something of.
        newly_stopped: Over all services, as the next three.
        approvals_required: How many persons other than the proposer must approve: four eyes whatever the risk.
        services: Those for which it makes a difference, or of which something is not known; hardest hit first, at
            most 500.
        services_count: How many these are in all.
        risk: How much can go wrong, and so how many must approve.
    """

    number: int
    digest: str
    inputs_digest: str
    control_version: str
    planned_at: datetime
    environments: int
    answered: int
    oldest_at: datetime | None
    subjects: int
    newly_stopped: int
    let_go: int
    unanswered: int
    not_read: int
    services: tuple[ServiceShare, ...]
    services_count: int
    risk: Risk
    approvals_required: int


class LevelApproval(Struct, frozen=True):
    """One person's approval of one plan of a change of level."""

    plan_digest: str
    person: str
    reason: str
    at: datetime


def differences(before: LevelPlan, after: LevelPlan) -> tuple[str, ...]:
    """What is different, one part of a sentence each; empty when an approval of one is one of the other."""
    if before.digest == after.digest:
        return ()
    told = tuple(_differences(before, after))
    more = len(told) - _MOST_NAMED
    told = (*told[:_MOST_NAMED], f"{more} more services differ") if more > 0 else told
    return told or (f"other services differ than the {MOST_SERVICES} that are kept",)


def _differences(before: LevelPlan, after: LevelPlan) -> Iterator[str]:
    if before.control_version != after.control_version:
        yield f"the control is now {after.control_version[:12]}, it was {before.control_version[:12]}"
    if before.approvals_required != after.approvals_required:
        yield f"{after.approvals_required} others must approve, it was {before.approvals_required}"
    known = {item.service: item for item in before.services}
    now = {item.service: item for item in after.services}
    for name in {**now, **known}:
        old, new = known.get(name), now.get(name)
        # Of what is not kept nothing can be said.
        if (old is None and before.services_count > len(known)) or (new is None and after.services_count > len(now)):
            continue
        if old is None or new is None or old.digest != new.digest:
            was, told = old.told if old else "", new.told if new else ""
            yield (
                f"{name} has others of the same kinds"
                if was == told
                else (f"{name} is {told or 'not touched'}, it was {was or 'not touched'}")
            )
