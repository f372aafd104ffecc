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
from pavior.environments.ports import ApplyResult, CloudTarget, EnginePlan, Purpose
from pavior.environments.vault import SealedKind
from pavior.kernel.errors import ConflictError, PaviorError, UnavailableError
from pavior.policy.model import Decision, DecisionOutcome, Effect
from pavior.reports.scopes import change_scope
from pavior.runs.model import RunState
from pavior.storage.database import Transaction
from pavior.storage.failures import concerns_storage
from pavior.threatmodels import evidence_store, model_store
from pavior.workflows.approvers import who_still_approve
from pavior.workflows.change_secrets import (
    apply_run_id,
    find_saved_plan,
    forget_plans,
    forget_secrets,
    read_sensitive_variables,
    write_sensitive_variables,
)
from pavior.workflows.clouds import find_state, is_forgotten, require_cloud_for
from pavior.workflows.durable import Json
from pavior.workflows.gate import judge
from pavior.workflows.held_by_review import require_reviewed
from pavior.workflows.judge_threats import judge_places
from pavior.workflows.keep_state import keep_applied_state, require_unlocked
from pavior.workflows.observe_environment import observe_environment
from pavior.workflows.overrides_in_force import find_basis
from pavior.workflows.plan_change import require_not_behind, stack_of
from pavior.workflows.platform import Platform
from pavior.workflows.record_threats import read_model_of_commit
from pavior.workflows.running import Running, require_text
from pavior.workflows.settle_environment import refresh_catalog, settle_destroyed

_STATUS_BY_CODE = {
    "run-cancelled": ChangeStatus.CANCELLED,
    "gate-closed": ChangeStatus.BLOCKED,
    "threat-review-open": ChangeStatus.BLOCKED,
}
_OUTCOME_BY_STATUS = {ChangeStatus.CANCELLED: "cancelled", ChangeStatus.BLOCKED: "blocked"}


@dataclass(frozen=True, slots=True)
class SealedJournal:
    """Where the engine writes how far it is: sealed, in the database, durable before it goes on."""

    platform: Platform
    running: Running

    def load(self) -> bytes | None:
        """How far an earlier attempt of this run came."""
        with self.platform.database.snapshot() as transaction:
            return self.platform.vault.find(transaction, SealedKind.JOURNAL, self.running.run_id)

    def save(self, state: bytes) -> None:
        """Durable when this returns. What was done in the cloud is done, so a busy database is waited for."""
        self.running.patiently(lambda: self._write(state))

    def _write(self, state: bytes) -> None:
        with self.platform.database.transaction() as transaction:
            now = self.platform.clock.now()
            self.platform.vault.write(transaction, SealedKind.JOURNAL, self.running.run_id, state, now)


