"""Proposing another level: with what is known now, what it would do to the fleet, and how it is reverted."""

from datetime import datetime

from msgspec import structs

from pavior.audit.service import record
from pavior.environments import store as environments
from pavior.identity import store as identity
from pavior.identity.model import Actor, Permission
from pavior.kernel.clock import format_instant
from pavior.kernel.errors import ConflictError, InvalidError, MissingError
from pavior.policy import level_store
from pavior.policy.levels import LevelChange, LevelChangeState, LevelEvidence, LevelScope, check_wish, standing
from pavior.policy.model import Control, Level
from pavior.policy.replaying import wished
from pavior.reports.evaluations import Evaluations
from pavior.reports.level_evidence import Place, places_in, read_level_evidence, rung_now
from pavior.reports.scopes import level_wish_scope
from pavior.reports.sight import Sight
from pavior.storage.database import Transaction
from pavior.workflows.level_desk import LevelDesk, level_event


class LevelProposing(LevelDesk):
    """The verbs of who wants another level."""

    __slots__ = ()

    def propose_level(
        self,
        actor: Actor,
        *,
        control: str,
        level: Level,
        reason: str,
        environment: str = "",
        team: str = "",
        is_new_only: bool = False,
        wanted_from: datetime | None = None,
    ) -> LevelChange:
        """Ask for another level, somewhere, from some moment on. Evidence and plan are kept with the proposal.

        Args:
            environment: A stage such as `prod`, one environment such as `orders/prod`, or empty for all.
            wanted_from: Not before now; None for the moment of the approval.

        Raises:
            InvalidError: `level-new-only-invalid`, `level-scope-invalid`, `level-reason-missing`, `level-start-past`.
            MissingError: `control-missing`, `level-scope-unknown`.
            ConflictError: `level-unchanged`.
            UnavailableError: `replay-busy`.
        """
        known = self.platform.find_control(control)
        scope = LevelScope(environment, team)
        with self.platform.database.snapshot() as transaction:
            sight = self._sight(transaction, actor)
            sight.require(Permission.CONTROL_SET_LEVEL, level_wish_scope(known, scope))
            check_wish(known, scope, level, is_new_only=is_new_only, reason=reason)
            if wanted_from is not None and wanted_from < sight.now:
                raise _start_past(known, wanted_from)
            self._require_known(sight, scope)
            changes = level_store.list_level_changes(transaction, controls=(known.id, *known.formerly))
            _require_different(sight, known, scope, changes, level, is_new_only=is_new_only)
            wish = LevelChange(
                id="",
                control=known.id,
                scope=scope,
                level=level,
                is_new_only=is_new_only,
                reason=self.platform.mask(reason.strip()),
                proposer=actor.id,
                proposed_at=sight.now,
                wanted_from=wanted_from,
                evidence=self._evidence(sight, known, scope, changes),
            )
        return self._keep(actor, wish)

    def revert_level(self, actor: Actor, change_id: str, *, reason: str = "") -> LevelChange:
        """Ask that what held before an approved change holds again, where that one set another level.

        It is a proposal like any other: planned, approved by somebody else, and it may be reverted itself.

        Raises:
            MissingError: `level-change-missing`, `control-missing`.
            ConflictError: `level-not-revertible`, `level-unchanged`.
            UnavailableError: `replay-busy`.
        """
        with self.platform.database.snapshot() as transaction:
            found = self._authorised(transaction, actor, change_id, Permission.CONTROL_SET_LEVEL)
            known = self.platform.find_control(found.control)
            sight = self._sight(transaction, actor)
            changes = level_store.list_level_changes(transaction, controls=(known.id, *known.formerly))
            level = _level_after_revert(sight, known, changes, found)
            wish = LevelChange(
                id="",
                control=known.id,
                scope=found.scope,
                level=level,
                is_new_only=False,
                reason=self.platform.mask(reason.strip()) or f"Reverts {found.id}: {found.reason}",
                proposer=actor.id,
                proposed_at=sight.now,
                evidence=self._evidence(sight, known, found.scope, changes),
                reverts=found.id,
            )
        return self._keep(actor, wish)

    def plan_level_again(self, actor: Actor, change_id: str) -> LevelChange:
        """Plan an undecided proposal again, as the fleet is now. Approvals of another plan no longer count.

        Raises:
            MissingError: `level-change-missing`, `control-missing`.
            ConflictError: `level-already-decided`, `level-planned-meanwhile`.
            UnavailableError: `replay-busy`.
        """
        with self.platform.database.snapshot() as transaction:
            change = self._undecided(transaction, actor, change_id, Permission.CONTROL_SET_LEVEL)
        plan = self._plan(actor, change, number=change.plan.number + 1 if change.plan else 1)
        with self.platform.database.transaction() as transaction:
            self._undecided(transaction, actor, change_id, Permission.CONTROL_SET_LEVEL)
            level_store.insert_level_plan(transaction, change.id, plan)
            planned = level_store.get_level_change(transaction, change.id)
            record(transaction, level_event(actor, planned, "control.level-planned-again"), plan.planned_at)
        return planned

    def _keep(self, actor: Actor, wish: LevelChange) -> LevelChange:
        planned = structs.replace(wish, plan=self._plan(actor, wish, number=1))
        with self.platform.database.transaction() as transaction:
            proposed = level_store.insert_level_change(transaction, planned)
            record(transaction, level_event(actor, proposed, "control.level-proposed"), wish.proposed_at)
        return proposed

    def _evidence(
        self, sight: Sight, control: Control, scope: LevelScope, changes: tuple[LevelChange, ...]
    ) -> LevelEvidence:
        evaluations = Evaluations(self.platform.controls, self._memory)
        return read_level_evidence(sight, evaluations, control, scope, changes)

    def _sight(self, transaction: Transaction, actor: Actor) -> Sight:
        return Sight(transaction, self.platform.authoriser, actor, self.platform.clock.now())

    def _require_known(self, sight: Sight, scope: LevelScope) -> None:
        """A scope that matches nothing is a slip of the pen, and is said at once."""
        places = environments.list_environments(sight.tx)
        known = {item.id for item in places}
        if "/" not in scope.environment:
            # A control may name a stage that nobody has yet.
            known = {item.name for item in places} | {stage for item in self.platform.controls for stage in item.levels}
        if scope.environment and scope.environment not in known:
            raise MissingError(
                "level-scope-unknown",
                f"There is no environment or stage {scope.environment[:80]}.",
                fix=f"Name one of: {', '.join(sorted(known)[:20]) or 'none exists yet'}; or leave it out for all.",
            )
        teams = {item.name for item in identity.list_teams(sight.tx)}
        if scope.team and scope.team not in teams:
            raise MissingError(
                "level-scope-unknown",
                f"There is no team {scope.team[:80]}.",
                fix=f"Name one of: {', '.join(sorted(teams)[:20]) or 'none exists yet'}; or leave it out for all.",
            )


