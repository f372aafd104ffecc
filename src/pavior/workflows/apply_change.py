"""An allowed plan is applied exactly as it was approved, and what is there afterwards is verified."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from pavior.audit.model import Event
from pavior.audit.service import record
from pavior.catalog import store as catalog
from pavior.catalog.model import Service
from pavior.catalog.ports import CommitCheck
from pavior.environments import store
from pavior.environments.model import Change, ChangeKind, ChangeStatus, Environment, EnvironmentStatus, Plan
from pavior.environments.vault import SealedKind
from pavior.kernel.errors import ConflictError, PaviorError
from pavior.policy.model import DecisionOutcome
from pavior.runs.model import RunState
from pavior.storage.database import Transaction
from pavior.workflows.durable import Json
from pavior.workflows.gate import judge_again
from pavior.workflows.observe_environment import observe_environment
from pavior.workflows.plan_change import environment_state, saved_plan_owner, stack_of, unpack
from pavior.workflows.platform import Platform
from pavior.workflows.run_variables import read_sensitive_variables, write_sensitive_variables
from pavior.workflows.running import Running, require_text

_STATUS_BY_CODE = {"run-cancelled": ChangeStatus.CANCELLED, "gate-closed": ChangeStatus.BLOCKED}


@dataclass(frozen=True, slots=True)
class SealedJournal:
    """Where the engine writes how far it is: sealed, in the database, durable before it goes on."""

    platform: Platform
    run_id: str

    def load(self) -> bytes | None:
        """How far an earlier attempt of this run came."""
        with self.platform.database.snapshot() as transaction:
            return self.platform.vault.find(transaction, SealedKind.JOURNAL, self.run_id)

    def save(self, state: bytes) -> None:
        """Durable when this returns."""
        with self.platform.database.transaction() as transaction:
            now = self.platform.clock.now()
            self.platform.vault.write(transaction, SealedKind.JOURNAL, self.run_id, state, now)


@dataclass(frozen=True, slots=True)
class ApplyChange:
    """The workflow's body."""

    platform: Platform

    def __call__(self, running: Running, payload: Mapping[str, Json]) -> RunState:
        change_id = require_text(payload, "change")
        number = int(str(payload["number"]))
        running.do("gate", lambda: self._ask_again(change_id, number))
        running.do("apply", lambda: self._apply(running, change_id, number))
        is_verified = running.do("verify", lambda: self._verify(running, change_id, number))
        running.do("merge", lambda: self._merge(change_id))
        running.do("finish", lambda: self._finish(change_id, number, is_verified=bool(is_verified)))
        return RunState.SUCCEEDED

    def _load(self, change_id: str, number: int) -> tuple[Change, Environment, Service, Plan]:
        with self.platform.database.snapshot() as transaction:
            change = store.get_change(transaction, change_id)
            environment = store.get_environment(transaction, change.environment_id)
            service = catalog.get_service(transaction, change.service)
            plan = store.find_plan(transaction, change_id, number)
        if plan is None:
            raise RuntimeError(f"plan {number} of {change_id} was approved, and is gone")
        return change, environment, service, plan

    def _ask_again(self, change_id: str, number: int) -> Json:
        """Time has passed since the plan: a waiver may have ended."""
        change, environment, _, plan = self._load(change_id, number)
        now = self.platform.clock.now()
        with self.platform.database.snapshot() as transaction:
            decision = judge_again(
                self.platform,
                transaction,
                environment=environment,
                change=change,
                reading=plan.reading,
                decision=plan.decision,
                now=now,
            )
        if decision.outcome is DecisionOutcome.BLOCKED:
            raise ConflictError(
                "gate-closed",
                f"The plan of {change.id} was allowed, and is blocked now: {' '.join(decision.reasons)}",
                fix=f"Plan it again to see why: pavior change plan {change.id}.",
            )
        return None

    def _apply(self, running: Running, change_id: str, number: int) -> Json:
        platform = self.platform
        change, environment, service, plan = self._load(change_id, number)
        engine = platform.engine(environment.engine)
        target = platform.cloud.target(environment.id)
        owner = saved_plan_owner(change_id, number)
        with platform.database.snapshot() as transaction:
            packed = platform.vault.find(transaction, SealedKind.SAVED_PLAN, owner)
            sensitive = read_sensitive_variables(platform, transaction, change_id)
        if packed is None:
            raise ConflictError(
                "plan-expired",
                f"The saved plan of {change_id} is no longer kept.",
                fix=f"Plan it again: pavior change plan {change_id}.",
            )
        is_forgotten = bool(environment.cloud_instance) and environment.cloud_instance != target.instance
        state = None if is_forgotten else environment_state(platform, environment)
        running.say("apply", f"Applying plan {number} of {change_id} ({plan.digest[:12]}) to {environment.id}.")
        journal = SealedJournal(platform, running.run_id)
        with platform.checkout(service.repository, change.commit, running.run_id) as folder:
            try:
                result = engine.apply(
                    stack_of(change, environment, folder, sensitive),
                    unpack(packed),
                    state=state,
                    target=target,
                    journal=journal,
                    report=running.report("apply"),
                    is_cancelled=running.is_cancelled,
                )
            except PaviorError:
                self._keep_partial_state(running.run_id, environment, target.instance)
                raise
        now = platform.clock.now()
        with platform.database.transaction() as transaction:
            platform.vault.write(transaction, SealedKind.STATE, environment.id, result.state, now)
            store.update_environment(
                transaction,
                replace(
                    store.get_environment(transaction, environment.id),
                    commit=change.commit,
                    change_id=change.id,
                    cloud_instance=target.instance,
                    deployed_at=now,
                    status=EnvironmentStatus.UNKNOWN,
                    status_detail="Applied; not verified yet.",
                ),
            )
        return list(result.applied)

    def _keep_partial_state(self, run_id: str, environment: Environment, instance: str) -> None:
        """What was done before the failure is the environment's state, or the next plan would double it."""
        platform = self.platform
        now = platform.clock.now()
        with platform.database.transaction() as transaction:
            partial = platform.vault.find(transaction, SealedKind.JOURNAL, run_id)
            if partial is None:
                return
            platform.vault.write(transaction, SealedKind.STATE, environment.id, partial, now)
            store.update_environment(
                transaction,
                replace(
                    store.get_environment(transaction, environment.id),
                    cloud_instance=instance,
                    status=EnvironmentStatus.UNKNOWN,
                    status_detail="An apply stopped before its end.",
                ),
            )

    def _verify(self, running: Running, change_id: str, number: int) -> Json:
        change, environment, service, plan = self._load(change_id, number)
        if change.kind is ChangeKind.DESTROY:
            running.say("verify", "Everything is taken down; there is nothing left to verify.")
            return True
        running.say("verify", "Reading back what is there.")
        observation = observe_environment(
            self.platform, environment, service, obligations_of=plan.decision, change_id=change_id
        )
        for line in observation.lines:
            running.say("verify", line)
        return observation.is_verified

    def _merge(self, change_id: str) -> Json:
        with self.platform.database.snapshot() as transaction:
            change = store.get_change(transaction, change_id)
            service = catalog.get_service(transaction, change.service)
        if change.branch:
            self.platform.forge.merge(service.repository, change.commit)
        return None

    def _finish(self, change_id: str, number: int, *, is_verified: bool) -> Json:
        platform = self.platform
        change, environment, service, plan = self._load(change_id, number)
        status = ChangeStatus.VERIFIED if is_verified else ChangeStatus.APPLIED_UNVERIFIED
        detail = "" if is_verified else "It was applied, and not everything that was promised holds: see the findings."
        now = platform.clock.now()
        with platform.database.transaction() as transaction:
            moved = store.move_change(
                transaction, change, status, now, detail=detail, expected=(ChangeStatus.APPLYING,)
            )
            if moved:
                self._settle(transaction, change, environment, plan, now, is_verified=is_verified)
        state = "passed" if is_verified else "failed"
        platform.forge.set_check(
            service.repository,
            change.commit,
            CommitCheck(
                f"pavior/apply {environment.id}", state, detail or "Applied and verified.", f"/changes/{change.id}"
            ),
        )
        return None

    def _settle(
        self,
        transaction: Transaction,
        change: Change,
        environment: Environment,
        plan: Plan,
        now: datetime,
        *,
        is_verified: bool,
    ) -> None:
        platform = self.platform
        variables = read_sensitive_variables(platform, transaction, change.id)
        write_sensitive_variables(platform, transaction, environment.id, variables, now)
        _erase_secrets(platform, transaction, change, plan.number)
        if change.kind is ChangeKind.DESTROY:
            platform.vault.erase(transaction, SealedKind.STATE, environment.id)
            store.update_environment(
                transaction,
                replace(environment, status=EnvironmentStatus.DESTROYED, status_detail="", commit="", change_id=""),
            )
        record(
            transaction,
            replace(
                _applied_event(change, now),
                details={"plan": plan.number, "digest": plan.digest, "verified": is_verified},
            ),
            now,
        )

    def failed(self, transaction: Transaction, payload: Mapping[str, Json], error: PaviorError) -> None:
        """The Change failed with its apply; the environment keeps what was done."""
        platform = self.platform
        now = platform.clock.now()
        change = store.get_change(transaction, require_text(payload, "change"))
        environment = store.get_environment(transaction, change.environment_id)
        if environment.change_id == change.id:
            # The apply itself went through; what failed is a step after it.
            status = ChangeStatus.APPLIED_UNVERIFIED
        else:
            status = _STATUS_BY_CODE.get(error.code, ChangeStatus.FAILED)
        platform.vault.erase(
            transaction, SealedKind.SAVED_PLAN, saved_plan_owner(change.id, int(str(payload["number"])))
        )
        detail = platform.mask(f"{error.code}: {error.summary} {error.fix}")
        if store.move_change(transaction, change, status, now, detail=detail, expected=(ChangeStatus.APPLYING,)):
            outcome = "cancelled" if status is ChangeStatus.CANCELLED else "failed"
            record(
                transaction,
                replace(_applied_event(change, now), outcome=outcome, details={"code": error.code}),
                now,
            )


def _erase_secrets(platform: Platform, transaction: Transaction, change: Change, number: int) -> None:
    platform.vault.erase(transaction, SealedKind.VARIABLES, change.id)
    platform.vault.erase(transaction, SealedKind.SAVED_PLAN, saved_plan_owner(change.id, number))
    platform.vault.erase(transaction, SealedKind.JOURNAL, f"apply-{change.id}-{number}")


def _applied_event(change: Change, now: datetime) -> Event:
    return Event(
        verb="change.applied",
        actor="pavior",
        subject=f"change:{change.service}/{change.id}",
        service=change.service,
        environment=change.environment_id,
        started_at=change.created_at,
        ended_at=now,
    )
