"""Answering a Change: plan it again, approve or reject exactly one plan of it, or withdraw it."""

from dataclasses import replace
from datetime import datetime

from pavior.audit.service import record
from pavior.catalog.model import Service
from pavior.environments import store
from pavior.environments.model import Approval, Change, ChangeStatus, Environment, Plan
from pavior.identity.model import Actor, Permission, person_behind
from pavior.kernel.errors import ConflictError, ForbiddenError, InvalidError
from pavior.policy.model import Decision
from pavior.reports.scopes import change_scope, environment_scope
from pavior.runs import store as runs
from pavior.storage.database import Transaction
from pavior.workflows.approvers import who_still_approve
from pavior.workflows.change_desk import ChangeDesk
from pavior.workflows.change_secrets import forget_secrets
from pavior.workflows.gate import judge
from pavior.workflows.held_by_review import require_reviewed
from pavior.workflows.keep_state import require_unlocked
from pavior.workflows.open_change import change_event
from pavior.workflows.overrides_in_force import find_basis
from pavior.workflows.plan_change import enqueue_apply, enqueue_plan

_PLANNABLE = (ChangeStatus.BLOCKED, ChangeStatus.AWAITING_APPROVAL, ChangeStatus.FAILED)
# A failed one has not ended for good: it can be planned again, until somebody withdraws it.
_WITHDRAWABLE = (ChangeStatus.PLANNING, *_PLANNABLE)


