"""Noticing that the cloud which held environments is another one now."""

from dataclasses import replace

from pavior.audit.model import Event
from pavior.audit.service import record
from pavior.environments import store
from pavior.environments.model import Environment, EnvironmentStatus
from pavior.kernel.errors import UnavailableError
from pavior.threatmodels import evidence_store
from pavior.workflows.clouds import is_forgotten
from pavior.workflows.judge_threats import judge_places
from pavior.workflows.platform import Platform

RESTARTED = "Sandbox restarted and forgot it; rebuild it with one action."


def notice_restarts(platform: Platform) -> int:
    """Mark every environment whose cloud is gone as unknown; how many were marked. A silent cloud marks none."""
    if not platform.cloud.is_forgetful:
        # It would be asked for rights to each environment every few seconds.
        return 0
    with platform.database.snapshot() as transaction:
        held = [item for item in store.list_environments(transaction) if item.cloud_instance]
    marked = 0
    for environment in held:
        try:
            target = platform.cloud.target(environment.id)
        except UnavailableError:
            # Not answering is not the same as having forgotten; /readyz says that it does not answer.
            continue
        if is_forgotten(environment, target):
            marked += mark_forgotten(platform, environment)
    return marked


def mark_forgotten(platform: Platform, environment: Environment) -> bool:
    """Nothing is known any more of an environment whose cloud is gone; False when that is said already."""
    now = platform.clock.now()
    with platform.database.transaction() as transaction:
        current = store.get_environment(transaction, environment.id)
        # It was rebuilt meanwhile, or is marked.
        if current.cloud_instance != environment.cloud_instance or current.status_detail == RESTARTED:
            return False
        lost = replace(current, status=EnvironmentStatus.UNKNOWN, status_detail=RESTARTED)
        store.update_environment(transaction, lost)
        evidence_store.forget_verdicts(transaction, environment.id)
        judge_places(transaction, [environment.id], now)
        event = Event(
            verb="environment.lost",
            actor="pavior",
            subject=f"environment:{environment.id}",
            service=environment.service,
            environment=environment.id,
            started_at=now,
            ended_at=now,
            outcome="failed",
            details={"reason": "sandbox restarted"},
        )
        record(transaction, event, now)
    return True
