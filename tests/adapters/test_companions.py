"""Programs of ours that run beside us: they are awaited, ended once, and never outlive us."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from pavior.adapters.companions import Companion
from pavior.kernel.errors import UnavailableError

READY = "print('ready', flush=True); import sys; sys.stdin.read()"


def start(code: str, **more: object) -> Companion:
    return Companion.start([sys.executable, "-c", code], environment={}, within_seconds=30, **more)  # type: ignore[arg-type] # as given


def until_ended(companion: Companion) -> int | None:
    deadline = time.monotonic() + 30
    while companion.exit_status is None and time.monotonic() < deadline:
        time.sleep(0.05)
    return companion.exit_status


def test_its_first_line_is_waited_for_and_it_runs_on() -> None:
    companion = start(READY)

    assert companion.said == b"ready\n"
    assert companion.exit_status is None
    companion.stop(grace_seconds=10)
    assert companion.exit_status == -signal.SIGTERM


def test_one_that_ends_before_it_says_anything_is_told_by_its_status() -> None:
    companion = start("raise SystemExit(7)")

    assert companion.said == b""
    assert until_ended(companion) == 7
    companion.stop()


def test_its_number_is_not_given_to_anybody_before_it_is_stopped() -> None:
    companion = start("print('done')")

    assert until_ended(companion) == 0
    # A zombie: the system keeps its number, so that `stop` reaches nobody else.
    assert [
        line for line in Path(f"/proc/{companion._process.pid}/status").read_text().splitlines() if "zombie" in line
    ]
    companion.stop()
    companion.stop()
    assert not Path(f"/proc/{companion._process.pid}").exists()


def test_one_that_nobody_waits_for_any_more_is_given_up() -> None:
    began = time.monotonic()

    companion = start("import time; time.sleep(60)", is_awaited=lambda: False)
    companion.stop()

    assert companion.said == b""
    assert time.monotonic() - began < 20


def test_a_program_that_cannot_be_started_is_told_as_our_own_error() -> None:
    with pytest.raises(UnavailableError, match="process-start-failed"):
        Companion.start(["/nowhere/at/all"], environment=dict(os.environ), within_seconds=1)
