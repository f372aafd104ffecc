"""Which override holds at an instant, and what becomes of a Change when its override ends."""

from dataclasses import replace
from datetime import datetime

from pavior.audit.model import Event
from pavior.audit.service import record
from pavior.catalog import store as catalog
from pavior.environments import store as environments
from pavior.environments.model import Change, ChangeStatus, Environment, Plan
from pavior.identity.model import PLATFORM_ID, Actor, Permission, Scope, Surface, the_platform
from pavior.overrides import store
from pavior.overrides.model import Override, OverrideState
from pavior.policy.model import Decision, DecisionOutcome
from pavior.policy.overriding import OverrideBasis
from pavior.policy.recomputing import decision_digest
from pavior.reports.override_page import is_answerable
from pavior.reports.scopes import override_scopes
from pavior.storage.database import Transaction
from pavior.workflows.approvers import might_still
from pavior.workflows.gate import judge, with_basis
from pavior.workflows.platform import Platform


def find_basis(
    platform: Platform, transaction: Transaction, change: Change, plan: Plan, now: datetime
) -> OverrideBasis | None:
    """What lets exactly this plan through at `now`; None when nothing does.

    An approval counts as long as who gave it might still give it: with whoever was disabled or lost the role, it goes.
    """
    override = store.find_open(transaction, change.id, plan.number)
    if override is None or not override.lets_through(now):
        return None
    scopes = scopes_of(platform, transaction, override)
    approver = override.decided_by or ""
    if not might_still(transaction, platform.authoriser, approver, Permission.OVERRIDE_DECIDE, scopes):
        return None
    return override.basis()


def follow_overrides(platform: Platform) -> tuple[str, ...]:
    """Record the end of those whose moment has come, so that no clock that is moved back revives them; their ids.

    So ends a request as well when its plan is no longer the blocked one, since nobody can approve it any more.
    Several workers may ask at once: each end is recorded once.
    """
    now = platform.clock.now()
    with platform.database.snapshot() as transaction:
        due = [(override, "Its time is over.") for override in store.list_expired(transaction, now)]
        due += [
            (override, "Its Change has moved on.")
            for override in store.list_requested(transaction)
            if not is_answerable(override, environments.get_change(transaction, override.change_id))
        ]
    return tuple(override.id for override, why in due if _expire(platform, override, now, why=why))


def block_again(platform: Platform, transaction: Transaction, override: Override, now: datetime, *, why: str) -> None:
    """The Change that waited for approval under an override that ended is blocked, as it was before."""
    change = environments.lock_change(transaction, override.change_id)
    plan = environments.find_plan(transaction, change.id, override.plan_number)
    is_waiting = change.status is ChangeStatus.AWAITING_APPROVAL and change.plan_number == override.plan_number
    if plan is None or not is_waiting:
        return
    environment = environments.get_environment(transaction, change.environment_id)
    decision = judge(
        platform,
        transaction,
        environment=environment,
        kind=change.kind,
        reading=plan.reading,
        plan_digest=plan.digest,
        now=now,
    )
    keep_decision(platform, transaction, change, environment, plan, decision)
    if decision.outcome is DecisionOutcome.BLOCKED:
        detail = f"{why} {' '.join(decision.reasons)}"
        environments.move_change(transaction, change, ChangeStatus.BLOCKED, now, detail=detail)


def keep_decision(  # noqa: PLR0917 - of one plan, in the order of what holds what
    platform: Platform,
    transaction: Transaction,
    change: Change,
    environment: Environment,
    plan: Plan,
    decision: Decision,
) -> None:
    """What the gate says of that plan from now on, with what it can be made again from."""
    whole = with_basis(platform, transaction, decision, environment=environment, kind=change.kind, reading=plan.reading)
    environments.set_decision(transaction, change.id, plan.number, whole)
    record(transaction, _decided_event(change, plan, whole), whole.evaluated_at)


def scopes_of(platform: Platform, transaction: Transaction, override: Override) -> tuple[Scope, ...]:
    """What is asked about it; see `override_scopes`."""
    environment = environments.get_environment(transaction, override.environment)
    service = catalog.get_service(transaction, override.service)
    return override_scopes(override, environment, service, platform.owner_of)


def override_event(actor: Actor, override: Override, verb: str, now: datetime, *, reason: str = "") -> Event:
    """Something happened to it just now."""
    return Event(
        verb=verb,
        actor=actor.id,
        surface=actor.surface.value,
        subject=f"override:{override.service}/{override.id}",
        service=override.service,
        environment=override.environment,
        started_at=now,
        ended_at=now,
        details={
            "change": override.change_id,
            "plan": override.plan_number,
            "digest": override.plan_digest,
            "controls": list(override.controls),
            "class": override.reason_class.value,
            "reason": reason,
        },
    )


def _decided_event(change: Change, plan: Plan, decision: Decision) -> Event:
    """What the log keeps of the Decision that takes the place of the one that came with the plan."""
    return Event(
        verb="change.decided-again",
        actor=PLATFORM_ID,
        subject=f"change:{change.service}/{change.id}",
        service=change.service,
        environment=change.environment_id,
        started_at=decision.evaluated_at,
        ended_at=decision.evaluated_at,
        outcome="blocked" if decision.outcome is DecisionOutcome.BLOCKED else "succeeded",
        details={
            "plan": plan.number,
            "digest": plan.digest,
            "decision": decision.outcome.value,
            "controls_digest": decision.controls_digest,
            "input_digest": decision.basis.input_digest if decision.basis else "",
            "decision_digest": decision_digest(decision),
            "override": decision.override.id if decision.override else "",
        },
    )


def _expire(platform: Platform, override: Override, now: datetime, *, why: str) -> bool:
    ended = replace(override, state=OverrideState.EXPIRED, ended_at=override.expires_at or now, end_reason=why)
    with platform.database.transaction() as transaction:
        environments.lock_change(transaction, override.change_id)
        if not store.end_override(transaction, ended):
            return False
        block_again(platform, transaction, ended, now, why=f"The time of {ended.id} is over.")
        event = override_event(the_platform(Surface.WORKER), ended, "override.expired", now, reason=why)
        record(transaction, event, now)
    return True
