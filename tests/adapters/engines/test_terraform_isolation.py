"""What a program may see while it runs a proposal: its own folder, and nothing that is ours."""

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pavior.adapters.engines.terraform.isolation import why_not_isolated
from pavior.adapters.engines.terraform.program import Program, Workspace, workspace
from pavior.environments.ports import CloudTarget

TARGET = CloudTarget("sandbox", "eu-west-1", "http://127.0.0.1:1", "one", "key-id", "key-secret", "key-token")
CANARY = "canary-77aa01"
OURS = (
    "data/pavior.db",
    "data/work/engines/other/terraform.tfstate",
    "keys/sealing.key",
    "home/.aws/credentials",
)


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    """Data and keys of an installation, and runs of other environments."""
    for name in (
        "data/pavior.db",
        "data/work/engines/other/terraform.tfstate",
        "keys/sealing.key",
        "home/.aws/credentials",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(CANARY)
    return tmp_path


def a_program(ours: Path, script: str, *, ends_with_us: bool = False) -> Program:
    path = ours / "bin" / "terraform"
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    hidden = (ours / "data", ours / "keys", ours / "home" / ".aws")
    return Program("terraform", path, hidden=hidden, ends_with_us=ends_with_us)


def said_by(ours: Path, script: str) -> str:
    folder = ours / "data" / "work" / "engines" / "mine"
    given = {"name": "orders"}
    with (
        (ours / "lock").open("w") as lock,
        workspace(
            a_program(ours, script),
            folder,
            files={"infra/main.tf": b"# source"},
            given=given,
            target=TARGET,
            lock=lock.fileno(),
        ) as work,
    ):
        finished = work.run()
    return (finished.stdout + finished.stderr).decode()


def test_nothing_of_our_environment_is_seen(ours: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAVIOR_TOKEN", CANARY)
    monkeypatch.setenv("AWS_SESSION_TOKEN", CANARY)
    monkeypatch.setenv("TF_CLI_ARGS", "-destroy")

    lines = dict(line.split("=", 1) for line in said_by(ours, "env").splitlines() if "=" in line)

    assert CANARY not in lines.values()
    assert not [name for name in lines if name.startswith("PAVIOR_")]
    assert "TF_CLI_ARGS" not in lines
    assert (lines["AWS_ACCESS_KEY_ID"], lines["TF_VAR_name"]) == ("key-id", "orders")
    assert (lines["AWS_SECRET_ACCESS_KEY"], lines["AWS_SESSION_TOKEN"]) == ("key-secret", "key-token")
    assert lines["HOME"].startswith(str(ours / "data" / "work" / "engines" / "mine"))


@pytest.mark.parametrize("path", OURS)
def test_nothing_of_our_data_and_keys_is_seen(ours: Path, path: str) -> None:
    if why := why_not_isolated():
        pytest.skip(f"no namespace can be made here: {why}")

    said = said_by(ours, f"cat {ours / path}; cat main.tf; echo; pwd")

    assert CANARY not in said
    assert "No such file" in said
    assert "# source" in said
    assert "/mine/source/infra\n" in said
    assert (ours / path).read_text() == CANARY


def test_what_it_writes_into_its_own_folder_stays_there_until_the_end(ours: Path) -> None:
    folder = ours / "data" / "work" / "engines" / "mine"

    with (ours / "lock").open("w") as lock:
        program = a_program(ours, f'echo "{{}}" > {folder}/terraform.tfstate')
        with workspace(program, folder, files={"a.tf": b""}, given={}, target=TARGET, lock=lock.fileno()) as work:
            work.run()
            written = work.state_file.read_text()

    assert written == "{}\n"
    assert not folder.exists()


_PARENT = """
import sys
from pathlib import Path
from tests.adapters.engines.test_terraform_isolation import TARGET, a_program, workspace
ours, ends_with_us = Path(sys.argv[1]), sys.argv[2] == "ends"
script = f"trap 'echo > {ours}/interrupted; exit' INT; echo > {ours}/started; sleep 2; echo said; echo > {ours}/done"
program = a_program(ours, script, ends_with_us=ends_with_us)
with (ours / "lock").open("w") as lock:
    with workspace(program, ours / "run", files={"a.tf": b""}, given={}, target=TARGET, lock=lock.fileno()) as work:
        work.run_apply(on_line=print, is_stopped=lambda: False)
"""


def _until(path: Path) -> None:
    deadline = time.monotonic() + 20
    while not path.exists():
        assert time.monotonic() < deadline, f"{path.name} did not come"
        time.sleep(0.05)


@pytest.mark.parametrize(("arrangement", "outcome"), [("ends", "interrupted"), ("outlives", "done")])
def test_a_worker_that_is_killed_does_not_break_what_it_was_applying(
    ours: Path, root: Path, arrangement: str, outcome: str
) -> None:
    parent = subprocess.Popen([sys.executable, "-c", _PARENT, str(ours), arrangement], cwd=root, start_new_session=True)
    _until(ours / "started")

    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()

    _until(ours / outcome)
    assert [name for name in ("interrupted", "done") if (ours / name).exists()] == [outcome]


def test_a_workspace_is_only_for_this_user(ours: Path) -> None:
    with (ours / "lock").open("w") as lock:
        made: Workspace
        with workspace(
            a_program(ours, ""), ours / "run", files={"a.tf": b""}, given={}, target=TARGET, lock=lock.fileno()
        ) as made:
            assert stat.S_IMODE(made.folder.stat().st_mode) == 0o700
            assert "key-secret" not in repr(made)
