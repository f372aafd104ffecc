"""Noticing that the cloud which held environments is another one now."""

from dataclasses import replace

from pavior.audit.model import Event
from pavior.audit.service import record
from pavior.environments import store
from pavior.environments.model import EnvironmentStatus
from pavior.kernel.errors import UnavailableError
from pavior.workflows.platform import Platform

RESTARTED = "Sandbox restarted and forgot it; rebuild it with one action."


def notice_restarts(platform: Platform) -> int:
    """Mark every environment whose cloud is gone as unknown; how many were marked. A silent cloud marks none."""
    with platform.database.snapshot() as transaction:
        held = [item for item in store.list_environments(transaction) if item.cloud_instance]
    marked = 0
    for environment in held:
        try:
            instance = platform.cloud.target(environment.id).instance
        except UnavailableError:
            # Not answering is not the same as having forgotten; /readyz says that it does not answer.
            continue
        if instance == environment.cloud_instance or environment.status in (
            EnvironmentStatus.DESTROYED,
            EnvironmentStatus.UNKNOWN,
        ):
            continue
        now = platform.clock.now()
        with platform.database.transaction() as transaction:
            current = store.get_environment(transaction, environment.id)
            if current.cloud_instance != environment.cloud_instance:
                continue
            store.update_environment(
                transaction, replace(current, status=EnvironmentStatus.UNKNOWN, status_detail=RESTARTED)
            )
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
        marked += 1
    return marked
