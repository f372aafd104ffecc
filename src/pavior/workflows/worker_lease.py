"""Several workers of one database: each has an id, and a lease on it that it keeps up by showing that it lives.

A worker that shows nothing for `DEAD_AFTER_SECONDS` is declared dead: its epoch grows, so that whatever it may still be
doing cannot be written any more (fencing), and others take up its runs. A worker that cannot show that it lives stops
working well before that (`SUSPENDED_AFTER_SECONDS`), so that two never work on one run. Both are measured by each
one's own monotonic clock: the clocks of machines need not agree.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from pavior.kernel.clock import Clock
from pavior.kernel.errors import ConflictError, PaviorError
from pavior.storage.database import Database, Transaction
from pavior.workers import store
from pavior.workers.model import WorkerRecord
from pavior.workflows.durable import RunInterrupted
from pavior.workflows.worker_lock import WorkerLock

BEAT_SECONDS = 3.0
SUSPENDED_AFTER_SECONDS = 9.0
DEAD_AFTER_SECONDS = 15.0
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")

_log = logging.getLogger("pavior.worker")


@dataclass
class _Watch:
    """How long somebody else has shown nothing."""

    record: WorkerRecord
    since: float


@dataclass
class WorkerLease:
    """The right to be one worker of a database that several share.

    Args:
        lock: Of a file for this id on this machine: whoever holds it knows at once that the last holder is dead.
    """

    database: Database
    worker_id: str
    lock: WorkerLock
    clock: Clock
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _epoch: int = field(default=0, init=False)
    _beaten_at: float = field(default=0.0, init=False)
    _is_lost: bool = field(default=False, init=False)
    _ending: threading.Event = field(default_factory=threading.Event, init=False)
    _beating: threading.Thread | None = field(default=None, init=False)
    _watched: dict[str, _Watch] = field(default_factory=dict, init=False)

    def acquire(self) -> None:
        """Be this worker until `release`, and show it. Waits while it is not certain that the last one is dead.

        Raises:
            ConflictError: `worker-running` when another process is this worker.
        """
        if not self.try_acquire():
            raise ConflictError(
                "worker-running",
                f"Another process is the worker {self.worker_id} of this database.",
                fix="Give this one another name with PAVIOR_WORKER, or stop the other one first.",
            )

    def try_acquire(self) -> bool:
        """Be this worker when nobody else is; whether it is it now."""
        if not self.lock.try_acquire():
            return False
        place = self._place()
        if not self._wait_for_death(place):
            self.lock.release()
            return False
        with self.database.transaction() as transaction:
            self._epoch = store.take_worker(transaction, self.worker_id, place=place, now=self.clock.now())
        self._beaten_at, self._is_lost = self.monotonic(), False
        self._ending.clear()
        self._beating = threading.Thread(target=self._keep_beating, name="pavior-lease", daemon=True)
        self._beating.start()
        return True

    def release(self) -> None:
        """Stop being this worker; nothing happens when it is not."""
        if self._beating is None:
            return
        self._ending.set()
        self._beating.join()
        self._beating = None
        try:
            with self.database.transaction() as transaction:
                store.release_worker(transaction, self.worker_id, self._epoch)
        except PaviorError as error:
            _log.warning("worker %s ends, and could not say so: %s", self.worker_id, error.code)
        self.lock.release()

    def is_held(self) -> bool:
        """Whether any worker of this database has lately shown that it lives, by the clock of this machine."""
        with self.database.snapshot() as transaction:
            records = store.list_workers(transaction)
        now = self.clock.now()
        return any(
            item.is_present and abs((now - item.beat_at).total_seconds()) < 2 * DEAD_AFTER_SECONDS for item in records
        )

    def is_suspended(self) -> bool:
        """Whether nothing may be done now: it could not show in time that it lives, or somebody found it dead."""
        return self._is_lost or self.monotonic() - self._beaten_at > SUSPENDED_AFTER_SECONDS

    @property
    def is_lost(self) -> bool:
        """Whether somebody else has its work now; this process can only end."""
        return self._is_lost

    def require(self, transaction: Transaction) -> None:
        """The fence: stands before the commit of all that a worker writes.

        Raises:
            RunInterrupted: Somebody found it dead, so its runs are somebody else's.
        """
        if not store.is_current(transaction, self.worker_id, self._epoch):
            self._is_lost = True
            raise RunInterrupted

    def find_gone(self) -> tuple[str, ...]:
        """Ids of workers whose runs may be taken up: stopped in order, or dead for certain. To be asked often."""
        with self.database.snapshot() as transaction:
            records = [item for item in store.list_workers(transaction) if item.id != self.worker_id]
        now = self.monotonic()
        for record in records:
            watch = self._watched.get(record.id)
            if watch is None or (watch.record.epoch, watch.record.beats) != (record.epoch, record.beats):
                self._watched[record.id] = _Watch(record, now)
        gone = [item.id for item in records if not item.is_present or self._declared_dead(item, now)]
        return tuple(gone)

    def _declared_dead(self, record: WorkerRecord, now: float) -> bool:
        if now - self._watched[record.id].since < DEAD_AFTER_SECONDS:
            return False
        with self.database.transaction() as transaction:
            is_dead = store.declare_dead(transaction, record)
        if is_dead:
            _log.warning("worker %s has shown nothing for %d s; its runs go on here", record.id, DEAD_AFTER_SECONDS)
        return is_dead

    def _wait_for_death(self, place: str) -> bool:
        """Whether nobody is this worker: at once when it ended in order or held the lock that is ours now."""
        with self.database.snapshot() as transaction:
            first = store.find_worker(transaction, self.worker_id)
        if first is None or not first.is_present or first.place == place:
            return True
        until = self.monotonic() + DEAD_AFTER_SECONDS
        while self.monotonic() < until:
            self.sleep(BEAT_SECONDS / 2)
            with self.database.snapshot() as transaction:
                now = store.find_worker(transaction, self.worker_id)
            if now is None or not now.is_present:
                return True
            if (now.epoch, now.beats) != (first.epoch, first.beats):
                return False
        return True

    def _keep_beating(self) -> None:
        while not self._ending.wait(BEAT_SECONDS):
            self.beat()

    def beat(self) -> None:
        """Show once that it lives. When the database does not answer, that is tried again with the next one."""
        began = self.monotonic()
        try:
            with self.database.transaction() as transaction:
                is_ours = store.beat(transaction, self.worker_id, self._epoch, self.clock.now())
        except PaviorError as error:
            _log.warning("worker %s cannot show that it lives: %s", self.worker_id, error.code)
            return
        if is_ours:
            # From before it was asked: the others may have seen it as early as that.
            self._beaten_at = began
        elif not self._is_lost:
            self._is_lost = True
            _log.error("worker %s was taken for dead; its runs go on elsewhere, and this process ends", self.worker_id)

    def _place(self) -> str:
        """The lock file on this machine since it was started; another file or machine is another place."""
        status = self.lock.path.stat()
        return f"{_BOOT_ID.read_text(encoding='ascii').strip()}:{status.st_dev}:{status.st_ino}"