class ChangeAnswering(ChangeDesk):
    """The verbs that move a Change which is there."""

    __slots__ = ()

    def plan_again(self, actor: Actor, change_id: str) -> Change:
        """Plan and gate the same commit again, for example after a waiver was approved.

        Raises:
            ConflictError: `change-not-plannable`.
        """
        platform = self.platform
        now = platform.clock.now()
        with platform.database.transaction() as transaction:
            change, environment, service = self._locked(transaction, change_id)
            platform.authoriser.authorise(actor, Permission.CHANGE_OPEN, on=environment_scope(environment, service))
            if change.status not in _PLANNABLE:
                raise ConflictError(
                    "change-not-plannable",
                    f"{change.id} is {change.status.value}, so it cannot be planned again.",
                    fix="Open a new Change.",
                )
            planned = enqueue_plan(platform, transaction, change, now)
            record(transaction, change_event(actor, change, "change.planned-again", now), now)
        return planned

    def approve_change(self, actor: Actor, change_id: str, plan_digest: str, *, reason: str = "") -> Change:
        """Approve exactly the plan of that digest. When enough have approved, the apply is enqueued with it.

        Raises:
            ConflictError: `plan-not-latest`, `change-not-awaiting-approval`, `change-already-answered`, `state-locked`,
                `threat-review-open`.
            ForbiddenError: `change-self-approval`, `permission-denied`.
        """
        platform = self.platform
        now = platform.clock.now()
        with platform.database.transaction() as transaction:
            change, plan = self._answer(
                transaction, actor, change_id, plan_digest, now, is_approved=True, reason=reason
            )
            environment, service = self._place(transaction, change)
            require_reviewed(platform, transaction, change, service)
            scope = change_scope(change, environment, service)
            approved = who_still_approve(transaction, platform.authoriser, change.id, plan.digest, scope)
            record(
                transaction,
                replace(
                    change_event(actor, change, "change.approved", now),
                    waited_seconds=(now - plan.created_at).total_seconds(),
                    details={"plan": plan.number, "digest": plan.digest},
                ),
                now,
            )
            if len(approved) >= plan.decision.approvals_required:
                require_unlocked(transaction, store.get_environment(transaction, change.environment_id))
                store.move_change(transaction, change, ChangeStatus.APPLYING, now)
                enqueue_apply(platform, transaction, change, plan, approved_by=actor.id, now=now)
            return store.get_change(transaction, change.id)

    def reject_change(self, actor: Actor, change_id: str, plan_digest: str, *, reason: str) -> Change:
        """Say no to exactly that plan; the Change ends.

        Raises:
            InvalidError: `rejection-reason-missing`; and as `approve_change`.
        """
        if not reason.strip():
            raise InvalidError(
                "rejection-reason-missing",
                f"{change_id[:40]} was to be rejected without a reason.",
                fix="Say in one sentence what is wrong with it, so that its requester can mend it.",
            )
        now = self.platform.clock.now()
        said = self.platform.mask(reason.strip())
        with self.platform.database.transaction() as transaction:
            change, plan = self._answer(
                transaction, actor, change_id, plan_digest, now, is_approved=False, reason=reason
            )
            store.move_change(transaction, change, ChangeStatus.REJECTED, now, detail=f"{actor.id}: {said}")
            forget_secrets(self.platform, transaction, change)
            event = replace(
                change_event(actor, change, "change.rejected", now),
                outcome="denied",
                waited_seconds=(now - plan.created_at).total_seconds(),
                details={"plan": plan.number, "digest": plan.digest},
            )
            record(transaction, event, now)
            return store.get_change(transaction, change.id)

    def cancel_change(self, actor: Actor, change_id: str) -> Change:
        """Withdraw it. During apply, the engine is asked to stop after the resource it is at.

        Raises:
            ConflictError: `change-ended`.
        """
        platform = self.platform
        now = platform.clock.now()
        with platform.database.transaction() as transaction:
            change, environment, service = self._locked(transaction, change_id)
            scope = change_scope(change, environment, service)
            platform.authoriser.authorise(actor, Permission.CHANGE_CANCEL, on=scope)
            if change.status is not ChangeStatus.APPLYING and change.status not in _WITHDRAWABLE:
                raise ConflictError(
                    "change-ended",
                    f"{change.id} is {change.status.value} already.",
                    fix="There is nothing left to cancel.",
                )
            for run in runs.list_unended(transaction, subject=f"change:{change.service}/{change.id}"):
                runs.request_cancel(transaction, run.id, actor.id)
            if change.status is ChangeStatus.APPLYING:
                # It may be too late: how it ended is recorded when it has.
                verb, outcome = "change.cancel-requested", "succeeded"
            else:
                verb, outcome = "change.cancelled", "cancelled"
                store.move_change(transaction, change, ChangeStatus.CANCELLED, now, detail=f"By {actor.id}.")
                forget_secrets(platform, transaction, change)
            record(transaction, replace(change_event(actor, change, verb, now), outcome=outcome), now)
            return store.get_change(transaction, change.id)

    def ask_gate(self, actor: Actor, change_id: str, at: datetime) -> Decision:
        """What the gate says of the latest plan at the instant `at`; nothing is stored.

        Raises:
            ConflictError: `change-not-planned`.
        """
        with self.platform.database.snapshot() as transaction:
            change = store.get_change(transaction, change_id)
            environment, service = self._place(transaction, change)
            scope = change_scope(change, environment, service)
            self.platform.authoriser.authorise(actor, Permission.CHANGE_READ, on=scope)
            plan = _latest_plan(transaction, change)
            return judge(
                self.platform,
                transaction,
                environment=environment,
                kind=change.kind,
                reading=plan.reading,
                plan_digest=plan.digest,
                now=at,
                override=find_basis(self.platform, transaction, change, plan, at),
            )

    def _answer(
        self,
        transaction: Transaction,
        actor: Actor,
        change_id: str,
        plan_digest: str,
        now: datetime,
        *,
        is_approved: bool,
        reason: str,
    ) -> tuple[Change, Plan]:
        change, environment, service = self._locked(transaction, change_id)
        self._authorise_answer(actor, change, environment, service)
        if change.status is not ChangeStatus.AWAITING_APPROVAL:
            raise ConflictError(
                "change-not-awaiting-approval",
                f"{change.id} is {change.status.value}: nobody is asked to approve it.",
                fix=f"Look at it again: pavior change show {change.id}.",
            )
        plan = _latest_plan(transaction, change)
        if plan.digest != plan_digest:
            raise ConflictError(
                "plan-not-latest",
                f"The plan {plan_digest[:12]} of {change.id} is no longer the latest; that is {plan.digest[:12]}.",
                fix=f"Read the new plan, then decide: pavior change show {change.id}.",
            )
        answer = Approval(change.id, plan.digest, actor.id, is_approved, self.platform.mask(reason), now)
        if not store.insert_approval(transaction, answer):
            raise ConflictError(
                "change-already-answered",
                f"{actor.id} has answered this plan of {change.id} before.",
                fix="Another person must answer now.",
            )
        return change, plan

    def _authorise_answer(self, actor: Actor, change: Change, environment: Environment, service: Service) -> None:
        authoriser, scope = self.platform.authoriser, change_scope(change, environment, service)
        may_know = authoriser.may(actor, Permission.CHANGE_READ, on=scope)
        if may_know and person_behind(actor.id) == person_behind(change.requester):
            # The policies forbid it as well; this says which rule, to the one person who may know.
            raise ForbiddenError(
                "change-self-approval",
                f"{actor.id} asked for {change.id} and cannot decide it as well.",
                fix="Ask another person who may approve it; to withdraw it, cancel it.",
            )
        authoriser.authorise(actor, Permission.CHANGE_APPROVE, on=scope)


def _latest_plan(transaction: Transaction, change: Change) -> Plan:
    plan = store.find_plan(transaction, change.id, change.plan_number)
    if plan is None:
        raise ConflictError(
            "change-not-planned",
            f"{change.id} has no plan yet.",
            fix=f"Wait for its run, or look why it failed: pavior change show {change.id}.",
        )
    return plan
