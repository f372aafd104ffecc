"""Disputes on the wire."""

from pavior.api.schemas.form import Instant, Shown
from pavior.disputes.model import DisputeState


class DisputeShown(Shown):
    """Somebody's objection to what a control said of one thing, and the answer to it."""

    id: str
    control: str
    environment: str
    subject: str
    outcome: str
    control_version: str
    reason: str
    requester: str
    requested_at: Instant
    state: DisputeState
    answered_by: str | None
    answered_at: Instant | None
    answer: str


class DisputeCountsShown(Shown):
    """Disputes of one control; `denials` are the things that it does not pass now, over which one could dispute."""

    open: int
    upheld: int
    rejected: int
    denials: int
