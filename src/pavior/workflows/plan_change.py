"""A Change is planned and gated. The run ends at the gate: nothing waits in memory for a person."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from pavior.audit.model import Event
from pavior.audit.service import record
from pavior.catalog import store as catalog
from pavior.catalog.ports import CommitCheck
from pavior.environments import store
from pavior.environments.model import Change, ChangeKind, ChangeStatus, Environment, Plan
from pavior.environments.ports import CloudTarget, EnginePlan, Stack
from pavior.environments.vault import SealedKind
from pavior.kernel.errors import ConflictError, PaviorError
from pavior.policy.model import Decision, DecisionOutcome, Effect
from pavior.resources.join import join
from pavior.runs.model import RunState
from pavior.storage.database import Transaction
from pavior.workflows.durable import Json
from pavior.workflows.gate import judge
from pavior.workflows.platform import INFRASTRUCTURE_FOLDER, Platform, infrastructure_files
from pavior.workflows.run_variables import read_sensitive_variables
from pavior.workflows.running import Running, enqueue_run, require_text

PLAN_CHANGE = "plan_change"
APPLY_CHANGE = "apply_change"


def enqueue_plan(platform: Platform, transaction: Transaction, change: Change, now: datetime) -> Change:
    """Ask for the next plan of a Change; its status becomes planning."""
    number = change.plan_number + 1
    store.set_plan_number(transaction, change.id, number)
    store.move_change(transaction, change, ChangeStatus.PLANNING, now)
    enqueue_run(
        platform,
        transaction,
        run_id=f"plan-{change.id}-{number}",
        kind=PLAN_CHANGE,
        subject=f"change:{change.service}/{change.id}",
        service=change.service,
        environment=change.environment_id,
        requester=change.requester,
        payload={"change": change.id, "number": number},
        now=now,
    )
    return replace(change, plan_number=number, status=ChangeStatus.PLANNING)


def enqueue_apply(
    platform: Platform, transaction: Transaction, change: Change, plan: Plan, approved_by: str, now: datetime
) -> None:
    """Ask for exactly this plan to be applied."""
    enqueue_run(
        platform,
        transaction,
        run_id=f"apply-{change.id}-{plan.number}",
        kind=APPLY_CHANGE,
        subject=f"change:{change.service}/{change.id}",
        service=change.service,
        environment=change.environment_id,
        requester=approved_by,
        payload={"change": change.id, "number": plan.number, "digest": plan.digest},
        now=now,
    )


def environment_state(platform: Platform, environment: Environment) -> bytes | None:
    """What was applied last, or None."""
    with platform.database.snapshot() as transaction:
        return platform.vault.find(transaction, SealedKind.STATE, environment.id)


def require_same_cloud(environment: Environment, target: CloudTarget) -> None:
    """Raises ConflictError `sandbox-restarted` when the cloud that held the environment is no more."""
    if environment.cloud_instance and environment.cloud_instance != target.instance:
        raise ConflictError(
            "sandbox-restarted",
            f"The sandbox cloud restarted and forgot {environment.id}.",
            fix=f"Make it again with: pavior environment rebuild {environment.id}.",
        )


def stack_of(change: Change, environment: Environment, checkout_folder: Path, sensitive: Mapping[str, str]) -> Stack:
    """What the engine is to bring about. Every stack of ours declares the variable `environment`."""
    return Stack(
        folder=checkout_folder / INFRASTRUCTURE_FOLDER,
        environment=environment.id,
        variables={**change.variables, "environment": environment.name},
        sensitive_variables=sensitive,
        is_destroy=change.kind is ChangeKind.DESTROY,
    )


@dataclass(frozen=True, slots=True)
class PlanChange:
    """The workflow's body."""

    platform: Platform

    def __call__(self, running: Running, payload: Mapping[str, Json]) -> RunState:
        change_id = require_text(payload, "change")
        number = int(str(payload["number"]))
        running.do("plan", lambda: self._plan(running, change_id, number))
        outcome = running.do("gate", lambda: self._gate(running, change_id, number))
        return RunState.BLOCKED if outcome == DecisionOutcome.BLOCKED.value else RunState.SUCCEEDED

    def _plan(self, running: Running, change_id: str, number: int) -> Json:
        platform = self.platform
        with platform.database.snapshot() as transaction:
            change = store.get_change(transaction, change_id)
            environment = store.get_environment(transaction, change.environment_id)
            service = catalog.get_service(transaction, change.service)
            sensitive = read_sensitive_variables(platform, transaction, change.id)
        engine = platform.engine(environment.engine)
        target = platform.cloud.target(environment.id)
        if change.kind is ChangeKind.REBUILD:
            state = environment_state(platform, environment) if environment.cloud_instance == target.instance else None
        else:
            require_same_cloud(environment, target)
            state = environment_state(platform, environment)
        running.say("plan", f"Planning {change.commit[:12]} for {environment.id} with {engine.name} {engine.version}.")
        with platform.checkout(service.repository, change.commit, running.run_id) as folder:
            stack = stack_of(change, environment, folder, sensitive)
            plan = engine.plan(stack, state=state, target=target, report=running.report("plan"))
            variables = {**stack.variables, **stack.sensitive_variables}
            source = platform.read_source(infrastructure_files(folder), variables, frozenset(sensitive))
        reading = platform.read_plan(plan.plan_json)
        joined = replace(reading, graph=join(reading.graph, source))
        now = platform.clock.now()
        digest = hashlib.sha256(plan.plan_json).hexdigest()
        with platform.database.transaction() as transaction:
            decision = judge(
                platform,
                transaction,
                environment=environment,
                kind=change.kind,
                reading=joined,
                plan_digest=digest,
                now=now,
            )
            store.insert_plan(
                transaction,
                Plan(
                    change_id=change.id,
                    number=number,
                    digest=digest,
                    created_at=now,
                    engine=engine.name,
                    engine_version=engine.version,
                    reading=joined,
                    decision=decision,
                ),
            )
            owner = saved_plan_owner(change.id, number)
            platform.vault.write(transaction, SealedKind.SAVED_PLAN, owner, _packed(plan), now)
        running.say("plan", _count_sentence(len(joined.changes)))
        return digest

    def _gate(self, running: Running, change_id: str, number: int) -> Json:
        platform = self.platform
        now = platform.clock.now()
        with platform.database.transaction() as transaction:
            change = store.get_change(transaction, change_id)
            plan = store.find_plan(transaction, change_id, number)
            if plan is None:
                raise RuntimeError(f"plan {number} of {change_id} was stored by the step before, and is gone")
            if change.status is not ChangeStatus.PLANNING or change.plan_number != number:
                # Cancelled or planned again meanwhile, or this step ran before and its end was not recorded.
                return plan.decision.outcome.value
            service = catalog.get_service(transaction, change.service)
            self._move(transaction, change, plan, now)
            record(transaction, _planned_event(change, plan, now), now)
        for line in _decision_lines(plan.decision):
            running.say("gate", line)
        platform.forge.set_check(service.repository, change.commit, _check(change, plan.decision))
        return plan.decision.outcome.value

    def _move(self, transaction: Transaction, change: Change, plan: Plan, now: datetime) -> None:
        decision = plan.decision
        detail = " ".join(decision.reasons)
        if decision.outcome is DecisionOutcome.BLOCKED:
            store.move_change(transaction, change, ChangeStatus.BLOCKED, now, detail=detail)
        elif not plan.reading.changes and change.kind is not ChangeKind.PROMOTE and not change.branch:
            store.move_change(
                transaction, change, ChangeStatus.NOTHING_TO_DO, now, detail="Everything is as the commit says."
            )
        elif decision.outcome is DecisionOutcome.NEEDS_APPROVAL:
            store.move_change(transaction, change, ChangeStatus.AWAITING_APPROVAL, now, detail=detail)
        else:
            store.move_change(transaction, change, ChangeStatus.APPLYING, now)
            enqueue_apply(self.platform, transaction, change, plan, "pavior", now)

    def failed(self, transaction: Transaction, payload: Mapping[str, Json], error: PaviorError) -> None:
        """The Change failed with its plan, unless it has moved on."""
        now = self.platform.clock.now()
        change = store.get_change(transaction, require_text(payload, "change"))
        status = ChangeStatus.CANCELLED if error.code == "run-cancelled" else ChangeStatus.FAILED
        moved = store.move_change(
            transaction,
            change,
            status,
            now,
            detail=self.platform.mask(f"{error.code}: {error.summary} {error.fix}"),
            expected=(ChangeStatus.PLANNING,),
        )
        if moved:
            record(
                transaction,
                replace(_event(change, "change.planned", now), outcome="failed", details={"code": error.code}),
                now,
            )