def _require_different(
    sight: Sight,
    control: Control,
    scope: LevelScope,
    changes: tuple[LevelChange, ...],
    level: Level,
    *,
    is_new_only: bool,
) -> None:
    places = _places(sight, scope)
    found = [rung_now(sight, control, changes, place) for place in places]
    # Where everything is blocked, what is new is as well.
    if all(item.level is level and (item.is_new_only is is_new_only or not item.is_new_only) for item in found):
        raise ConflictError(
            "level-unchanged",
            f"{control.id} is at {found[0].name} {scope.where} already.",
            fix=f"See its ladder with: pavior control levels {control.id}. "
            "To let what is there go on, set warn first, then block for what is new.",
        )


def _level_after_revert(sight: Sight, control: Control, changes: tuple[LevelChange, ...], found: LevelChange) -> Level:
    """The hardest level that comes back somewhere in the scope of `found`."""
    at = max(sight.now, found.starts_at or sight.now)
    if found.state is not LevelChangeState.APPROVED:
        raise ConflictError(
            "level-not-revertible",
            f"{found.id} is {found.state.value}, so it has changed nothing.",
            fix=f"Reject a proposal: pavior control reject-level {found.id} --reason REASON.",
        )
    if not found.reverts and all(item.id != found.id for item in standing(changes, at)):
        raise ConflictError(
            "level-not-revertible",
            f"{found.id} was reverted before.",
            fix=f"See its ladder with: pavior control levels {control.id}.",
        )
    tried = wished(control, found.scope, found.level, is_new_only=False, now=at, reverts=found.id)
    then = Sight(sight.tx, sight.authoriser, sight.actor, at)
    rungs = [
        (rung_now(then, control, changes, place), rung_now(then, control, (*changes, tried), place))
        for place in _places(sight, found.scope)
    ]
    if all(before == after for before, after in rungs):
        raise ConflictError(
            "level-unchanged",
            f"Others have followed {found.id} everywhere in its scope, so without it nothing would be different.",
            fix=f"Revert the one that holds now: pavior control levels {control.id}.",
        )
    return max((after for _, after in rungs), key=lambda item: item.height).level


def _places(sight: Sight, scope: LevelScope) -> tuple[Place, ...]:
    return places_in(sight, scope) or (Place(scope.environment, scope.team),)


def _start_past(control: Control, wanted_from: datetime) -> InvalidError:
    return InvalidError(
        "level-start-past",
        f"{control.id} was to change at {format_instant(wanted_from)}, which has passed.",
        fix="Name a moment to come, or leave it out for the moment of the approval.",
    )
