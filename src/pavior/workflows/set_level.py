"""Levels of controls: a change is asked for by one with its evidence, decided by another, and starts at an instant."""

from dataclasses import dataclass, field
from datetime import datetime

from msgspec import structs

from pavior.audit.model import Event
from pavior.audit.service import record
from pavior.catalog import store as catalog
from pavior.environments import store as environments
from pavior.identity import store as identity
from pavior.identity.model import Actor, Permission, Scope, person_behind
from pavior.inventory import store as inventory
from pavior.kernel.clock import format_instant
from pavior.kernel.errors import ConflictError, ForbiddenError, InvalidError, MissingError
from pavior.policy import level_store
from pavior.policy.levels import LevelChange, LevelChangeState, LevelScope, check_wish
from pavior.policy.model import Control, Level
from pavior.reports.evaluations import Evaluations, Memory
from pavior.reports.level_evidence import Place, places_in, read_level_evidence, rung_now
from pavior.reports.scopes import level_change_scope, level_wish_scope
from pavior.reports.sight import Sight
from pavior.storage.database import Transaction
from pavior.workflows.platform import Platform


@dataclass(frozen=True, slots=True)
class LevelChanges:
    """The verbs of a level."""

    platform: Platform
    _memory: Memory = field(default_factory=Memory, init=False, repr=False, compare=False)

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
        """Ask for another level, somewhere, from some moment on. What is known of it now is kept with the proposal.

        Args:
            environment: A stage such as `prod`, one environment such as `orders/prod`, or empty for all.
            wanted_from: Not before now; None for the moment of the approval.

        Raises:
            InvalidError: `level-new-only-invalid`, `level-scope-invalid`, `level-reason-missing`, `level-start-past`.
            MissingError: `control-missing`, `level-scope-unknown`.
            ConflictError: `level-unchanged`.
        """
        platform = self.platform
        known = self.platform.find_control(control)
        scope = LevelScope(environment, team)
        with platform.database.snapshot() as transaction:
            sight = Sight(transaction, platform.authoriser, actor, platform.clock.now())
            sight.require(Permission.CONTROL_SET_LEVEL, level_wish_scope(known, scope))
            check_wish(known, scope, level, is_new_only=is_new_only, reason=reason)
            if wanted_from is not None and wanted_from < sight.now:
                raise _start_past(known, wanted_from)
            self._require_known(sight, scope)
            changes = level_store.list_level_changes(transaction, controls=(known.id, *known.formerly))
            self._require_different(sight, known, scope, changes, level, is_new_only=is_new_only)
            evaluations = Evaluations(platform.controls, self._memory)
            wish = LevelChange(
                id="",
                control=known.id,
                scope=scope,
                level=level,
                is_new_only=is_new_only,
                reason=platform.mask(reason.strip()),
                proposer=actor.id,
                proposed_at=sight.now,
                wanted_from=wanted_from,
                evidence=read_level_evidence(sight, evaluations, known, scope, changes),
            )
        with platform.database.transaction() as transaction:
            proposed = level_store.insert_level_change(transaction, wish)
            record(transaction, _event(actor, proposed, "control.level-proposed", wish.proposed_at), wish.proposed_at)
        return proposed

    def approve_level(self, actor: Actor, change_id: str, *, reason: str = "") -> LevelChange:
        """Let it start when it was asked for, or now if that has passed: nothing is changed backwards.

        Raises:
            MissingError: `level-change-missing`, `control-missing`.
            ForbiddenError: `level-self-approval`, `permission-denied`.
            ConflictError: `level-already-decided`.
        """
        now = self.platform.clock.now()
        with self.platform.database.transaction() as transaction:
            change = self._authorised(transaction, actor, change_id, Permission.CONTROL_DECIDE_LEVEL)
            self.platform.find_control(change.control)
            decided = structs.replace(
                change,
                state=LevelChangeState.APPROVED,
                decided_by=actor.id,
                decided_at=now,
                decision_reason=self.platform.mask(reason.strip()),
                starts_at=max(change.wanted_from or now, now),
            )
            level_store.decide_level_change(transaction, decided)
            if decided.is_new_only:
                self._note_what_is_there(transaction, decided.scope)
            record(transaction, _event(actor, decided, "control.level-approved", now), now)
        return decided

    def reject_level(self, actor: Actor, change_id: str, *, reason: str) -> LevelChange:
        """Refuse it, or take back one's own proposal.

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
            change = self._authorised(transaction, actor, change_id, Permission.CONTROL_SET_LEVEL)
            decided = structs.replace(
                change,
                state=LevelChangeState.REJECTED,
                decided_by=actor.id,
                decided_at=now,
                decision_reason=self.platform.mask(reason.strip()),
            )
            level_store.decide_level_change(transaction, decided)
            record(transaction, _event(actor, decided, "control.level-rejected", now), now)
        return decided

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
        if change.state is not LevelChangeState.PROPOSED:
            raise level_store.already_decided(change)
        return change

    def _note_what_is_there(self, transaction: Transaction, scope: LevelScope) -> None:
        """So that nothing that was seen before anybody kept count becomes new."""
        for place in environments.list_environments(transaction):
            if scope.holds(place.id, catalog.get_service(transaction, place.service).team):
                seen = inventory.find_observation(transaction, place.id)
                if seen is not None:
                    subjects = [item.address for item in seen.graph.resources]
                    level_store.note_sightings(transaction, place.id, subjects, seen.observed_at)

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
        self,
        sight: Sight,
        control: Control,
        scope: LevelScope,
        changes: tuple[LevelChange, ...],
        level: Level,
        *,
        is_new_only: bool,
    ) -> None:
        places = places_in(sight, scope) or (Place(scope.environment, scope.team),)
        found = [rung_now(sight, control, changes, place) for place in places]
        # Where everything is blocked, what is new is as well.
        if all(item.level is level and (item.is_new_only is is_new_only or not item.is_new_only) for item in found):
            raise ConflictError(
                "level-unchanged",
                f"{control.id} is at {found[0].name} {scope.where} already.",
                fix=f"See its ladder with: pavior control levels {control.id}. "
                "To let what is there go on, set warn first, then block for what is new.",
            )


def _start_past(control: Control, wanted_from: datetime) -> InvalidError:
    return InvalidError(
        "level-start-past",
        f"{control.id} was to change at {format_instant(wanted_from)}, which has passed.",
        fix="Name a moment to come, or leave it out for the moment of the approval.",
    )


def _event(actor: Actor, change: LevelChange, verb: str, now: datetime) -> Event:
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
        },
    )
