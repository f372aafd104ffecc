"""One worker for one data folder."""

import subprocess
import sys
from pathlib import Path

import pytest

from pavior.kernel.errors import ConflictError
from pavior.workflows.worker_lock import WorkerLock

_HOLDER = """
import sys
from pathlib import Path
from pavior.workflows.worker_lock import WorkerLock

WorkerLock(Path(sys.argv[1])).acquire()
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "worker.lock"


def test_a_second_worker_of_the_same_folder_is_refused(path: Path) -> None:
    first, second = WorkerLock(path), WorkerLock(path)
    first.acquire()

    with pytest.raises(ConflictError) as caught:
        second.acquire()

    assert caught.value.code == "worker-running"
    first.release()


def test_a_lock_that_was_given_back_can_be_taken_again(path: Path) -> None:
    first, second = WorkerLock(path), WorkerLock(path)
    first.acquire()
    first.release()

    assert second.try_acquire()
    second.release()


def test_whether_somebody_holds_it_can_be_seen_without_taking_it(path: Path) -> None:
    holder, watcher = WorkerLock(path), WorkerLock(path)
    before = watcher.is_held()
    holder.acquire()

    assert not before
    assert holder.is_held()
    assert watcher.is_held()
    holder.release()
    assert not watcher.is_held()


def test_a_killed_worker_leaves_no_lock_behind(path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _HOLDER, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        was_held = WorkerLock(path).is_held()
        holder.kill()
        holder.wait()

    assert was_held
    lock = WorkerLock(path)
    assert not lock.is_held()
    assert lock.try_acquire()
    lock.release()
