"""Overrides on the wire."""

from pavior.api.schemas.form import Instant, Shown
from pavior.kernel.verdicts import Outcome
from pavior.overrides.model import OverrideState, ReasonClass, ReviewOutcome


class DeniedShown(Shown):
    """One thing that a control stopped."""

    control: str
    subject: str
    outcome: Outcome


class OverrideBasisShown(Shown):
    """The override on which a Decision rests. What it covers says `overridden`, which is no pass."""

    id: str
    reason_class: ReasonClass
    reason: str
    plan_digest: str
    controls_digest: str
    denied: list[DeniedShown]
    requester: str
    approver: str
    approved_at: Instant
    expires_at: Instant


class OverrideShown(Shown):
    """One Decision that was to be let through once. An approved one whose `expires_at` has come lets nothing through.

    `review` is null until a third person has looked; `review_due_at` is null unless it was approved.
    """

    id: str
    change_id: str
    environment: str
    plan_number: int
    plan_digest: str
    controls_digest: str
    denied: list[DeniedShown]
    reason_class: ReasonClass
    reason: str
    hours: int
    requester: str
    change_requester: str
    requested_at: Instant
    state: OverrideState
    decided_by: str | None
    decided_at: Instant | None
    decision_reason: str
    expires_at: Instant | None
    ended_by: str | None
    ended_at: Instant | None
    end_reason: str
    review_due_at: Instant | None
    review: ReviewOutcome | None
    reviewed_by: str | None
    reviewed_at: Instant | None
    review_reason: str


class OverrideCountsShown(Shown):
    """Overrides of one control; all but `asked` and `blocked_plans` are parts of those that were approved."""

    asked: int
    approved: int
    blocked_plans: int
    to_review: int
    overdue: int
    not_justified: int
    control_wrong: int
