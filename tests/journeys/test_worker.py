"""A worker by itself, as a service manager starts and stops it."""

import signal
import subprocess
from pathlib import Path

import pytest
from tests.journeys.terminal import PAVIOR, Terminal


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_that_is_asked_to_stop_ends_well(number: signal.Signals, tmp_path: Path) -> None:
    with subprocess.Popen(
        [PAVIOR, "worker"],
        env=Terminal(tmp_path).environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            said = next((line for line in process.stdout if "Working off" in line), "")
            process.send_signal(number)
            rest, _ = process.communicate(timeout=30)
        finally:
            # A worker that did not stop must not outlive its test.
            process.kill()

    assert said
    assert process.returncode == 0, rest
    assert "worker-fenced" not in rest
