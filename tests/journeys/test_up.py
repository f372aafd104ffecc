"""`pavior up`: everything in one process tree, and all of it gone at the end."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import httpx
import pytest

from pavior.adapters.listening import listen

T = TypeVar("T")
PAVIOR = Path(sys.executable).parent / "pavior"


@dataclass
class Up:
    """A running `pavior up`."""

    process: subprocess.Popen[str]
    address: str
    sign_in: str
    said: str = ""

    def stop(self, number: signal.Signals) -> int:
        """Send the signal, as Ctrl-C or a service manager does, and give the exit status."""
        self.process.send_signal(number)
        return self.process.wait(timeout=30)


def _environment(folder: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "PAVIOR_HOME": str(folder / "data"),
        "PAVIOR_KEYS": str(folder / "keys"),
        "PAVIOR_PORT": "0",
    }


@contextmanager
def _up(folder: Path, *arguments: str) -> Iterator[Up]:
    process = subprocess.Popen(
        [PAVIOR, "up", "--json", "--no-demo", *arguments],
        cwd=folder,
        env=_environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        assert process.stderr is not None
        line = process.stdout.readline()
        assert line, process.stderr.read()
        told = json.loads(line)
        up = Up(process, told["address"], told["sign_in"])
        yield up
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(timeout=30)
        _, errors = process.communicate()
    up.said = errors


def _children(pid: int) -> set[int]:
    found = set()
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            lines = status.read_text(encoding="utf-8").splitlines()
        except OSError:
            continue
        parent = next(line for line in lines if line.startswith("PPid:"))
        if int(parent.split()[1]) == pid:
            found.add(int(status.parent.name))
    return found


def _worker_of(up: Up, but: int = 0) -> int:
    """The process id of its worker; 0 while there is none."""
    commands = {child: Path(f"/proc/{child}/cmdline").read_bytes() for child in _children(up.process.pid) - {but}}
    return next((child for child, command in commands.items() if b"\0worker\0" in command), 0)


def _until(find: Callable[[], T]) -> T | None:
    """What is found once it is something; None when it takes too long."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if found := find():
            return found
        time.sleep(0.1)
    return None


def _is_gone(pid: int) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if not Path(f"/proc/{pid}").exists():
            return True
        time.sleep(0.1)
    return False


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_everything_that_was_started(number: signal.Signals, tmp_path: Path) -> None:
    with _up(tmp_path) as up:
        children = _children(up.process.pid)
        ready = httpx.get(f"{up.address}/readyz")
        status = up.stop(number)

    assert ready.status_code == 200, ready.text
    assert children  # The sandbox cloud, at least.
    assert status == 0
    assert all(_is_gone(child) for child in children)
    assert "Fatal" not in up.said
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{up.address}/healthz")


@pytest.mark.slow
def test_a_worker_that_dies_is_started_again_while_the_portal_answers(tmp_path: Path) -> None:
    with _up(tmp_path) as up:
        worker = _worker_of(up)
        os.kill(worker, signal.SIGKILL)
        alone = httpx.get(f"{up.address}/healthz")
        again = _until(lambda: _worker_of(up, but=worker))
        ready = _until(lambda: httpx.get(f"{up.address}/readyz").status_code == 200)
        up.stop(signal.SIGTERM)

    assert alone.status_code == 200
    assert again != worker
    assert ready
    assert "the worker ended with exit status -9; it is started again in 1 s" in up.said


@pytest.mark.slow
def test_nothing_outlives_an_up_that_is_killed_and_the_next_one_starts_at_once(tmp_path: Path) -> None:
    with _up(tmp_path) as up:
        children = _children(up.process.pid)
        up.stop(signal.SIGKILL)
        gone = [_is_gone(child) for child in children]
    with _up(tmp_path) as again:
        ready = httpx.get(f"{again.address}/readyz").status_code

    assert len(children) == 2  # Worker and sandbox cloud.
    assert all(gone)
    assert ready == 200


@pytest.mark.slow
def test_up_beside_a_worker_is_refused_before_a_sandbox_is_started(tmp_path: Path) -> None:
    with subprocess.Popen([PAVIOR, "worker"], env=_environment(tmp_path), stderr=subprocess.PIPE, text=True) as worker:
        assert worker.stderr is not None
        assert any("Working off" in line for line in worker.stderr)
        refused = subprocess.run(  # noqa: PLW1510 - the test reads the status
            [PAVIOR, "up"], env=_environment(tmp_path), capture_output=True, text=True, timeout=60
        )
        worker.terminate()
        worker.communicate(timeout=30)

    assert (refused.returncode, refused.stderr.partition(":")[0]) == (5, "worker-running")
    assert not (tmp_path / "data" / "sandbox").exists()


@pytest.mark.slow
def test_a_second_up_finds_its_data_again(tmp_path: Path) -> None:
    def pavior(*arguments: str) -> str:
        command: list[str | Path] = [PAVIOR, *arguments]
        finished = subprocess.run(
            command, env=_environment(tmp_path), capture_output=True, text=True, timeout=60, check=True
        )
        return str(finished.stdout)

    with _up(tmp_path):
        pavior("team", "create", "payments", "--title", "Payments")
    with _up(tmp_path) as again:
        teams = json.loads(pavior("team", "list", "--json"))
        signing_in = httpx.get(again.sign_in)

    assert [team["name"] for team in teams] == ["payments"]
    assert signing_in.status_code == 200


@pytest.mark.slow
def test_a_port_in_use_is_said_before_anything_is_started(tmp_path: Path) -> None:
    with listen("127.0.0.1", 0) as taken:
        port = str(taken.getsockname()[1])
        finished = subprocess.run(  # noqa: PLW1510 - the test reads the status
            [PAVIOR, "up", "--port", port],
            env=_environment(tmp_path),
            capture_output=True,
            text=True,
            timeout=60,
        )

    assert finished.returncode == 5
    assert finished.stderr.startswith(f"port-in-use: Port {port} on 127.0.0.1 is already in use.")
    assert not (tmp_path / "data").exists()


@pytest.mark.slow
def test_a_second_up_on_the_same_data_folder_is_refused(tmp_path: Path) -> None:
    with _up(tmp_path) as first:
        second = subprocess.run(  # noqa: PLW1510 - the test reads the status
            [PAVIOR, "up", "--port", "0"],
            env=_environment(tmp_path),
            capture_output=True,
            text=True,
            timeout=60,
        )
        still_there = httpx.get(f"{first.address}/readyz").status_code

    assert second.returncode == 5
    assert second.stderr.startswith("up-running: ")
    assert still_there == 200
