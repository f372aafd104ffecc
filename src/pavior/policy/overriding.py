"""What an override lets past the gate: exactly what it was given for, once, until an instant. Pure.

It turns no verdict into a pass: what it covers keeps its outcome, and its ruling says `overridden`.
See docs/decisions/0028.
"""

from datetime import datetime

from msgspec import Struct

from pavior.kernel.verdicts import Outcome, Verdict


class Denied(Struct, frozen=True):
    """One thing that a control stopped."""

    control: str
    subject: str
    outcome: Outcome

    @classmethod
    def of(cls, verdict: Verdict) -> "Denied":
        """What a verdict that blocks says."""
        return cls(verdict.control, verdict.subject, verdict.outcome)


class OverrideBasis(Struct, frozen=True):
    """An approved override, as far as a Decision rests on it.

    Args:
        id: `OV-` and a number.
        reason_class: Why, from the closed list, such as `incident`.
        plan_digest: Of the only plan that it is about.
        controls_digest: Over all controls that were asked, and their versions; once any is another, nothing is covered.
        denied: All that it covers; what else blocks, blocks.
        approver: Never who asked.
        expires_at: That moment itself is too late.
    """

    id: str
    reason_class: str
    reason: str
    plan_digest: str
    controls_digest: str
    denied: tuple[Denied, ...]
    requester: str
    approver: str
    approved_at: datetime
    expires_at: datetime

    def holds(self, plan_digest: str, controls_digest: str, now: datetime) -> bool:
        """Whether it is about this Decision at `now`."""
        return (
            plan_digest == self.plan_digest
            and controls_digest == self.controls_digest
            and self.approved_at <= now < self.expires_at
        )

    def covers(self, verdict: Verdict) -> bool:
        """Whether this is among what it was given for, with the same answer."""
        return Denied.of(verdict) in self.denied
