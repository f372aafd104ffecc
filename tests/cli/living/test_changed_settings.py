"""With `--changed-since` each side is judged by its own `pavior.yaml`, which may have changed too."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from pavior.content.loading import CONTROLS_FOLDER, load_control

DISK = 'resource "aws_ebs_volume" "{}" {{\n  size = 3\n}}\n'
LOGS = 'resource "aws_cloudwatch_log_group" "a" {\n  name              = "a"\n  retention_in_days = 400\n}\n'
KEPT_FOR = "version: 1\nenvironment: prod\nparameters:\n  log-retention:\n    retention_days: {}\n"
RETENTION = (load_control(CONTROLS_FOLDER / "log_retention"),)

Since: TypeAlias = Callable[..., tuple[int, Any]]


@pytest.fixture
def since(check: Any, tmp_path: Path) -> Since:
    """Commit files as they were, write them as they are; gives exit status and report."""

    def git(*words: str) -> None:
        identity = ("-c", "user.name=mara", "-c", "user.email=mara@example.com")
        subprocess.run(["git", *identity, *words], cwd=tmp_path, check=True, capture_output=True)

    def run(before: dict[str, str], now: dict[str, str | None], at: str = ".", **more: Any) -> tuple[int, Any]:
        git("init", "-q", "-b", "main")
        for name, text in before.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
        git("add", "-A")
        git("commit", "-q", "-m", "As it was")
        status, out, err = check(now, "--changed-since", "main", "--json", at=at, **more)
        return status, json.loads(out or err)

    return run


def _failed(report: Any) -> list[str]:
    return sorted(item["subject"] for item in (*report["denials"], *report["warnings"]))


@pytest.mark.parametrize("at", [".", "infra"])
def test_what_is_no_longer_excluded_is_new(since: Since, at: str) -> None:
    files = {
        "infra/main.tf": DISK.format("known"),
        "infra/examples/main.tf": DISK.format("shown"),
        "pavior.yaml": "version: 1\nexclude: [infra/examples/]\n",
    }

    status, report = since(files, {"pavior.yaml": "version: 1\nexclude: [docs/]\n"}, at)

    assert (status, _failed(report)) == (1, ["aws_ebs_volume.shown"])
    assert report["not_changed"] == {"failed": 1}


@pytest.mark.parametrize("at", [".", "infra"])
def test_a_stricter_value_makes_a_failure_that_is_new(since: Since, at: str) -> None:
    files = {"infra/main.tf": LOGS, "pavior.yaml": KEPT_FOR.format(365)}

    status, report = since(files, {"pavior.yaml": KEPT_FOR.format(500)}, at, controls=RETENTION)

    assert (status, _failed(report)) == (1, ["aws_cloudwatch_log_group.a"])
    assert report["not_changed"] == {}


def test_the_same_value_on_another_line_changes_nothing(since: Since) -> None:
    files = {"infra/main.tf": LOGS, "pavior.yaml": KEPT_FOR.format(500)}

    status, report = since(files, {"pavior.yaml": "# Longer.\n" + KEPT_FOR.format(500)}, controls=RETENTION)

    assert status == 0
    assert report["not_changed"] == {"failed": 1}


def test_a_first_file_of_settings_makes_new_what_fails_by_it_alone(since: Since) -> None:
    status, report = since({"infra/main.tf": LOGS}, {"pavior.yaml": KEPT_FOR.format(500)}, controls=RETENTION)

    assert (status, _failed(report)) == (1, ["aws_cloudwatch_log_group.a"])


def test_settings_that_cannot_be_read_as_they_were_make_everything_new(since: Since) -> None:
    files = {"infra/main.tf": DISK.format("known"), "pavior.yaml": "version: 2\n"}

    status, report = since(files, {"pavior.yaml": "version: 1\n"})

    assert (status, _failed(report)) == (1, ["aws_ebs_volume.known"])


def test_a_value_for_what_is_no_control_any_more_does_not_matter(since: Since) -> None:
    files = {
        "infra/main.tf": DISK.format("known"),
        "pavior.yaml": "version: 1\nparameters: {acme-disks: {smallest: 3}}\n",
    }

    status, report = since(files, {"pavior.yaml": None})

    assert status == 0
    assert report["not_changed"] == {"failed": 1}
