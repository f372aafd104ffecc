"""`pavior check` judges what Terraform refuses by what it means, and says where."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pavior.cli.root import invoke
from pavior.launching.later import LaterLauncher

Check = Callable[..., tuple[int, Any]]
ENCRYPTED = "disk-encrypted"


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Check:
    def run(text: str, *options: str) -> tuple[int, Any]:
        (tmp_path / "infra").mkdir()
        (tmp_path / "infra" / "main.tf").write_text(text, encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        status = invoke(["check", "infra", "--json", *options], LaterLauncher({}, Path("/nonexistent")))
        return status, json.loads(capsys.readouterr().out)

    return run


def _outcomes(report: Any) -> dict[str, str]:
    return {item["subject"]: item["outcome"] for item in report["verdicts"] if item["control"] == ENCRYPTED}


def test_the_place_is_told_as_seen_from_where_the_check_was_started(check: Check) -> None:
    status, report = check(
        'resource "aws_ebs_volume" "a" {\n  encrypted = True\n}\n'
        'resource "aws_ebs_volume" "b" {\n  encrypted = False\n}\n'
    )

    assert _outcomes(report) == {"aws_ebs_volume.a": "passed", "aws_ebs_volume.b": "failed"}
    assert [(item["subject"], item["kind"]) for item in report["coverage"]["skipped"]] == [
        ("infra/main.tf:2", "read-as-meant"),
        ("infra/main.tf:5", "read-as-meant"),
    ]
    # Nothing was left out because of it.
    assert report["is_complete"] is True
    assert status == 1


def test_a_file_that_is_no_hcl_is_still_an_error_and_the_rest_of_it_is_judged(check: Check) -> None:
    status, report = check('resource "aws_ebs_volume" "a" {\n  encrypted = true\n  size = 1\n  size = 2\n}\n')

    assert _outcomes(report) == {"aws_ebs_volume.a": "passed"}
    assert [item["code"] for item in report["problems"]] == ["source-unparsable"]
    assert [item["subject"] for item in report["coverage"]["skipped"]] == ["infra/main.tf:4"]
    assert status != 0