@dataclass(frozen=True, slots=True)
class ApplyChange:
    """The workflow's body."""

    platform: Platform

    def __call__(self, running: Running, payload: Mapping[str, Json]) -> RunState:
        """Ask the gate again, apply, verify, merge, and settle what it all means. After the apply, nobody cancels."""
        change_id = require_text(payload, "change")
        number = int(str(payload["number"]))
        digest = require_text(payload, "digest")
        running.do("gate", lambda: self._ask_again(change_id, number, digest))
        running.do("apply", lambda: self._apply(running, change_id, number))
        unverified = running.do("verify", lambda: self._verify(running, change_id, number), is_cancellable=False)
        running.do("merge", lambda: self._merge(change_id), is_cancellable=False)
        running.do("finish", lambda: self._finish(change_id, number, str(unverified)), is_cancellable=False)
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

    def _ask_again(self, change_id: str, number: int, digest: str) -> Json:
        """Time has passed since the plan: a waiver may have ended, a level been raised, main moved on."""
        change, environment, service, plan = self._load(change_id, number)
        if plan.digest != digest or change.plan_number != number:
            raise RuntimeError(f"plan {number} of {change_id} is not the one that was let through")
        now = self.platform.clock.now()
        with self.platform.database.snapshot() as transaction:
            decision = judge(
                self.platform,
                transaction,
                environment=environment,
                kind=change.kind,
                reading=plan.reading,
                plan_digest=plan.digest,
                now=now,
                override=find_basis(self.platform, transaction, change, plan, now),
            )
            scope = change_scope(change, environment, service)
            approved = who_still_approve(transaction, self.platform.authoriser, change_id, plan.digest, scope)
            require_reviewed(self.platform, transaction, change, service)
        if decision.outcome is DecisionOutcome.BLOCKED or len(approved) < decision.approvals_required:
            reasons = [*_ended_override(plan.decision, decision), *decision.reasons]
            if len(approved) < decision.approvals_required:
                reasons.append(f"It has {len(approved)} of {decision.approvals_required} approvals that still count.")
            raise ConflictError(
                "gate-closed",
                f"The plan of {change.id} was let through, and is not any more: {' '.join(reasons)}",
                fix=f"Plan it again to see what it needs: pavior change plan {change.id}.",
            )
        require_not_behind(self.platform, change, service)
        return None

    def _apply(self, running: Running, change_id: str, number: int) -> Json:
        platform = self.platform
        change, environment, service, plan = self._load(change_id, number)
        if environment.change_id == change.id:
            # This step ran before, and only the note of that was lost.
            return None
        target = platform.cloud.target(environment.id, Purpose.APPLY)
        require_cloud_for(change, environment, target)
        saved, state, sensitive = self._prepare(change, number, target)
        running.say("apply", f"Applying plan {number} of {change_id} ({plan.digest[:12]}) to {environment.id}.")
        with platform.checkout(service.repository, change.commit, running.run_id) as folder:
            result = platform.engine(environment.engine).apply(
                stack_of(change, environment, folder, sensitive),
                saved,
                state=state,
                target=target,
                journal=SealedJournal(platform, running),
                report=running.report("apply"),
                is_cancelled=running.is_cancelled,
            )
        running.patiently(lambda: self._keep(change, service, result, target))
        return None

    def _prepare(
        self, change: Change, number: int, target: CloudTarget
    ) -> tuple[EnginePlan, bytes | None, dict[str, str]]:
        """What the engine needs. From here on, whatever it does is in this cloud, also when it never comes back."""
        platform = self.platform
        with platform.database.transaction() as transaction:
            environment = store.get_environment(transaction, change.environment_id)
            require_unlocked(transaction, environment)
            saved = find_saved_plan(platform, transaction, change.id, number)
            if saved is None:
                raise ConflictError(
                    "plan-expired",
                    f"The saved plan of {change.id} is no longer kept.",
                    fix=f"Plan it again: pavior change plan {change.id}.",
                )
            if is_forgotten(environment, target):
                platform.vault.erase(transaction, SealedKind.STATE, environment.id)
                platform.vault.erase(transaction, SealedKind.JOURNAL, apply_run_id(change.id, number))
            state = find_state(platform, transaction, environment, target)
            sensitive = read_sensitive_variables(platform, transaction, change.id)
            store.update_environment(transaction, replace(environment, cloud_instance=target.instance))
        return saved, state, sensitive

    def _keep(self, change: Change, service: Service, result: ApplyResult, target: CloudTarget) -> None:
        """The new state is the environment's, and nothing is left that could apply the plan once more."""
        platform = self.platform
        threat_model = read_model_of_commit(platform, service, change.commit)
        now = platform.clock.now()
        with platform.database.transaction() as transaction:
            environment = store.get_environment(transaction, change.environment_id)
            forget_plans(platform, transaction, change)
            if change.kind is ChangeKind.DESTROY:
                settle_destroyed(platform, transaction, environment, service, change=change, now=now)
                return
            keep_applied_state(platform, transaction, environment, result.state, written_by=change.id, now=now)
            if threat_model is not None:
                model_store.record_model(transaction, threat_model)
            # What was seen before says nothing of what is there now.
            evidence_store.forget_verdicts(transaction, environment.id)
            store.update_environment(
                transaction,
                replace(
                    environment,
                    commit=change.commit,
                    change_id=change.id,
                    cloud_instance=target.instance,
                    deployed_at=now,
                    status=EnvironmentStatus.UNKNOWN,
                    status_detail="Applied; not verified yet.",
                ),
            )

    def _verify(self, running: Running, change_id: str, number: int) -> Json:
        """What of it does not hold, in a sentence; empty when all does."""
        change, environment, service, plan = self._load(change_id, number)
        if change.kind is ChangeKind.DESTROY:
            running.say("verify", "Everything is taken down; there is nothing left to verify.")
            return ""
        running.say("verify", "Reading back what is there.")
        try:
            observation = observe_environment(
                self.platform,
                environment,
                service,
                obligations_of=plan.decision,
                change_id=change_id,
                made=plan.reading.made,
                moved=plan.reading.moved,
            )
        except UnavailableError as error:
            if concerns_storage(error):
                raise
            # It is applied all the same: what is not known is said, and the rest is done.
            running.patiently(lambda: self._judge_unseen(environment))
            line = f"It could not be looked at: {error.code}: {error.summary}"
            running.say("verify", line, level="warning")
            return self.platform.mask(f"{line} {error.fix}")
        for line in observation.lines:
            running.say("verify", line)
        return observation.unverified

    def _judge_unseen(self, environment: Environment) -> None:
        """Nobody knows how threats stand that nobody could look at."""
        with self.platform.database.transaction() as transaction:
            judge_places(transaction, [environment.id], self.platform.clock.now())

    def _merge(self, change_id: str) -> Json:
        with self.platform.database.snapshot() as transaction:
            change = store.get_change(transaction, change_id)
            service = catalog.get_service(transaction, change.service)
        if change.branch:
            self.platform.forge.merge(service.repository, change.commit)
            refresh_catalog(self.platform, service)
        return None

    def _finish(self, change_id: str, number: int, unverified: str) -> Json:
        platform = self.platform
        change, environment, service, plan = self._load(change_id, number)
        status = ChangeStatus.APPLIED_UNVERIFIED if unverified else ChangeStatus.VERIFIED
        now = platform.clock.now()
        with platform.database.transaction() as transaction:
            change = store.lock_change(transaction, change_id)
            if change.status is ChangeStatus.APPLYING:
                store.move_change(transaction, change, status, now, detail=unverified)
                self._settle_secrets(transaction, change, now)
                details = {
                    "plan": plan.number,
                    "digest": plan.digest,
                    "verified": not unverified,
                    **_overridden(plan.decision),
                }
                record(transaction, replace(_applied_event(change, now), details=details), now)
        state = "failed" if unverified else "passed"
        summary = unverified or "Applied and verified."
        check = CommitCheck(f"pavior/apply {environment.id}", state, summary, f"/changes/{change.id}")
        platform.forge.set_check(service.repository, change.commit, check)
        return None

    def _settle_secrets(self, transaction: Transaction, change: Change, now: datetime) -> None:
        """The variables that were applied are the environment's from now on."""
        if change.kind is not ChangeKind.DESTROY:
            variables = read_sensitive_variables(self.platform, transaction, change.id)
            write_sensitive_variables(self.platform, transaction, change.environment_id, variables, now)
        forget_secrets(self.platform, transaction, change)

    def failed(self, transaction: Transaction, payload: Mapping[str, Json], error: PaviorError) -> None:
        """The Change failed with its apply; the environment keeps what was done."""
        platform = self.platform
        now = platform.clock.now()
        change = store.lock_change(transaction, require_text(payload, "change"))
        environment = store.get_environment(transaction, change.environment_id)
        if change.status is not ChangeStatus.APPLYING:
            return
        if environment.change_id == change.id:
            # The apply itself went through; what failed is a step after it.
            status = ChangeStatus.APPLIED_UNVERIFIED
        else:
            status = _STATUS_BY_CODE.get(error.code, ChangeStatus.FAILED)
            self._keep_partial_state(transaction, change, environment, int(str(payload["number"])), now)
        detail = platform.mask(f"{error.code}: {error.summary} {error.fix}")
        store.move_change(transaction, change, status, now, detail=detail)
        if status is ChangeStatus.APPLIED_UNVERIFIED:
            self._settle_secrets(transaction, change, now)
        elif status is ChangeStatus.CANCELLED:
            forget_secrets(platform, transaction, change)
        else:
            # Its variables stay: it can be planned again.
            forget_plans(platform, transaction, change)
        event = replace(
            _applied_event(change, now),
            outcome=_OUTCOME_BY_STATUS.get(status, "failed"),
            details={"code": error.code, "plan": payload["number"]},
        )
        record(transaction, event, now)

    def _keep_partial_state(
        self, transaction: Transaction, change: Change, environment: Environment, number: int, now: datetime
    ) -> None:
        """What was done before the failure is the environment's state, or the next plan would double it."""
        platform = self.platform
        partial = platform.vault.find(transaction, SealedKind.JOURNAL, apply_run_id(change.id, number))
        if partial is None:
            return
        keep_applied_state(platform, transaction, environment, partial, written_by=change.id, now=now)
        store.update_environment(
            transaction,
            replace(
                environment,
                status=EnvironmentStatus.UNKNOWN,
                status_detail=f"The apply of {change.id} stopped before its end.",
            ),
        )
        evidence_store.forget_verdicts(transaction, environment.id)
        judge_places(transaction, [environment.id], now)


def _ended_override(before: Decision, now: Decision) -> tuple[str, ...]:
    if before.override is None or now.override is not None:
        return ()
    return (f"{before.override.id} of {before.override.requester} does not let it through any more.",)


def _overridden(decision: Decision) -> Mapping[str, Json]:
    """For the audit log: what went past its controls, which is neither passed nor waived."""
    if decision.override is None:
        return {}
    controls: list[Json] = [*sorted({item.verdict.control for item in decision.with_effect(Effect.OVERRIDDEN)})]
    return {"override": decision.override.id, "overridden": controls}


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
