"""What is typed plainly is asked without Click, and is asked for the same."""

import gc
import os
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec import structs

from pavior.cli.check import check
from pavior.cli.checking.command import CheckOptions
from pavior.cli.commands import pavior
from pavior.cli.root import invoke
from pavior.launching.later import LaterLauncher

PLAN = b"""{
  "format_version": "1.2",
  "terraform_version": "1.9.8",
  "planned_values": {"root_module": {"resources": [{
    "address": "aws_db_instance.orders", "mode": "managed", "type": "aws_db_instance", "name": "orders",
    "provider_name": "registry.terraform.io/hashicorp/aws", "values": {"publicly_accessible": true}}]}},
  "resource_changes": [{
    "address": "aws_db_instance.orders", "mode": "managed", "type": "aws_db_instance", "name": "orders",
    "provider_name": "registry.terraform.io/hashicorp/aws",
    "change": {"actions": ["create"], "before": null, "after": {"publicly_accessible": true}, "after_unknown": {}}}],
  "configuration": {"root_module": {}}
}"""

# What is slow to load and of no use to such a check; what serves and stores is named in test_real_readers.
UNUSED = {
    "ast", "bz2", "click", "dataclasses", "gettext", "hashlib", "inspect", "locale", "lzma", "rich", "shutil",
    "subprocess", "tempfile", "tomllib", "traceback", "typing_extensions", "yaml",
    "pavior.adapters.readers.terraform_source", "pavior.cli.checking.excerpts", "pavior.cli.commands",
    "pavior.launching.launcher", "pavior.policy.risk", "pavior.resources.join", "pavior.storage.masking",
}  # fmt: skip


def test_the_options_are_those_of_the_command_with_their_defaults() -> None:
    # A command keeps the help option that it was first parsed with, so it is parsed as people have it parsed.
    with pavior.make_context("pavior", ["check"]) as root:
        typed = check.make_context("check", ["plan.json"], parent=root).params
        left_out = check.make_context("check", [], parent=root).params

    assert structs.asdict(CheckOptions(Path("plan.json"))) == typed
    assert structs.asdict(CheckOptions()) == left_out


def test_a_plan_is_told_alike_whether_click_was_asked_or_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan, launcher = tmp_path / "plan.json", LaterLauncher({}, tmp_path)
    plan.write_bytes(PLAN)

    plainly = invoke(["check", str(plan)], launcher), capsys.readouterr()
    by_click = invoke(["check", "--", str(plan)], launcher), capsys.readouterr()

    assert plainly == by_click
    assert plainly[0] == 1


@pytest.mark.parametrize(
    "arguments", [["check", "--help"], ["check", "--nonsense"], ["check", "one", "two"], ["check"]]
)
def test_what_is_more_than_a_path_is_left_to_click(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    launcher = LaterLauncher({}, Path("/nonexistent"))
    monkeypatch.setattr("pavior.cli.commands.run", lambda *given: 5 if given == (arguments, launcher) else 6)

    assert invoke(arguments, launcher) == 5


def test_a_small_plan_is_checked_with_nothing_that_it_does_not_need(tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    plan.write_bytes(PLAN)
    code = (
        "import os, sys\n"
        "from pavior.main import cli\n"
        f"sys.argv = ['pavior', 'check', {str(plan)!r}]\n"
        "leave = os._exit\n"
        # The end of the process itself is watched, since it comes before anything else could be.
        "os._exit = lambda status: (print('LOADED', *sys.modules, flush=True), leave(status))\n"
        "cli()"
    )

    # The first check of all reads the controls, and keeps what it read where Python keeps what it compiled.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    for _ in range(2):
        ended = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False, env=environment
        )

    *told, loaded = ended.stdout.splitlines()
    assert (ended.returncode, ended.stderr) == (1, "")
    assert told[-1].startswith("No: ")
    assert "pavior.cli.checking.looking" in loaded.split()
    assert set(loaded.split()) & UNUSED == set()


def test_a_command_looks_for_garbage_again_which_was_off_while_modules_were_loaded() -> None:
    gc.disable()
    try:
        invoke(["version"], LaterLauncher({}, Path("/nonexistent")))
        is_looked_for = gc.isenabled()
    finally:
        gc.unfreeze()
        gc.enable()

    assert is_looked_for
