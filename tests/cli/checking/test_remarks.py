"""What is no verdict is told in every format: nobody takes what was left out for what is clean."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from msgspec import structs
from tests.cli.checking.reports import a_report, a_verdict

from pavior.cli.checking.exclusions import Excluded
from pavior.cli.checking.formats import FORMATS, PEOPLE, rendered
from pavior.cli.checking.report import CheckReport
from pavior.kernel.verdicts import Outcome
from pavior.policy.model import NotLookedAt
from pavior.resources.model import READ_AS_MEANT, Skipped

PROGRAMS = [name for name in FORMATS if name not in (PEOPLE, "json")]
PASSED = a_verdict(outcome=Outcome.PASSED)


def _with_gaps() -> CheckReport:
    """Everything that was evaluated passes, and three things were not looked at or not asked."""
    report = a_report([PASSED], is_complete=False)
    other = NotLookedAt("dockerfile", 1, "no reader takes it", ("api/Dockerfile",))
    return structs.replace(
        report,
        coverage=structs.replace(report.coverage, not_looked_at=(other,)),
        excluded=(Excluded("examples/**", "pavior.yaml:3", 2), Excluded("gone/**", "pavior.yaml:4", 0)),
        not_asked=(Skipped("acme-no-logs", "its rules would run with your rights"),),
    )


@pytest.mark.parametrize("name", PROGRAMS)
def test_what_was_not_looked_at_excluded_or_not_asked_is_told(name: str) -> None:
    text = rendered(name, _with_gaps(), 0, "It is so.")

    for told in ("api/Dockerfile", "no reader takes it", "examples/", "2 files", "acme-no-logs"):
        assert told in text.replace("&#42;", "*").replace("&#45;", "-")
    # A glob that excludes nothing hides nothing.
    assert "gone/" not in text


def _stops(name: str, text: str) -> bool:
    """Whether whoever reads this format sees that the check does not end clean."""
    document: Any
    match name:
        case "sarif":
            document = json.loads(text)["runs"][0]["invocations"][0]
            return not document["executionSuccessful"]
        case "junit":
            return int(ET.fromstring(text).get("errors", "0")) > 0  # noqa: S314 - it is ours
        case "github":
            return text.startswith("::error ")
        case "gitlab-codequality":
            document = json.loads(text)
            return any(entry["severity"] == "blocker" for entry in document)
        case _:
            return "| **not known** |" in text


@pytest.mark.parametrize("name", PROGRAMS)
def test_what_ends_with_a_no_although_nothing_failed_has_an_entry_that_says_so(name: str) -> None:
    clean = a_report([PASSED])
    denied = structs.replace(clean, is_denied=True, lacks_coverage=True)

    assert not _stops(name, rendered(name, clean, 0, "Nothing here stops a Change."))
    text = rendered(name, denied, 3, "Not evaluated: 1 Dockerfile.")
    assert _stops(name, text)
    assert "Not evaluated" in text
    assert "1 Dockerfile" in text


@pytest.mark.parametrize("name", PROGRAMS)
def test_what_stops_is_not_cut_by_much_that_does_not(name: str) -> None:
    many = tuple(Skipped(f"folder/{number}.yaml", "it is a template") for number in range(2_000))

    text = rendered(name, a_report([a_verdict()], skipped=many, is_complete=False), 1, "No: 1 denied.")

    assert "It is kept for ever." in text


@pytest.mark.parametrize("name", PROGRAMS)
def test_where_no_control_looks_at_anything_no_report_is_empty(name: str) -> None:
    report = a_report()
    report = structs.replace(report, coverage=structs.replace(report.coverage, uncovered_types={"aws_sqs_queue": 2}))

    assert "aws_sqs_queue" in rendered(name, report, 0, "No control looked at anything here.").replace("&#95;", "_")


@pytest.mark.parametrize("name", [*PROGRAMS, "json"])
def test_what_was_read_though_terraform_refuses_it_is_told_with_its_line(name: str) -> None:
    meant = Skipped("infra/main.tf:7", "enabled is True, and it is read as true", READ_AS_MEANT)

    text = rendered(name, a_report([PASSED], skipped=(meant,)), 0, "It is so.").replace("&#46;", ".")

    assert "enabled is True, and it is read as true" in text
    if name == "gitlab-codequality":
        (entry,) = json.loads(text)
        assert entry["location"] == {"path": "infra/main.tf", "lines": {"begin": 7}}
    elif name == "github":
        assert "file=infra/main.tf,line=7," in text
    else:
        assert "infra/main.tf:7" in text
    # It was looked at, and nothing stops because of it.
    assert "passed over" not in text
    assert "passed-over" not in text
    assert name == "json" or not _stops(name, text)


def test_every_remark_has_a_word_in_the_table(root: Path) -> None:
    from pavior.cli.checking.formats.markdown import REMARKS

    source = (root / "src/pavior/cli/checking/remarks.py").read_text(encoding="utf-8").split("def _telling")[1]
    assert REMARKS
    assert set(REMARKS) == {part.split('"')[1] for part in source.split("Remark(")[1:]}
