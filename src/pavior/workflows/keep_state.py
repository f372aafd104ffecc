"""Terraform's state for whoever runs Terraform by themselves: read, locked, written, and gone back to.

Of an environment that Pavior runs with Terraform it is the one state that its own applies go on from; while one of
those is under way nobody gets the lock, and while somebody holds the lock no apply begins. For any other stage of a
service Pavior keeps the state and runs nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pavior.audit.model import Event
from pavior.audit.service import record
from pavior.catalog import store as catalog
from pavior.catalog.model import Service
from pavior.environments import store
from pavior.environments.model import ChangeStatus, Environment
from pavior.environments.vault import SealedKind
from pavior.identity.model import Actor, Permission
from pavior.kernel.errors import ConflictError, InvalidError, MissingError
from pavior.kernel.pages import PageRequest
from pavior.reports.scopes import state_scope
from pavior.states import store as states
from pavior.states.model import (
    LOCK_IN_CONTEXT,
    StateHistory,
    StateLock,
    StateVersion,
    TerraformState,
    missing,
    read_lock,
    read_state,
    require_place,
    require_same_lineage,
    require_successor,
    succeeding,
)
from pavior.storage.database import Transaction
from pavior.workflows.platform import Platform


@dataclass(frozen=True, slots=True)
class _Place:
    id: str
    service: Service
    environment: Environment | None


@dataclass(frozen=True, slots=True)
class States:
    """The verbs of a state. `environment` is such as `orders/prod`; it need not be one that Pavior runs.

    All raise MissingError `state-missing`, ForbiddenError `permission-denied`, and ConflictError
    `state-not-terraform` for an environment of an engine that has no such state.
    """

    platform: Platform

    def read(self, actor: Actor, environment: str) -> bytes | None:
        """The newest state, in clear; None before there is one. That it was read is recorded."""
        now = self.platform.clock.now()
        with self.platform.database.transaction() as tx:
            place = self._place(tx, actor, environment, Permission.STATE_READ)
            state = self._current(tx, place)
            if state is not None:
                _tell(tx, actor, place, "state.read", now, serial=state.serial)
        return None if state is None else state.body

    def write(self, actor: Actor, environment: str, body: bytes, lock_id: str) -> None:
        """Keep the next state; sending the same again is no error.

        Raises:
            InvalidError: `state-invalid`.
            ConflictError: `state-not-locked`, `state-older`, `state-lineage-differs`, `environment-not-deployed`.
        """
        state = read_state(body)
        now = self.platform.clock.now()
        with self.platform.database.transaction() as tx:
            place = self._place(tx, actor, environment, Permission.STATE_WRITE)
            _require_lock(tx, place, actor, lock_id)
            current = self._current(tx, place)
            if current is not None and current.digest == state.digest:
                return
            if current is not None:
                require_successor(place.id, state, current.serial, current.lineage)
            version = self._keep(tx, place, state, actor.id, now)
            _tell(tx, actor, place, "state.written", now, serial=state.serial, version=version.number)

    def lock(self, actor: Actor, environment: str, body: bytes) -> StateLock:
        """Take the lock that the body describes; taking it again under the same id is no error.

        Raises:
            InvalidError: `state-lock-invalid`.
            ConflictError: `state-locked`, with the lock in its context.
        """
        lock_id, info = read_lock(body)
        now = self.platform.clock.now()
        wish = StateLock(environment, lock_id, actor.id, now, {key: self.platform.mask(it) for key, it in info.items()})
        with self.platform.database.transaction() as tx:
            place = self._place(tx, actor, environment, Permission.STATE_WRITE)
            self._require_terraform(place)
            held = states.find_lock(tx, place.id) or _lock_of_apply(tx, place)
            if held is None:
                states.insert_lock(tx, wish)
            elif not held.is_of(actor.id, wish.id):
                raise locked(held)
        return wish

    def unlock(self, actor: Actor, environment: str, body: bytes) -> None:
        """Let go of the lock that the body describes; without a body, of whichever there is (see `force_unlock`).

        Raises:
            ConflictError: `state-locked` when it is another one.
        """
        if not body.strip():
            self.force_unlock(actor, environment, reason="asked for by Terraform's force-unlock")
            return
        lock_id, _ = read_lock(body)
        with self.platform.database.transaction() as tx:
            place = self._place(tx, actor, environment, Permission.STATE_WRITE)
            held = states.find_lock(tx, place.id)
            if held is not None and not held.is_of(actor.id, lock_id):
                raise locked(held)
            states.delete_lock(tx, place.id)

    def force_unlock(self, actor: Actor, environment: str, *, reason: str) -> StateHistory:
        """Take the lock away from whoever holds it: what they write afterwards is refused. Recorded, with the reason.

        Raises:
            InvalidError: `reason-missing`.
            ConflictError: `state-locked-by-apply`: an apply of Pavior's own is cancelled, not unlocked.
            MissingError: `state-lock-missing`.
        """
        if not reason.strip():
            raise InvalidError(
                "reason-missing", "A lock is not taken away without a reason.", fix="Say in a sentence why."
            )
        now = self.platform.clock.now()
        with self.platform.database.transaction() as tx:
            place = self._place(tx, actor, environment, Permission.STATE_UNLOCK)
            held = states.find_lock(tx, place.id)
            if held is None and (apply := _lock_of_apply(tx, place)):
                raise ConflictError(
                    "state-locked-by-apply",
                    f"{apply.holder} is being applied to {place.id}, which is no lock that could be taken away.",
                    fix=f"Wait for its end, or cancel it: pavior change cancel {apply.holder}.",
                )
            if held is None:
                raise MissingError(
                    "state-lock-missing",
                    f"Nobody holds the lock of {place.id}.",
                    fix="There is nothing to take away; go on.",
                )
            states.delete_lock(tx, place.id)
            _tell(tx, actor, place, "state.unlocked", now, lock=held.id, holder=held.holder, reason=reason.strip())
            return _history(tx, place)

    def history(self, actor: Actor, environment: str) -> StateHistory:
        """Its versions and its lock."""
        with self.platform.database.snapshot() as tx:
            return _history(tx, self._place(tx, actor, environment, Permission.STATE_READ))

    def read_version(self, actor: Actor, environment: str, number: int) -> bytes:
        """An older state, in clear. That it was read is recorded. Raises MissingError `state-version-missing`."""
        now = self.platform.clock.now()
        with self.platform.database.transaction() as tx:
            place = self._place(tx, actor, environment, Permission.STATE_READ)
            state = self._version(tx, place, number)
            _tell(tx, actor, place, "state.read", now, serial=state.serial, version=number)
        return state.body

    def restore(self, actor: Actor, environment: str, number: int) -> StateHistory:
        """Let an older state be the newest, under the next serial. Nothing in the cloud is changed.

        Raises:
            MissingError: `state-version-missing`.
            ConflictError: `state-locked`, `environment-not-deployed`, `state-lineage-differs`.
        """
        now = self.platform.clock.now()
        with self.platform.database.transaction() as tx:
            place = self._place(tx, actor, environment, Permission.STATE_WRITE)
            if held := states.find_lock(tx, place.id) or _lock_of_apply(tx, place):
                raise locked(held)
            old, current = self._version(tx, place, number), self._current(tx, place)
            if current is not None:
                require_same_lineage(place.id, old, current.lineage)
            state = old if current is None else succeeding(old, current.serial + 1)
            version = self._keep(tx, place, state, actor.id, now)
            _tell(tx, actor, place, "state.restored", now, version=version.number, restored=number)
            return _history(tx, place)

    def _place(self, tx: Transaction, actor: Actor, environment: str, permission: Permission) -> _Place:
        name, stage = require_place(environment)
        service = catalog.find_service(tx, name)
        if service is None:
            raise missing(environment)
        found = store.find_environment(tx, name, stage)
        is_production = found is None or found.is_production
        scope = state_scope(environment, service, is_production=is_production)
        self.platform.authoriser.authorise(actor, permission, on=scope)
        return _Place(environment, service, found)

    def _current(self, tx: Transaction, place: _Place) -> TerraformState | None:
        self._require_terraform(place)
        if place.environment is None:
            newest = next(iter(states.list_versions(tx, place.id)), None)
            return None if newest is None else self._version(tx, place, newest.number)
        sealed = self.platform.vault.find(tx, SealedKind.STATE, place.id)
        own = None if sealed is None else self.platform.engine(place.environment.engine).terraform_state(sealed)
        return None if own is None else read_state(own)

    def _version(self, tx: Transaction, place: _Place, number: int) -> TerraformState:
        body = states.find_body(tx, self.platform.vault.sealer, place.id, number)
        if body is None:
            raise MissingError(
                "state-version-missing",
                f"No version {number} of the state of {place.id} is kept.",
                fix=f"List what there is: pavior state history {place.id}.",
            )
        return read_state(body)

    def _keep(
        self, tx: Transaction, place: _Place, state: TerraformState, written_by: str, now: datetime
    ) -> StateVersion:
        platform = self.platform
        if place.environment is not None:
            sealed = platform.vault.find(tx, SealedKind.STATE, place.id)
            if sealed is None:
                raise ConflictError(
                    "environment-not-deployed",
                    f"Pavior runs {place.id}, and has applied nothing there yet, so there is no state to go on from.",
                    fix=f"Open a Change first: pavior change open {place.id} --branch BRANCH.",
                )
            own = platform.engine(place.environment.engine).with_terraform_state(sealed, state.body)
            platform.vault.write(tx, SealedKind.STATE, place.id, own, now)
        return states.insert_version(tx, platform.vault.sealer, place.id, state, written_by=written_by, now=now)

    def _require_terraform(self, place: _Place) -> None:
        if place.environment is None:
            return
        engine = self.platform.engine(place.environment.engine)
        if not engine.has_terraform_state:
            raise ConflictError(
                "state-not-terraform",
                f"{place.id} is run by the engine {engine.name}, which keeps no state of Terraform's.",
                fix="Use a stage that Pavior does not run, or make environments with PAVIOR_ENGINE=terraform.",
            )


def keep_applied_state(
    platform: Platform, tx: Transaction, environment: Environment, state: bytes, *, written_by: str, now: datetime
) -> None:
    """What an apply left is the environment's state, and a version of its history where it is one of Terraform's."""
    platform.vault.write(tx, SealedKind.STATE, environment.id, state, now)
    own = platform.engine(environment.engine).terraform_state(state)
    if own is not None:
        states.insert_version(
            tx, platform.vault.sealer, environment.id, read_state(own), written_by=written_by, now=now
        )


def require_unlocked(tx: Transaction, environment: Environment) -> None:
    """Raises ConflictError `state-locked` while somebody who runs Terraform by themselves holds the lock."""
    if held := states.find_lock(tx, environment.id):
        raise locked(held)


def _require_lock(tx: Transaction, place: _Place, actor: Actor, lock_id: str) -> None:
    """Whoever writes holds the lock, or two of them would lose what one wrote."""
    held = states.find_lock(tx, place.id)
    if held is not None and held.is_of(actor.id, lock_id):
        return
    who = f"it is locked by {held.holder}" if held else "nobody holds its lock"
    raise ConflictError(
        "state-not-locked",
        f"The state of {place.id} was sent without its lock: {who}.",
        fix="Let Terraform lock it: leave out -lock=false, and set the lock and unlock addresses of the backend.",
    )


def locked(held: StateLock) -> ConflictError:
    """Somebody else holds the lock."""
    what = f" ({held.operation})" if held.operation else ""
    return ConflictError(
        "state-locked",
        f"The state of {held.environment} is locked by {held.holder}{what} since {held.locked_at:%Y-%m-%d %H:%M} UTC.",
        fix=f"Wait until that is done; if it died: pavior state unlock {held.environment} --reason WHY.",
        context={LOCK_IN_CONTEXT: held},
    )


def _lock_of_apply(tx: Transaction, place: _Place) -> StateLock | None:
    """An apply of ours, told like a lock."""
    if place.environment is None:
        return None
    environment = place.environment
    page = store.list_changes(
        tx,
        PageRequest(size=1),
        service=environment.service,
        environment=environment.name,
        statuses=(ChangeStatus.APPLYING,),
    )
    if not page.items:
        return None
    change = page.items[0]
    info = {"Operation": "apply by Pavior", "Who": change.requester, "Info": change.title}
    return StateLock(place.id, change.id, change.id, change.created_at, info, is_apply=True)


def _history(tx: Transaction, place: _Place) -> StateHistory:
    return StateHistory(
        environment=place.id,
        is_run_here=place.environment is not None,
        lock=states.find_lock(tx, place.id) or _lock_of_apply(tx, place),
        versions=states.list_versions(tx, place.id),
    )


def _tell(tx: Transaction, actor: Actor, place: _Place, verb: str, now: datetime, **details: object) -> None:
    told: Mapping[str, object] = details
    event = Event(
        verb=verb,
        actor=actor.id,
        surface=actor.surface.value,
        subject=f"environment:{place.id}",
        service=place.service.name,
        environment=place.id,
        started_at=now,
        ended_at=now,
        details=told,
    )
    record(tx, event, now)
