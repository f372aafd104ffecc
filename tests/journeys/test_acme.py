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


def test_the_threats_of_invoices_stand_as_its_readme_says(acme: Terminal) -> None:
    listed = acme.read("threat", "list", "--service", "invoices")["items"]

    by_state: dict[str, list[str]] = {}
    for item in listed:
        by_state.setdefault(item["state"], []).append(item["threat"])
    assert by_state["open"] == ["orders-flood-the-queue"]
    assert set(by_state["not-evaluated"]) == {"documents-of-others-are-shown", "log-tells-contents"}
    assert by_state["accepted"] == ["order-in-another-partners-name"]
    assert len(by_state["mitigated"]) == 13


def test_the_proposal_of_refunds_waits_for_a_review_that_says_what_it_opens(acme: Terminal) -> None:
    (review,) = acme.read("threat", "reviews", "--state", "asked")["items"]

    assert (review["service"], review["branch"]) == ("refunds", "public-intake")
    assert "entry-added" in {item["rule"] for item in review["reasons"]}
    assert "its source opens messages-from-strangers" in review["paragraph"]


def test_every_command_of_its_readme_can_be_given(acme: Terminal) -> None:
    readme = Path(__file__).parents[2] / "examples" / "acme" / "README.md"
    commands = [
        found
        for found in re.findall(r"^\$ pavior (.*)$", readme.read_text(encoding="utf-8"), re.MULTILINE)
        if not found.startswith("up ")
    ]

    assert len(commands) == 16
    (acme.folder / "examples").symlink_to(readme.parent.parent)
    for command in commands:
        acme.ok(*(word.strip("'") for word in re.findall(r"'[^']*'|\S+", command)))
