"""A Change is planned and gated. The run ends at the gate: nothing waits in memory for a person."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from msgspec import structs

from pavior.audit.model import Event
from pavior.audit.service import record
from pavior.catalog import store as catalog
from pavior.catalog.model import Service
from pavior.catalog.ports import CommitCheck
from pavior.environments import store
from pavior.environments.model import Change, ChangeKind, ChangeStatus, Environment, Plan
from pavior.environments.ports import Engine, EnginePlan, Stack
from pavior.kernel.errors import ConflictError, PaviorError
from pavior.policy.model import Decision, DecisionOutcome, Effect
from pavior.policy.recomputing import decision_digest
from pavior.policy.rendering import summary
from pavior.resources.join import join
from pavior.resources.model import ResourceGraph
from pavior.runs.model import RunState
from pavior.storage.database import Transaction
from pavior.workflows.change_secrets import (
    apply_run_id,
    forget_plans,
    forget_secrets,
    read_sensitive_variables,
    write_saved_plan,
)
from pavior.workflows.clouds import find_state, require_cloud_for
from pavior.workflows.durable import Json
from pavior.workflows.follow_waivers import end_what_is_over
from pavior.workflows.gate import judge, note_what_was_there, with_basis
from pavior.workflows.held_by_review import why_held_up
from pavior.workflows.look_at_threats import Pushed, look_at_proposal
from pavior.workflows.platform import INFRASTRUCTURE_FOLDER, Platform, infrastructure_files
from pavior.workflows.running import Running, enqueue_run, require_text

PLAN_CHANGE = "plan_change"
APPLY_CHANGE = "apply_change"
# A promotion is wanted for what is not infrastructure too, and a destruction even when nothing is left.
_WORTH_APPLYING_UNCHANGED = (ChangeKind.PROMOTE, ChangeKind.DESTROY)


def enqueue_plan(platform: Platform, transaction: Transaction, change: Change, now: datetime) -> Change:
    """Ask for the next plan of a Change; its status becomes planning, and earlier plans can no longer be applied."""
    forget_plans(platform, transaction, change)
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
    return replace(change, plan_number=number, status=ChangeStatus.PLANNING, status_detail="", ended_at=None)


def enqueue_apply(
    platform: Platform, transaction: Transaction, change: Change, plan: Plan, *, approved_by: str, now: datetime
) -> None:
    """Ask for exactly this plan to be applied."""
    enqueue_run(
        platform,
        transaction,
        run_id=apply_run_id(change.id, plan.number),
        kind=APPLY_CHANGE,
        subject=f"change:{change.service}/{change.id}",
        service=change.service,
        environment=change.environment_id,
        requester=approved_by,
        payload={"change": change.id, "number": plan.number, "digest": plan.digest},
        now=now,
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


def require_not_behind(platform: Platform, change: Change, service: Service) -> None:
    """Raises ConflictError `proposal-behind`: its branch would take back what main got meanwhile."""
    if not change.branch:
        return
    head = platform.forge.head(service.repository)
    if not platform.forge.is_ancestor(service.repository, head, change.commit):
        raise ConflictError(
            "proposal-behind",
            f"Branch {change.branch} of {service.repository} does not contain the newest main any more.",
            fix="Run: git fetch origin && git rebase origin/main, push again, and open a new Change.",
        )


@dataclass(frozen=True, slots=True)
class PlanChange:
    """The workflow's body."""

    platform: Platform

    def __call__(self, running: Running, payload: Mapping[str, Json]) -> RunState:
        """Plan, then ask the gate."""
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
        require_not_behind(platform, change, service)
        engine = platform.engine(environment.engine)
        running.say("plan", f"Planning {change.commit[:12]} for {environment.id} with {engine.name} {engine.version}.")
        plan, source = self._ask_engine(running, change, environment, service, engine)
        reading = platform.read_plan(plan.plan_json)
        joined = structs.replace(reading, graph=join(reading.graph, source))
        now = platform.clock.now()
        digest = hashlib.sha256(plan.plan_json).hexdigest()
        with platform.database.transaction() as transaction:
            _require_still_wanted(store.get_change(transaction, change.id), number)
            note_what_was_there(transaction, environment, joined, now)
            end_what_is_over(transaction, now, environment=environment.id)
            decision = judge(
                platform,
                transaction,
                environment=environment,
                kind=change.kind,
                reading=joined,
                plan_digest=digest,
                now=now,
            )
            decision = with_basis(
                platform, transaction, decision, environment=environment, kind=change.kind, reading=joined
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
            write_saved_plan(platform, transaction, change.id, number, plan=plan, now=now)
        running.say("plan", _count_sentence(len(joined.changes)))
        return digest

    def _ask_engine(
        self, running: Running, change: Change, environment: Environment, service: Service, engine: Engine
    ) -> tuple[EnginePlan, ResourceGraph]:
        platform = self.platform
        target = platform.cloud.target(environment.id)
        require_cloud_for(change, environment, target)
        with platform.database.snapshot() as transaction:
            sensitive = read_sensitive_variables(platform, transaction, change.id)
            state = find_state(platform, transaction, environment, target)
        with platform.checkout(service.repository, change.commit, running.run_id) as folder:
            stack = stack_of(change, environment, folder, sensitive)
            plan = engine.plan(stack, state=state, target=target, report=running.report("plan"))
            variables = {**stack.variables, **stack.sensitive_variables}
            source = platform.read_source(infrastructure_files(folder), variables, frozenset(sensitive))
            if change.branch:
                look_at_proposal(platform, Pushed(service, change.branch, change.commit, folder), running.run_id)
        return plan, source

    def _gate(self, running: Running, change_id: str, number: int) -> Json:
        platform = self.platform
        now = platform.clock.now()
        with platform.database.transaction() as transaction:
            change = store.lock_change(transaction, change_id)
            plan = store.find_plan(transaction, change_id, number)
            if plan is None:
                raise RuntimeError(f"plan {number} of {change_id} was stored by the step before, and is gone")
            service = catalog.get_service(transaction, change.service)
            # Otherwise it was cancelled meanwhile, or this step ran before and only the note of that was lost.
            if change.status is ChangeStatus.PLANNING and change.plan_number == number:
                self._move(transaction, change, plan, service, now)
                record(transaction, _planned_event(change, plan, now), now)
        for line in _decision_lines(plan.decision):
            running.say("gate", line)
        platform.forge.set_check(service.repository, change.commit, _check(change, plan.decision))
        return plan.decision.outcome.value

    def _move(self, transaction: Transaction, change: Change, plan: Plan, service: Service, now: datetime) -> None:
        decision = plan.decision
        held_up = why_held_up(self.platform, transaction, change, service)
        detail = " ".join(decision.reasons)
        is_unchanged = not plan.reading.changes and not change.branch and change.kind not in _WORTH_APPLYING_UNCHANGED
        if decision.outcome is DecisionOutcome.BLOCKED:
            # Its plan stays: an override lets through exactly this one.
            store.move_change(transaction, change, ChangeStatus.BLOCKED, now, detail=detail)
        elif is_unchanged:
            detail = "Everything is as the commit says."
            store.move_change(transaction, change, ChangeStatus.NOTHING_TO_DO, now, detail=detail)
            forget_secrets(self.platform, transaction, change)
        elif decision.outcome is DecisionOutcome.NEEDS_APPROVAL or held_up:
            if held_up:
                detail = f"{detail} It waits for a security review: {held_up}".strip()
            store.move_change(transaction, change, ChangeStatus.AWAITING_APPROVAL, now, detail=detail)
        else:
            store.move_change(transaction, change, ChangeStatus.APPLYING, now)
            enqueue_apply(self.platform, transaction, change, plan, approved_by="pavior", now=now)

    def failed(self, transaction: Transaction, payload: Mapping[str, Json], error: PaviorError) -> None:
        """The Change failed with its plan, unless it has moved on."""
        platform = self.platform
        now = platform.clock.now()
        change = store.lock_change(transaction, require_text(payload, "change"))
        if change.status is not ChangeStatus.PLANNING or change.plan_number != payload["number"]:
            return
        if error.code == "run-cancelled":
            # Not through the Change, which would have moved it: somebody cancelled the run itself.
            store.move_change(transaction, change, ChangeStatus.CANCELLED, now, detail="Its run was cancelled.")
            forget_secrets(platform, transaction, change)
            event = replace(_event(change, "change.planned", now), outcome="cancelled")
        else:
            detail = platform.mask(f"{error.code}: {error.summary} {error.fix}")
            store.move_change(transaction, change, ChangeStatus.FAILED, now, detail=detail)
            # Its variables stay: it can be planned again.
            forget_plans(platform, transaction, change)
            event = replace(_event(change, "change.planned", now), outcome="failed", details={"code": error.code})
        record(transaction, event, now)


def _require_still_wanted(change: Change, number: int) -> None:
    if change.status is not ChangeStatus.PLANNING or change.plan_number != number:
        raise ConflictError(
            "run-cancelled",
            f"{change.id} is {change.status.value}, so its plan {number} is not wanted any more.",
            fix=f"Look at it with: pavior change show {change.id}.",
        )


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
            "input_digest": plan.decision.basis.input_digest if plan.decision.basis else "",
            "decision_digest": decision_digest(plan.decision),
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
        summary=" ".join(decision.reasons) or summary(decision),
        link=f"/changes/{change.id}",
    )


def _count_sentence(count: int) -> str:
    if count == 0:
        return "Nothing would change."
    return f"{count} resource would change." if count == 1 else f"{count} resources would change."


def _decision_lines(decision: Decision) -> tuple[str, ...]:
    return (f"The gate says {decision.outcome.value}.", *decision.reasons)