def saved_plan_owner(change_id: str, number: int) -> str:
    """Whose the sealed saved plan is."""
    return f"{change_id}/{number}"


def _packed(plan: EnginePlan) -> bytes:
    return len(plan.plan_json).to_bytes(8, "big") + plan.plan_json + plan.saved_plan


def unpack(body: bytes) -> EnginePlan:
    """The plan as the engine gave it."""
    size = int.from_bytes(body[:8], "big")
    return EnginePlan(plan_json=body[8 : 8 + size], saved_plan=body[8 + size :])


def _event(change: Change, verb: str, now: datetime) -> Event:
    return Event(
        verb=verb,
        actor="pavior",
        subject=f"change:{change.service}/{change.id}",
        service=change.service,
        environment=change.environment_id,
        started_at=change.created_at,
        ended_at=now,
    )


def _planned_event(change: Change, plan: Plan, now: datetime) -> Event:
    blocked = plan.decision.with_effect(Effect.BLOCK)
    return replace(
        _event(change, "change.planned", now),
        outcome="blocked" if plan.decision.outcome is DecisionOutcome.BLOCKED else "succeeded",
        details={
            "plan": plan.number,
            "digest": plan.digest,
            "decision": plan.decision.outcome.value,
            "controls": sorted({ruling.verdict.control for ruling in blocked}),
            "waivers": sorted({ruling.waiver_id for ruling in plan.decision.with_effect(Effect.WAIVED)}),
            "controls_digest": plan.decision.controls_digest,
        },
    )


def _check(change: Change, decision: Decision) -> CommitCheck:
    states = {
        DecisionOutcome.ALLOWED: "passed",
        DecisionOutcome.NEEDS_APPROVAL: "passed",
        DecisionOutcome.BLOCKED: "failed",
    }
    return CommitCheck(
        name=f"pavior/gate {change.environment_id}",
        state=states[decision.outcome],
        summary=" ".join(decision.reasons) or "All controls passed.",
        link=f"/changes/{change.id}",
    )


def _count_sentence(count: int) -> str:
    if count == 0:
        return "Nothing would change."
    return f"{count} resource would change." if count == 1 else f"{count} resources would change."


def _decision_lines(decision: Decision) -> tuple[str, ...]:
    return (f"The gate says {decision.outcome.value}.", *decision.reasons)
