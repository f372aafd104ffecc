"""A platform engineer's first day: installed from the wheel, one process, then PostgreSQL, and a second worker.

Each command is one that docs/guides/several-workers.md or the README names, given by the installed program.
"""

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.journeys.installed import build_wheel, install
from tests.postgresql import postgresql

pytestmark = [pytest.mark.slow, pytest.mark.postgresql]

PATIENCE_SECONDS = 90.0
_WISHES = ("--set", "team=payments", "--set", "data_class=internal")


@dataclass
class Machine:
    """Somebody's machine: one program, one set of settings, and what was started."""

    pavior: Path
    folder: Path
    settings: Mapping[str, str]
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def environment(self, **more: str) -> dict[str, str]:
        return {"PATH": os.environ["PATH"], "HOME": str(self.folder), "LANG": "C.UTF-8", **self.settings, **more}

    def ask(self, *arguments: str, by: str = "") -> Any:
        command = [self.pavior, *arguments, "--json", *(("--as", by) if by else ())]
        finished = subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        assert finished.returncode == 0, finished
        return json.loads(finished.stdout)

    def start(self, *command: str, until: str, **more: str) -> tuple[subprocess.Popen[str], str]:
        """A program that stays, and the line that said what was waited for."""
        process = subprocess.Popen(
            [self.pavior, *command],
            cwd=self.folder,
            env=self.environment(**more),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.started.append(process)
        assert process.stdout is not None
        said = ""
        for line in process.stdout:
            said += line
            if until in line:
                return process, line
        raise AssertionError(said)

    def end(self) -> None:
        for process in self.started:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            with process:
                process.wait()


@contextmanager
def a_machine(pavior: Path, folder: Path, **settings: str) -> Iterator[Machine]:
    machine = Machine(pavior, folder, settings)
    try:
        yield machine
    finally:
        machine.end()


@pytest.fixture(scope="module")
def pavior(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The installed program."""
    folder = tmp_path_factory.mktemp("installed")
    return install(build_wheel(folder), folder / "pavior")


def test_from_the_wheel_to_a_second_worker_that_goes_on_where_the_first_one_died(pavior: Path, tmp_path: Path) -> None:
    with postgresql() as server, a_machine(pavior, tmp_path, PAVIOR_DATABASE_URL=server.make()) as machine:
        machine.start("sandbox", until="answers at")
        machine.ask("team", "create", "payments", "--title", "Payments")
        for name, role in (("dana", "developer"), ("pat", "platform")):
            machine.ask("user", "invite", name, "--role", role, "--team", "payments")
        _, line = machine.start("server", "--port", "0", until="answer at")
        first, _ = machine.start("worker", until="Working off", PAVIOR_WORKER="left")
        address = re.findall(r"http://\S+", line)[0]

        alone = machine.ask("service", "create", "python-service", "--set", "name=alone", *_WISHES, by="dana")
        ready_with_one = httpx.get(f"{address}/readyz")
        machine.start("worker", until="Working off", PAVIOR_WORKER="right")
        machine.ask("service", "create", "python-service", "--set", "name=orders", *_WISHES, "--no-wait", by="dana")
        wait_for_log(machine, "apply-C-2-1")
        os.killpg(first.pid, signal.SIGKILL)
        followed = wait_for_end(machine, "apply-C-2-1")
        shown = machine.ask("environment", "show", "orders/dev", by="dana")
        ready_after = httpx.get(f"{address}/readyz")
        whole = machine.ask("audit", "verify", by="pat")

    assert alone["change"]["change"]["status"] == "verified"
    assert (ready_with_one.status_code, ready_after.status_code) == (200, 200)
    assert followed["state"] == "succeeded", followed
    assert shown["environment"]["status"] == "deployed"
    assert len(shown["resources"]) == 13
    assert whole["first_wrong"] is None


def wait_for_log(machine: Machine, run_id: str) -> None:
    """Until the apply has begun to make things, whichever worker has it."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        runs = machine.ask("run", "list", "--service", "orders", by="pat")["items"]
        if any(run["id"] == run_id and run["state"] in ("running", "succeeded") for run in runs):
            return
    raise AssertionError(f"{run_id} did not begin")


def wait_for_end(machine: Machine, run_id: str) -> Any:
    """The run, when it has ended."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        run = machine.ask("run", "show", run_id, by="pat")
        if run["state"] not in ("queued", "running"):
            return run
    raise AssertionError(f"{run_id} did not end")
