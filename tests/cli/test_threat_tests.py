"""`pavior threat report-tests`: what it reports, and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from pavior.cli.root import invoke
from pavior.testing.builders import COMMIT
from pavior.threatmodels.standing_model import CaseOutcome, ReportedTests

COUNTS = {CaseOutcome.FAILED: 0, CaseOutcome.SKIPPED: 1, CaseOutcome.PASSED: 7}


@dataclass
class FakeTests:
    """Remembers what it was given; a threat names two tests, of which one was reported."""

    kept: Mapping[str, CaseOutcome] = field(default_factory=lambda: {"suite::a": CaseOutcome.PASSED})
    missing: tuple[str, ...] = ("suite::b",)
    given: Mapping[str, bytes] = field(default_factory=dict)

    def report_tests(self, actor: Any, service: str, commit: str, reports: Mapping[str, bytes]) -> ReportedTests:
        self.given = reports
        return ReportedTests(service, COMMIT, COUNTS, self.kept, self.missing)


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "report.xml"
    path.write_bytes(b"<testsuite/>")
    return path


def test_each_test_that_a_threat_names_is_told_with_what_it_came_to(
    launcher: Any, report: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tests = launcher.services["threat_tests"] = FakeTests()

    status = invoke(["threat", "report-tests", "orders", "--commit", COMMIT[:7], str(report)], launcher)

    told = capsys.readouterr().out
    assert status == 0
    assert tests.given == {str(report): b"<testsuite/>"}
    assert COMMIT in told
    assert [line.split() for line in told.splitlines() if line.startswith("suite::")] == [
        ["suite::a", "passed"],
        ["suite::b", "not", "in", "the", "report"],
    ]


def test_without_a_test_that_a_threat_names_it_says_where_to_name_one(
    launcher: Any, report: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    launcher.services["threat_tests"] = FakeTests({}, ())

    invoke(["threat", "report-tests", "orders", "--commit", COMMIT, str(report)], launcher)

    assert "Name one under tests: in its threatmodel.yaml." in capsys.readouterr().out


def test_a_file_that_is_not_there_is_named(launcher: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = invoke(["threat", "report-tests", "orders", "--commit", COMMIT, str(tmp_path / "none.xml")], launcher)

    assert status != 0
    assert "none.xml" in capsys.readouterr().err
