"""What all verbs of a level share."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pavior.audit.model import Event
from pavior.identity.model import Actor, Permission, Scope, person_behind
from pavior.kernel.bulkhead import Bulkhead
from pavior.kernel.clock import format_instant
from pavior.kernel.errors import ForbiddenError
from pavior.policy import level_store
from pavior.policy.level_plans import LevelPlan
from pavior.policy.levels import LevelChange, LevelChangeState
from pavior.reports.evaluations import Memory
from pavior.reports.level_plan import plan_level
from pavior.reports.replay import replay_bulkhead, replay_busy
from pavior.reports.scopes import level_change_scope
from pavior.storage.database import Transaction
from pavior.workflows.platform import Platform


@dataclass(frozen=True, slots=True)
class LevelDesk:
    """Where levels are proposed and decided.

    Args:
        replays: How many replays over the fleet go on at once.
    """

    platform: Platform
    replays: Bulkhead = field(default_factory=replay_bulkhead, repr=False, compare=False)
    _memory: Memory = field(default_factory=Memory, init=False, repr=False, compare=False)

    def _plan(self, actor: Actor, change: LevelChange, *, number: int) -> LevelPlan:
        """What it would do to the whole fleet now, whatever of it the actor may see. Raises `replay-busy`."""
        platform = self.platform
        control = platform.find_control(change.control)
        with self.replays.enter(full=replay_busy()), platform.database.snapshot() as transaction:
            return plan_level(
                transaction,
                platform.authoriser,
                control,
                change,
                surface=actor.surface,
                now=platform.clock.now(),
                number=number,
            )

    def _authorised(
        self, transaction: Transaction, actor: Actor, change_id: str, permission: Permission
    ) -> LevelChange:
        authoriser = self.platform.authoriser
        # Whoever may not read controls learns nothing of which changes there are.
        authoriser.authorise(actor, Permission.CONTROL_READ, on=Scope(kind="level-change", name=change_id))
        change = level_store.get_level_change(transaction, change_id)
        is_own = person_behind(actor.id) == person_behind(change.proposer)
        if is_own and permission is Permission.CONTROL_DECIDE_LEVEL:
            # Cedar forbids it as well; this says which rule.
            raise ForbiddenError(
                "level-self-approval",
                f"{actor.id} proposed {change.id} and cannot approve it as well.",
                fix="Ask somebody else with the role security to decide it.",
            )
        owner = self.platform.owner_of(change.control)
        authoriser.authorise(actor, permission, on=level_change_scope(change, control_owner=owner))
        return change

    def _undecided(self, transaction: Transaction, actor: Actor, change_id: str, permission: Permission) -> LevelChange:
        change = self._authorised(transaction, actor, change_id, permission)
        if change.state is not LevelChangeState.PROPOSED:
            raise level_store.already_decided(change)
        return change


def level_event(actor: Actor, change: LevelChange, verb: str, details: Mapping[str, object] | None = None) -> Event:
    """Something happened to it: when it was decided, planned or else proposed."""
    planned_at = change.plan.planned_at if change.plan else change.proposed_at
    now = change.decided_at or max((change.proposed_at, planned_at, *(item.at for item in change.approvals)))
    return Event(
        verb=verb,
        actor=actor.id,
        surface=actor.surface.value,
        subject=f"control:default/{change.control}",
        started_at=now,
        ended_at=now,
        outcome="denied" if change.state is LevelChangeState.REJECTED else "succeeded",
        waited_seconds=0.0 if change.decided_at is None else (now - change.proposed_at).total_seconds(),
        details={
            "control": change.control,
            "level_change": change.id,
            "level": change.rung,
            "scope": str(change.scope),
            "reason": change.decision_reason or change.reason,
            "starts_at": "" if change.starts_at is None else format_instant(change.starts_at),
            "plan": "" if change.plan is None else change.plan.digest,
            "reverts": change.reverts,
            **(details or {}),
        },
    )


def persons(people: Iterable[str]) -> set[str]:
    """Who answers for these actors."""
    return {person_behind(item) for item in people}
