"""Waivers by the clock: their end is announced, and when it has come it is recorded, loudly and for good."""

from dataclasses import replace
from datetime import datetime

from pavior.identity.model import Surface, the_platform
from pavior.policy import store
from pavior.policy.waiver_model import Waiver
from pavior.policy.waivers import ANNOUNCED_DAYS, days_to_announce
from pavior.storage.database import Transaction
from pavior.workflows.platform import Platform
from pavior.workflows.waiver_desk import end_excuse, waiver_event, write_step


def follow_waivers(platform: Platform) -> tuple[str, ...]:
    """Announce and end what is due; the ids of those of which something was recorded.

    Several workers may ask at once: each announcement and each end is recorded once.
    """
    now = platform.clock.now()
    with platform.database.snapshot() as transaction:
        due = store.list_due(transaction, now, ANNOUNCED_DAYS)
    told = [waiver.id for waiver in due if _announce(platform, waiver, now)]
    with platform.database.transaction() as transaction:
        ended = end_what_is_over(transaction, now)
    return (*told, *(waiver.id for waiver in ended))


def end_what_is_over(transaction: Transaction, now: datetime, *, environment: str = "") -> tuple[Waiver, ...]:
    """Record the end of those whose moment has come, so that no clock that is moved back revives them.

    Args:
        environment: Only those that reach this one; all when empty.
    """
    actor = the_platform(Surface.WORKER)
    ended = store.expire_waivers(transaction, now, environment=environment)
    for waiver in ended:
        count = end_excuse(transaction, waiver, now)
        event = waiver_event(actor, waiver, "waiver.expired", now)
        told = f"{count} finding is open again." if count == 1 else f"{count} findings are open again."
        event = replace(event, details={**event.details, "findings_open_again": count, "team": waiver.team})
        write_step(transaction, waiver, event, now, step="expired", text=told)
    return ended


def _announce(platform: Platform, waiver: Waiver, now: datetime) -> bool:
    days = days_to_announce(waiver, now)
    with platform.database.transaction() as transaction:
        if days is None or not store.set_announced(transaction, waiver.id, days):
            return False
        event = waiver_event(the_platform(Surface.WORKER), waiver, "waiver.announced", now)
        details = {**event.details, "days_left": days, "requester": waiver.requester, "team": waiver.team}
        told = f"It ends in {days} {'day' if days == 1 else 'days'} or less."
        write_step(transaction, waiver, replace(event, details=details), now, step="announced", text=told)
    return True
