import json
from typing import Any

import pytest

from pavior.cli.launcher import CheckTools
from pavior.cli.root import invoke
from pavior.kernel.verdicts import Severity
from pavior.policy.model import Control, Level, Remediation
from pavior.testing.builders import PUBLIC_ACCESS, a_control

VERSIONED = a_control(
    id="object-storage-versioned",
    title="Object storage keeps old versions",
    severity=Severity.MEDIUM,
    default_level=Level.WARN,
    levels={"prod": Level.BLOCK, "dev": Level.WARN},
)


def _unused(*_: object) -> Any:
    raise AssertionError("controls are listed without reading anything")


@pytest.fixture
def offers(launcher: Any) -> Any:
    def offer(*controls: Control) -> Any:
        launcher.tools = CheckTools(lambda: controls, _unused, _unused, _unused, _unused, _unused)
        return launcher

    return offer


def test_the_list_says_how_hard_each_control_is_enforced(offers: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["control", "list"], offers(a_control(), VERSIONED)) == 0

    assert capsys.readouterr().out.splitlines() == [
        "CONTROL                          SEVERITY  LEVEL             TITLE",
        "object-storage-no-public-access  high      block             Object storage is not public",
        "object-storage-versioned         medium    warn; prod block  Object storage keeps old versions",
        "Risk, fix and lesson of one: pavior control show CONTROL",
    ]


def test_no_controls_are_said_to_check_nothing(offers: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["control", "list"], offers()) == 0

    assert capsys.readouterr().out == "This Pavior has no controls, so nothing is checked.\n"


def test_one_control_is_shown_with_risk_levels_fix_mappings_and_lesson(
    offers: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    control = a_control(
        risk="Anybody can\nread it.\n",
        remediations=(Remediation("terraform", "\nblock_public_acls = true\n"), Remediation("cli", "aws s3api …")),
        levels={"dev": Level.WARN},
    )

    assert invoke(["control", "show", PUBLIC_ACCESS], offers(control)) == 0

    out = capsys.readouterr().out
    for line in (
        "control          object-storage-no-public-access",
        "severity         high",
        "level            block; dev warn",
        "waivers          at most 30 days",
        "risk             Anybody can read it.",
        "nist-800-53      AC-3",
        "same in checkov  CKV_AWS_53",
        "What to type (terraform):\n  block_public_acls = true\n",
        "What to type (cli):\n  aws s3api …\n",
        "# Public buckets\n\nMost leaks begin with one.",
    ):
        assert line in out


def test_json_has_the_whole_control_and_no_code(offers: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["control", "show", PUBLIC_ACCESS, "--json"], offers(a_control())) == 0
    shown = json.loads(capsys.readouterr().out)
    assert invoke(["control", "list", "--json"], offers(a_control(), VERSIONED)) == 0
    listed = json.loads(capsys.readouterr().out)

    assert shown["id"] == PUBLIC_ACCESS
    assert shown["remediations"] == [{"language": "terraform", "text": "block_public_acls = true"}]
    assert shown["lesson"].startswith("# Public buckets")
    assert "rule" not in shown
    assert [item["id"] for item in listed] == [PUBLIC_ACCESS, "object-storage-versioned"]


def test_a_control_that_is_not_there_is_missing(offers: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["control", "show", "no-such"], offers(a_control())) == 4

    assert capsys.readouterr().err == (
        "control-missing: There is no control no-such.\n  fix: List them with: pavior control list.\n"
    )
