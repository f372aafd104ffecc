"""examples/acme fills an installation, and each command of its README says there what the README says of it."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.journeys.terminal import PAVIOR, Terminal

pytestmark = [pytest.mark.slow]

VERSIONED = "object-storage-versioned"


@pytest.fixture(scope="module")
def acme(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    terminal = Terminal(tmp_path_factory.mktemp("acme"))
    with terminal.up():
        filled = subprocess.run(
            [sys.executable, Path(__file__).parents[2] / "examples" / "acme" / "fill.py"],
            env={**terminal.environment, "PAVIOR": str(PAVIOR)},
            capture_output=True,
            text=True,
            timeout=400,
            check=False,
        )
        assert filled.returncode == 0, filled
        yield terminal


def test_the_replay_names_two_services_of_two_teams_and_what_nobody_knows(acme: Terminal) -> None:
    view = acme.read("control", "replay", VERSIONED, "--level", "block", by="sam")

    stopped = {(item["environment"], item["team"]) for item in view["newly_stopped"]}
    assert stopped == {("routes/dev", "logistics"), ("campaigns/dev", "growth")}
    assert {item["verdict"]["subject"] for item in view["newly_stopped"]} == {"aws_s3_bucket.files"}
    assert {item["environment"] for item in view["not_read"]} == {
        f"{name}/prod" for name in ("invoices", "refunds", "shipments", "routes", "campaigns", "shop-window")
    }
    assert view["let_go"] == []


def test_every_command_of_its_readme_can_be_given(acme: Terminal) -> None:
    readme = Path(__file__).parents[2] / "examples" / "acme" / "README.md"
    commands = [
        found
        for found in re.findall(r"^\$ pavior (.*)$", readme.read_text(encoding="utf-8"), re.MULTILINE)
        if not found.startswith("up ")
    ]

    assert len(commands) == 7
    for command in commands:
        acme.ok(*(word.strip("'") for word in re.findall(r"'[^']*'|\S+", command)))
