"""A worker in threads of this process: the durable engine, and what has to be looked at again and again."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from pavior.bootstrap import Installation
from pavior.launching.repeating import attempt, every
from pavior.workflows.check_proposal import take_pushes
from pavior.workflows.follow_waivers import follow_waivers
from pavior.workflows.judge_threats import follow_acceptances
from pavior.workflows.overrides_in_force import follow_overrides
from pavior.workflows.retention import forget_old
from pavior.workflows.review_threats import follow_reviews
from pavior.workflows.running import forget_checkpoints
from pavior.workflows.schedule_drift import check_what_is_due
from pavior.workflows.watch_cloud import notice_restarts
from pavior.workflows.worker_lock import Presence

_log = logging.getLogger("pavior.worker")
# How soon a push is checked, and how soon a lost cloud is noticed.
_PUSHES_EVERY_SECONDS = 1.0
_CLOUD_EVERY_SECONDS = 5.0
_DUE_EVERY_SECONDS = 60.0
_CHECKPOINTS_EVERY_SECONDS = 3600.0
# What is under way when the worker stops goes on at its next start, so nobody waits long for it.
_STOP_WITHIN_SECONDS = 5


@contextmanager
def holding(presence: Presence) -> Iterator[None]:
    """Be this worker.

    Raises:
        ConflictError: `worker-running` when another process is.
    """
    presence.acquire()
    try:
        yield
    finally:
        presence.release()


@contextmanager
def working_unless_another_does(installation: Installation) -> Iterator[None]:
    """Work runs off until the context is left, or leave that to the process that does so already."""
    presence = installation.presence
    if not presence.try_acquire():
        yield
        return
    try:
        with working(installation):
            yield
    finally:
        presence.release()


@contextmanager
def working(installation: Installation) -> Iterator[None]:
    """Work runs off until the context is left. The caller is the worker."""
    platform = installation.platform
    keep_days = installation.settings.keep_logs_days
    keep_logs = timedelta(days=keep_days) if keep_days else None
    drift_every = timedelta(minutes=installation.settings.drift_minutes)
    # Before any run goes on: it must find that its cloud is gone.
    attempt(lambda: notice_restarts(platform), _log)
    worker = installation.worker()
    worker.start()
    stopping = threading.Event()
    watchers = (
        every(_PUSHES_EVERY_SECONDS, stopping, lambda: take_pushes(platform), _log),
        every(_CLOUD_EVERY_SECONDS, stopping, lambda: notice_restarts(platform), _log),
        every(_DUE_EVERY_SECONDS, stopping, lambda: check_what_is_due(platform, drift_every), _log),
        every(_DUE_EVERY_SECONDS, stopping, lambda: follow_waivers(platform), _log),
        every(_DUE_EVERY_SECONDS, stopping, lambda: follow_acceptances(platform), _log),
        every(_DUE_EVERY_SECONDS, stopping, lambda: follow_overrides(platform), _log),
        every(_DUE_EVERY_SECONDS, stopping, lambda: follow_reviews(platform), _log),
        every(_CHECKPOINTS_EVERY_SECONDS, stopping, lambda: forget_checkpoints(platform), _log),
        every(_CHECKPOINTS_EVERY_SECONDS, stopping, lambda: forget_old(platform, keep_logs), _log),
    )
    try:
        yield
    finally:
        stopping.set()
        for watcher in watchers:
            watcher.join(timeout=_STOP_WITHIN_SECONDS)
        worker.stop(wait_seconds=_STOP_WITHIN_SECONDS)
