"""Deciding a proposed level: by somebody else, about exactly the plan that was looked at, from an instant on."""

from msgspec import structs

from pavior.audit.service import record
from pavior.catalog import store as catalog
from pavior.environments import store as environments
from pavior.identity.model import Actor, Permission, person_behind
from pavior.inventory import store as inventory
from pavior.kernel.errors import ConflictError, InvalidError
from pavior.policy import level_store
from pavior.policy.level_plans import LevelApproval, LevelPlan, differences
from pavior.policy.levels import LevelChange, LevelChangeState, LevelScope
from pavior.reports.scopes import level_change_scope
from pavior.storage.database import Transaction
from pavior.workflows.approvers import might_still
from pavior.workflows.level_desk import LevelDesk, level_event, persons


class LevelDeciding(LevelDesk):
    """The verbs of who decides about it."""

    __slots__ = ()

    def approve_level(self, actor: Actor, change_id: str, *, plan_digest: str = "", reason: str = "") -> LevelChange:
        """Approve exactly the plan of that digest. With enough approvals it starts when it was asked for, or now.

        Nothing is changed backwards. With too few it stays proposed: who was
        disabled since, or lost the role, no longer counts.

        Args:
            plan_digest: Empty only for what was proposed before plans were kept.

        Raises:
            MissingError: `level-change-missing`, `control-missing`.
            ForbiddenError: `level-self-approval`, `permission-denied`.
            ConflictError: `level-already-decided`, `level-already-approved`, `level-plan-not-latest`.
            UnavailableError: `replay-busy`.
        """
        platform = self.platform
        with platform.database.snapshot() as transaction:
            change = self._undecided(transaction, actor, change_id, Permission.CONTROL_DECIDE_LEVEL)
        platform.find_control(change.control)
        _require_latest(change, plan_digest)
        if change.plan is not None:
            # Outside the transaction that decides: a fleet is not read while others wait to write.
            _require_same(change, change.plan, self._plan(actor, change, number=change.plan.number))
        now = platform.clock.now()
        said = platform.mask(reason.strip())
        with platform.database.transaction() as transaction:
            change = self._undecided(transaction, actor, change_id, Permission.CONTROL_DECIDE_LEVEL)
            _require_latest(change, plan_digest)
            if change.plan is not None:
                approval = LevelApproval(change.plan.digest, actor.id, said, now)
                if person_behind(actor.id) in persons(item.person for item in change.approvals):
                    raise level_store.already_approved(change.id, actor.id)
                level_store.insert_level_approval(transaction, change.id, approval)
                change = structs.replace(change, approvals=(*change.approvals, approval))
                if len(self._who_still_approve(transaction, change)) < change.approvals_required:
                    record(transaction, level_event(actor, change, "control.level-seconded", {"said": said}), now)
                    return change
            decided = structs.replace(
                change,
                state=LevelChangeState.APPROVED,
                decided_by=actor.id,
                decided_at=now,
                decision_reason=said,
                starts_at=max(change.wanted_from or now, now),
            )
            level_store.decide_level_change(transaction, decided)
            if decided.is_new_only:
                self._note_what_is_there(transaction, decided.scope)
            record(transaction, level_event(actor, decided, "control.level-approved"), now)
        return decided

    def reject_level(self, actor: Actor, change_id: str, *, reason: str) -> LevelChange:
        """Refuse it, or withdraw one's own proposal.

        Raises:
            InvalidError: `reason-missing`.
            MissingError: `level-change-missing`.
            ConflictError: `level-already-decided`.
        """
        now = self.platform.clock.now()
        if not any(character.isalnum() for character in reason):
            raise InvalidError(
                "reason-missing", f"{change_id[:40]} was to be rejected without a reason.", fix="Say why."
            )
        with self.platform.database.transaction() as transaction:
            # Nobody needs a second person to leave things as they are.
            change = self._undecided(transaction, actor, change_id, Permission.CONTROL_SET_LEVEL)
            decided = structs.replace(
                change,
                state=LevelChangeState.REJECTED,
                decided_by=actor.id,
                decided_at=now,
                decision_reason=self.platform.mask(reason.strip()),
            )
            level_store.decide_level_change(transaction, decided)
            record(transaction, level_event(actor, decided, "control.level-rejected"), now)
        return decided

    def _who_still_approve(self, transaction: Transaction, change: LevelChange) -> set[str]:
        """The persons whose approvals of the plan count at this moment."""
        scope = level_change_scope(change, control_owner=self.platform.owner_of(change.control))
        permission = Permission.CONTROL_DECIDE_LEVEL
        return persons(
            item.person
            for item in change.approvals
            if might_still(transaction, self.platform.authoriser, item.person, permission, (scope,))
        )

    def _note_what_is_there(self, transaction: Transaction, scope: LevelScope) -> None:
        """So that nothing that was seen before anybody kept count becomes new."""
        for place in environments.list_environments(transaction):
            if scope.holds(place.id, catalog.get_service(transaction, place.service).team):
                seen = inventory.find_observation(transaction, place.id)
                if seen is not None:
                    subjects = [item.address for item in seen.graph.resources]
                    level_store.note_sightings(transaction, place.id, subjects, seen.observed_at)


def _require_latest(change: LevelChange, plan_digest: str) -> None:
    if change.plan is not None and plan_digest != change.plan.digest:
        looked_at = plan_digest[:12] or "without a digest"
        raise ConflictError(
            "level-plan-not-latest",
            f"The plan that was approved ({looked_at}) is not the latest of {change.id}; that is "
            f"{change.plan.digest[:12]}.",
            fix=f"Read the latest plan, then decide: pavior control levels {change.control}.",
        )


def _require_same(change: LevelChange, plan: LevelPlan, now: LevelPlan) -> None:
    different = differences(plan, now)
    if different:
        raise ConflictError(
            "level-plan-not-latest",
            f"The fleet is no longer as it was when {change.id} was planned: {'; '.join(different)}.",
            fix=f"Plan it again and read that: pavior control plan-level {change.id}.",
        )
