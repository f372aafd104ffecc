"""A worker in a process of its own beside the portal, which is started again when it dies. Why: see decision 16."""

import logging
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from pavior.adapters.companions import Companion
from pavior.bootstrap import Installation
from pavior.kernel.errors import ConflictError, UnavailableError
from pavior.launching.working import holding
from pavior.settings import Settings
from pavior.workflows.worker_lock import WorkerLock

_log = logging.getLogger("pavior.worker")
_START_WITHIN_SECONDS = 60.0
# More than the worker itself gives what is under way, and each of its watchers.
_STOP_WITHIN_SECONDS = 35.0
_LOOK_SECONDS = 0.5
_SHORTEST_PAUSE_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 30.0
# One that worked for so long did not die of how it was started.
_WELL_AFTER_SECONDS = 60.0
_UP_LOCK_FILE = "up.lock"


@contextmanager
def reserving(installation: Installation) -> Iterator[None]:
    """Be the one who starts the worker of this data folder.

    Raises:
        ConflictError: `up-running` when another process is; `worker-running` when a worker is there.
    """
    home = installation.settings.home
    lock = WorkerLock(home / _UP_LOCK_FILE)
    if not lock.try_acquire():
        raise ConflictError(
            "up-running",
            f"Another `pavior up` is at work on {home}.",
            fix="Use that one, or stop it first; or choose another data folder with PAVIOR_HOME.",
        )
    try:
        # Had for a moment: the worker itself will have it, and says too late that it cannot.
        with holding(installation.presence):
            pass
        yield
    finally:
        lock.release()


@contextmanager
def working_apart(settings: Settings) -> Iterator[None]:
    """Work runs off in another process until the context is left.

    Raises:
        UnavailableError: `worker-start-failed`.
    """
    stopping = threading.Event()
    first = _start(settings, stopping)
    keeper = threading.Thread(target=_keep, args=(first, settings, stopping), name="pavior-worker-keeper")
    keeper.start()
    try:
        yield
    finally:
        stopping.set()
        keeper.join()


def end_with_input() -> None:
    """End this process the moment that standard input ends. To runs that is a crash like any other."""

    def wait() -> None:
        # Not through `sys.stdin`, whose lock this thread would still hold when the interpreter ends.
        while os.read(0, 4096):
            pass
        os._exit(1)

    threading.Thread(target=wait, name="pavior-input", daemon=True).start()


def _start(settings: Settings, stopping: threading.Event) -> Companion:
    companion = Companion.start(
        # -P: a folder named pavior where somebody happens to stand is not us.
        [sys.executable, "-P", "-m", "pavior", "worker", "--until-input-ends"],
        environment=settings.environment,
        within_seconds=_START_WITHIN_SECONDS,
        is_heard=True,
        is_awaited=lambda: not stopping.is_set(),
    )
    if companion.said:
        return companion
    companion.stop()
    raise UnavailableError(
        "worker-start-failed",
        f"The worker was not ready within {_START_WITHIN_SECONDS:g} seconds, or ended before.",
        fix="See what it said above, or start it alone: pavior worker.",
        context={"exit_status": companion.exit_status},
    )


def _keep(companion: Companion, settings: Settings, stopping: threading.Event) -> None:
    pause, began = _SHORTEST_PAUSE_SECONDS, time.monotonic()
    while not stopping.wait(_LOOK_SECONDS):
        if companion.exit_status is None:
            continue
        if time.monotonic() - began >= _WELL_AFTER_SECONDS:
            pause = _SHORTEST_PAUSE_SECONDS
        _log.warning("the worker ended with exit status %s; it is started again in %g s", companion.exit_status, pause)
        companion.stop()
        if stopping.wait(pause):
            return
        pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
        try:
            companion = _start(settings, stopping)
        except UnavailableError as error:
            _log.warning("%s: %s", error.code, error.summary)
        began = time.monotonic()
    companion.stop(_STOP_WITHIN_SECONDS)
