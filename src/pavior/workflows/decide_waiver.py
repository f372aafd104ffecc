"""Waivers: asked for by one, decided by another, ending at an instant for everybody."""

from pavior.identity.model import Actor
from pavior.policy.model import Waiver


class Waivers:
    """The verbs of a waiver."""

    def request_waiver(
        self,
        actor: Actor,
        *,
        control: str,
        environment: str,
        subject: str,
        reason: str,
        days: int,
        change_id: str = "",
    ) -> Waiver:
        """Ask to be excused. Raises InvalidError `waiver-too-long` when `days` exceeds the cap of the control's severity."""
        raise NotImplementedError

    def approve_waiver(self, actor: Actor, waiver_id: str, *, reason: str = "") -> Waiver:
        """Grant it from now for its days. Raises ForbiddenError `waiver-self-approval`; ConflictError `waiver-already-decided`."""
        raise NotImplementedError

    def deny_waiver(self, actor: Actor, waiver_id: str, *, reason: str) -> Waiver:
        """Refuse it."""
        raise NotImplementedError

    def revoke_waiver(self, actor: Actor, waiver_id: str, *, reason: str) -> Waiver:
        """End an approved one now."""
        raise NotImplementedError
