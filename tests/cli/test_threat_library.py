"""`pavior threat library` and `explain` need no server."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cli.tools import tools_with

from pavior.adapters.readers.configuration_file import read_configuration
from pavior.cli.root import invoke
from pavior.content import load_controls

CONTROLS = load_controls()


@pytest.fixture
def here(launcher: Any) -> Any:
    """Where the controls that come with Pavior hold."""
    launcher.tools = tools_with(load_controls=lambda: CONTROLS)
    return launcher


def test_the_list_is_narrowed_by_category_control_and_words(here: Any, capsys: pytest.CaptureFixture[str]) -> None:
    narrowed = ["--category", "spoofing", "--control", "secrets-rotated", "--search", "Years stolen"]
    assert invoke(["threat", "library", *narrowed], here) == 0

    assert capsys.readouterr().out.splitlines() == [
        "THREAT                             CATEGORY  CONTROLS  TITLE",
        "stolen-credential-works-for-years  spoofing  3         A credential that was stolen long ago still works",
        "What one is, and what stops it: pavior threat explain THREAT",
    ]


def test_where_no_threat_is_like_that_the_list_says_so(here: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["threat", "library", "--search", "unicorn"], here) == 0

    assert capsys.readouterr().out == "No threat of the library is like that.\n"


def test_a_control_that_there_is_not_is_refused_with_those_that_are_like_it(
    here: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert invoke(["threat", "library", "--control", "secrets-rotate"], here) == 4

    assert "Perhaps it is secrets-rotated" in capsys.readouterr().err


def test_one_threat_is_explained(here: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["threat", "explain", "resources-where-nobody-looks"], here) == 0

    told = capsys.readouterr().out
    assert "applies to    any system with a boundary of kind account" in told
    assert "resources-in-allowed-regions  medium    Resources lie in allowed regions" in told
    assert "https://attack.mitre.org/techniques/T1535/" in told


def test_a_threat_that_there_is_not_is_refused_with_those_that_are_like_it(
    here: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert invoke(["threat", "explain", "resources-where-nobody-look"], here) == 4

    assert capsys.readouterr().err == (
        "library-threat-missing: The library has no threat resources-where-nobody-look.\n"
        "  fix: Perhaps it is resources-where-nobody-looks. List them with: pavior threat library.\n"
    )


def test_json_tells_what_a_threat_applies_to(here: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["threat", "explain", "messages-from-strangers", "--json"], here) == 0

    told = json.loads(capsys.readouterr().out)
    assert told["controls"] == ["resource-policy-no-public-access", "resource-policy-no-wildcard-actions"]
    assert "aws_sqs_queue*" in told["elements"][0]["types"]
    assert "asked_types" not in told


def test_a_pack_of_this_folder_brings_its_threats_and_none_of_its_rules_is_run(
    here: Any, root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pack = root / "docs" / "guides" / "own-controls"
    monkeypatch.chdir(pack)
    here.tools = tools_with(
        load_controls=lambda: CONTROLS, read_configuration=lambda _: read_configuration(pack / "pavior.yaml")
    )

    assert invoke(["threat", "library", "--control", "acme-log-groups-named"], here) == 0

    assert "acme-logs-of-nobody" in capsys.readouterr().out
