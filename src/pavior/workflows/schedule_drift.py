"""Drift, looked for again and again: each environment when its last look is old enough, and not all at once."""

import hashlib
from datetime import datetime, timedelta

from pavior.environments import store
from pavior.environments.model import Environment, EnvironmentStatus
from pavior.identity.model import Surface
from pavior.inventory import store as inventory
from pavior.kernel.clock import format_instant
from pavior.runs import store as runs
from pavior.workflows.check_drift import CHECK_DRIFT
from pavior.workflows.platform import Platform
from pavior.workflows.running import enqueue_run

# Of the interval; the same for one environment always, so that those that were made together drift apart.
_JITTER = 0.1
_ACTOR = "pavior"
_LOOKED_AT = (EnvironmentStatus.DEPLOYED, EnvironmentStatus.DRIFTED)


def check_what_is_due(platform: Platform, every: timedelta) -> tuple[str, ...]:
    """Ask for a look at each environment that is due; the ids of the new runs.

    Several workers may ask at once: an environment gets one run for each interval. What could not be looked at is tried
    again in the next one.

    Args:
        every: How old the last look may become; zero or less switches it off.
    """
    if every <= timedelta():
        return ()
    now = platform.clock.now()
    asked: list[str] = []
    with platform.database.snapshot() as transaction:
        known = [item for item in store.list_environments(transaction) if item.status in _LOOKED_AT]
        observed_at = inventory.list_observed_at(transaction)
    due = [item for item in known if _is_due(item, observed_at.get(item.id), every, now)]
    for environment in due:
        with platform.database.transaction() as transaction:
            subject = f"environment:{environment.id}"
            if runs.list_unended(transaction, subject=subject):
                continue
            interval = int(now.timestamp() // every.total_seconds())
            run_id = f"drift-{environment.service}-{environment.name}-every-{interval}"
            if runs.find_run(transaction, run_id) is not None:
                continue
            enqueue_run(
                platform,
                transaction,
                run_id=run_id,
                kind=CHECK_DRIFT,
                subject=subject,
                service=environment.service,
                environment=environment.id,
                requester=_ACTOR,
                payload={
                    "environment": environment.id,
                    "actor": _ACTOR,
                    "surface": Surface.WORKER.value,
                    "at": format_instant(now),
                },
                now=now,
            )
            asked.append(run_id)
    return tuple(asked)


def _is_due(environment: Environment, observed_at: datetime | None, every: timedelta, now: datetime) -> bool:
    if observed_at is None:
        return True
    digest = hashlib.sha256(environment.id.encode()).digest()
    share = int.from_bytes(digest[:4]) / 2**32
    return now - observed_at >= every * (1 - _JITTER + 2 * _JITTER * share)
