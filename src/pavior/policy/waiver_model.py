"""Waivers: what is asked for, what is in force, and what happened to it. Pure values."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from pavior.policy.reaching import matches_path, reaches


class WaiverState(StrEnum):
    """Where a waiver stands.

    An approved one whose `expires_at` has come excuses nothing, whether or not its end is recorded yet; once it is
    recorded as expired, no clock brings it back.
    """

    REQUESTED = "requested"
    APPROVED = "approved"
    DENIED = "denied"
    REVOKED = "revoked"
    EXPIRED = "expired"


class Waiver(Struct, frozen=True):
    """An excuse for one control in one place until one instant.

    Args:
        id: `W-` and a number.
        environment: `orders/dev`; `orders/*` for every environment of a service, `*` for every one there is.
        subject: Resource address; empty means whatever else of the scope says.
        path: Glob over the file in which the resource is written, such as `infra/legacy/**`; empty for any. What is
            not known to be written in such a file is not excused.
        expires_at: None while only requested. The expiry moment itself is too late.
        measures: What is done meanwhile, in place of the control.
        evidence: Text or a link that shows it.
        team: Who answers for it.
        renews: Id of the one that this would follow.
        decision_reason: What the one who decided said.
        announced_days: The least of 30, 7 and 1 of which it was announced that it ends in so many days.
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
    path: str = ""
    measures: str = ""
    evidence: str = ""
    team: str = ""
    renews: str | None = None
    decision_reason: str = ""
    announced_days: int | None = None

    def covers(self, control: str, environment: str, subject: str, now: datetime, path: str = "") -> bool:
        """Whether it excuses this at `now`. The expiry moment itself is too late.

        Args:
            path: The file in which the subject is written; empty when that is not known.
        """
        return (
            self.is_in_force(now)
            and control == self.control
            and reaches(self.environment, environment)
            and (not self.subject or subject == self.subject)
            and (not self.path or matches_path(self.path, path))
        )

    def is_in_force(self, now: datetime) -> bool:
        """Whether it excuses anything at `now`. The expiry moment itself is too late."""
        return self.state is WaiverState.APPROVED and self.expires_at is not None and now < self.expires_at


class WaiverWish(Struct, frozen=True):
    """What somebody asks to be excused from.

    Args:
        control: Its id, or one that it had before.
        environment: `orders/dev`; `orders/*` or `*` for more, which an admin decides.
        subject: Resource address, or empty.
        path: Glob over source files, or empty.
        is_whole: That neither is given on purpose: every resource there.
        measures: What is done meanwhile.
        evidence: Text or a link that shows it.
        may_match_nothing: Ask even if it would excuse nothing today, for what is still to come.
        renews: Id of the one that it would follow; empty for none.
    """

    control: str
    environment: str
    reason: str
    days: int
    subject: str = ""
    path: str = ""
    is_whole: bool = False
    measures: str = ""
    evidence: str = ""
    change_id: str = ""
    may_match_nothing: bool = False
    renews: str = ""


class WaiverStep(Struct, frozen=True):
    """One thing that happened to a waiver.

    Args:
        verb: `requested`, `approved`, `denied`, `revoked`, `announced`, `expired`, `transferred`.
        actor: Who; `pavior` for what came by itself, empty when nobody wrote it down.
        text: The reason, or what it came to.
    """

    waiver_id: str
    verb: str
    actor: str
    at: datetime
    text: str = ""
