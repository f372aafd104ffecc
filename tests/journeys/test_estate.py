"""An invented fleet, as a person makes it to try changes of policy on, and the way of one such change through it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

CONTROL = "object-storage-versioned"
REASON = ("--reason", "It is time.")


def pavior(folder: Path, *words: str) -> Any:
    environment = {
        **os.environ,
        "PAVIOR_HOME": str(folder / "data"),
        "PAVIOR_KEYS": str(folder / "keys"),
    }
    done = subprocess.run(
        [sys.executable, "-m", "pavior", *words, "--json"],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
        timeout=300,
    )
    assert done.returncode in (0, 5), done.stderr
    return json.loads(done.stdout or done.stderr)


def test_a_change_of_policy_is_tried_planned_approved_and_reverted_on_an_invented_fleet(tmp_path: Path) -> None:
    folder = tmp_path / "acme"
    made = pavior(folder, "estate", str(folder), "--services", "12")
    # Every third service keeps no versions; in prod its level is block already. The eleventh has no plan there.
    assert made == {"teams": 4, "services": 12, "environments": 24, "without_plan": 1}

    tried = pavior(folder, "control", "replay", CONTROL, "--level", "block")
    assert sum(team["newly_stopped"] for team in tried["teams"]) == 4
    assert [item["environment"] for item in tried["not_read"]] == ["billing-2/prod"]

    wish = pavior(folder, "control", "set-level", CONTROL, "--to", "block", "--as", "sam", *REASON)
    assert (wish["state"], wish["plan"]["newly_stopped"], wish["plan"]["not_read"]) == ("proposed", 4, 1)
    refused = pavior(folder, "control", "approve-level", wish["id"], "--plan", "0" * 64)
    assert refused["error"]["code"] == "level-plan-not-latest"
    approved = pavior(folder, "control", "approve-level", wish["id"], "--plan", wish["plan"]["digest"][:12])
    assert approved["state"] == "approved"

    revert = pavior(folder, "control", "revert-level", wish["id"], "--as", "sam")
    assert (revert["reverts"], revert["plan"]["let_go"]) == (wish["id"], 4)
    listed = pavior(folder, "control", "level-changes", "--open")
    assert [item["id"] for item in listed["items"]] == [revert["id"]]
