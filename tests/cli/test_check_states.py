"""`pavior check` of a state: known by its beginning, and never taken for a plan."""

import json
from pathlib import Path

import pytest

from pavior.cli.root import invoke
from pavior.launching.later import LaterLauncher

BUCKET = {"bucket": "files", "acl": "private"}
FILE = {
    "version": 4,
    "terraform_version": "1.11.4",
    "resources": [{"type": "aws_s3_bucket", "name": "files", "instances": [{"attributes": BUCKET}]}],
}
SHOWN = {
    "format_version": "1.0",
    "terraform_version": "1.11.4",
    "values": {
        "root_module": {
            "resources": [
                {"address": "aws_s3_bucket.files", "type": "aws_s3_bucket", "name": "files", "values": BUCKET},
            ]
        }
    },
}


@pytest.mark.parametrize(("name", "state"), [("terraform.tfstate", FILE), ("x.json", FILE), ("shown.json", SHOWN)])
def test_a_state_is_checked_in_either_form(
    name: str, state: dict[str, object], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_text(json.dumps(state, indent=2), encoding="utf-8")

    status = invoke(["check", str(tmp_path / name)], LaterLauncher({}, tmp_path))

    out = capsys.readouterr().out
    assert status == 1
    assert f"{tmp_path / name} (state)" in out
    assert "object-storage-no-public-access" in out
    assert "aws_s3_bucket.files" in out


def test_a_plan_is_still_a_plan(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = root / "tests" / "recordings" / "terraform-1.11.4" / "python-service" / "plan.json"

    invoke(["check", str(plan)], LaterLauncher({}, tmp_path))

    assert f"{plan} (plan)" in capsys.readouterr().out


def test_a_broken_state_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "terraform.tfstate").write_text('{"version": 3}', encoding="utf-8")

    assert invoke(["check", str(tmp_path / "terraform.tfstate")], LaterLauncher({}, tmp_path)) == 2
    assert capsys.readouterr().err.startswith("state-unreadable: ")
