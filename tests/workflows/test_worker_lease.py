"""Several workers of one database: each shows that it lives, and nobody works on what is somebody else's."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from pavior.kernel.errors import ConflictError
from pavior.storage.counters import next_number
from pavior.storage.database import Database
from pavior.testing.builders import NOON
from pavior.workers import store
from pavior.workflows.durable import RunInterrupted
from pavior.workflows.worker_lease import (
    BEAT_SECONDS,
    DEAD_AFTER_SECONDS,
    SUSPENDED_AFTER_SECONDS,
    WorkerLease,
)
from pavior.workflows.worker_lock import WorkerLock


@dataclass
class Time:
    """Moves when somebody sleeps, or when a test says so."""

    seconds: float = 0.0
    while_asleep: list[Callable[[], object]] = field(default_factory=list)

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds
        for action in self.while_asleep:
            action()


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def lease(database: Database, tmp_path: Path, time: Time) -> Callable[..., WorkerLease]:
    """Makes a lease that beats only when told; `machine` stands for where its lock file is."""

    def make(worker_id: str, machine: str = "one") -> WorkerLease:
        lock = WorkerLock(tmp_path / machine / f"{worker_id}.lock")
        made = WorkerLease(database, worker_id, lock, time, time.monotonic, time.sleep)
        made._keep_beating = lambda: None  # type: ignore[method-assign]
        return made

    return make


def kill(lease: WorkerLease) -> None:
    """As SIGKILL would: the system takes its lock, and nobody says anything."""
    lease.lock.release()


def epoch_of(database: Database, worker_id: str) -> int:
    with database.snapshot() as tx:
        found = store.find_worker(tx, worker_id)
    assert found is not None
    return found.epoch


def test_a_worker_that_is_killed_is_itself_again_at_once_on_the_same_machine(
    database: Database, lease: Callable[..., WorkerLease], time: Time
) -> None:
    first, second = lease("w1"), lease("w1")
    first.acquire()
    kill(first)

    second.acquire()

    assert (time.seconds, epoch_of(database, "w1")) == (0.0, 2)


def test_two_processes_are_not_one_worker(lease: Callable[..., WorkerLease], time: Time) -> None:
    first, here, elsewhere = lease("w1"), lease("w1"), lease("w1", "two")
    first.acquire()
    time.while_asleep.append(first.beat)

    for other in (here, elsewhere):
        with pytest.raises(ConflictError) as refused:
            other.acquire()
        assert refused.value.code == "worker-running"


def test_on_another_machine_it_is_waited_until_the_last_one_is_certainly_dead(
    lease: Callable[..., WorkerLease], time: Time
) -> None:
    first, elsewhere = lease("w1"), lease("w1", "two")
    first.acquire()
    kill(first)

    elsewhere.acquire()

    assert time.seconds >= DEAD_AFTER_SECONDS


def test_a_worker_that_ended_in_order_is_taken_up_at_once(lease: Callable[..., WorkerLease], time: Time) -> None:
    first, other = lease("w1"), lease("w2")
    first.acquire()
    other.acquire()
    assert other.find_gone() == ()

    first.release()

    assert other.find_gone() == ("w1",)
    assert time.seconds == 0.0


def test_a_worker_that_shows_nothing_is_dead_after_a_while_and_not_before(
    lease: Callable[..., WorkerLease], time: Time
) -> None:
    first, other = lease("w1"), lease("w2")
    first.acquire()
    other.acquire()
    found = []

    for _ in range(int(DEAD_AFTER_SECONDS) + 1):
        found.append(other.find_gone())
        time.seconds += 1

    assert found.count(()) == DEAD_AFTER_SECONDS
    assert found[-1] == ("w1",)


def test_a_worker_that_beats_is_never_dead_whatever_the_clocks_say(
    lease: Callable[..., WorkerLease], time: Time
) -> None:
    first, other = lease("w1"), lease("w2")
    first.acquire()
    other.acquire()

    for _ in range(20):
        time.seconds += BEAT_SECONDS
        first.beat()
        assert other.find_gone() == ()


def test_what_was_taken_for_dead_can_write_nothing_more(
    database: Database, lease: Callable[..., WorkerLease], time: Time
) -> None:
    slow, other = lease("w1"), lease("w2")
    slow.acquire()
    other.acquire()
    fenced = database.with_before_commit(slow.require)
    with fenced.transaction() as tx:
        next_number(tx, "change")
    other.find_gone()
    time.seconds += DEAD_AFTER_SECONDS
    other.find_gone()

    with pytest.raises(RunInterrupted), fenced.transaction() as tx:
        next_number(tx, "change")
    slow.beat()

    assert slow.is_lost
    with database.transaction() as tx:
        assert next_number(tx, "change") == 2


def test_a_worker_that_cannot_show_that_it_lives_stops_before_others_take_it_for_dead(
    lease: Callable[..., WorkerLease], time: Time
) -> None:
    worker = lease("w1")
    worker.acquire()

    time.seconds = SUSPENDED_AFTER_SECONDS
    still, time.seconds = worker.is_suspended(), SUSPENDED_AFTER_SECONDS + 0.1
    suspended = worker.is_suspended()
    worker.beat()

    assert (still, suspended, worker.is_suspended()) == (False, True, False)
    assert SUSPENDED_AFTER_SECONDS + BEAT_SECONDS <= DEAD_AFTER_SECONDS


def test_a_restarted_worker_is_not_fenced_by_what_its_last_life_could_not_do(
    database: Database, lease: Callable[..., WorkerLease]
) -> None:
    first, second = lease("w1"), lease("w1")
    first.acquire()
    kill(first)
    second.acquire()

    with pytest.raises(RunInterrupted), database.with_before_commit(first.require).transaction():
        pass
    with database.with_before_commit(second.require).transaction() as tx:
        next_number(tx, "change")
