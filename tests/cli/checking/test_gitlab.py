"""The report for GitLab's Code Quality: what its page demands of each entry, and nothing clean that was not read."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cli.checking.reports import a_verdict, one_of_each, told

from pavior.cli.checking.formats import Told
from pavior.cli.checking.formats.gitlab import render
from pavior.kernel.verdicts import Outcome, Phase, Position
from pavior.resources.model import Skipped


def _entries(told_: Told) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = json.loads(render(told_))
    return entries


def test_an_entry_has_what_gitlab_demands() -> None:
    (entry,) = _entries(told([a_verdict()]))

    assert len(entry.pop("fingerprint")) == 64
    assert entry == {
        "description": "Logs are kept for a year. aws_cloudwatch_log_group.app: It is kept for ever. "
        "owner: the role security "
        "or ask: pavior waiver request log-retention SERVICE/STAGE --subject aws_cloudwatch_log_group.app --days 7 "
        "--even-if-nothing-matches --reason '...' "
        "or dispute: pavior control dispute log-retention --environment SERVICE/STAGE "
        "--subject aws_cloudwatch_log_group.app --reason '...'",
        "check_name": "log-retention",
        "severity": "critical",
        "location": {"path": "infra/main.tf", "lines": {"begin": 3}},
    }


def test_severities_are_those_of_gitlab_and_what_is_not_known_is_none() -> None:
    entries = _entries(one_of_each())

    assert [(entry["check_name"], entry["severity"]) for entry in entries] == [
        ("source-unparsable", "blocker"),
        ("passed-over", "info"),
        ("log-retention", "critical"),
        ("log-retention", "info"),
        ("log-named", "minor"),
        ("log-short", "info"),
        ("log-retention", "info"),
    ]
    assert entries[-1]["description"].startswith("Not known: ")
    assert len({entry["fingerprint"] for entry in entries}) == len(entries)


def test_it_is_empty_only_when_everything_was_read() -> None:
    passed = [a_verdict(outcome=Outcome.PASSED)]

    assert _entries(told(passed)) == []
    assert len(_entries(told(passed, skipped=(Skipped("a.tf", "it is large"),), is_complete=False))) == 1
    assert [entry["check_name"] for entry in _entries(told(is_complete=False))] == ["nothing-read"]


@pytest.mark.parametrize(("path", "shown"), [("./a/b.tf", "a/b.tf"), ("a//b.tf", "a/b.tf"), ("a.tf", "a.tf")])
def test_a_path_begins_without_a_dot(path: str, shown: str) -> None:
    (entry,) = _entries(told([a_verdict(position=Position(path, 1, 1))]))

    assert entry["location"]["path"] == shown


def test_what_has_no_line_names_the_plan() -> None:
    (entry,) = _entries(told([a_verdict(position=None)], phase=Phase.PLAN, path="./plan.json"))

    assert entry["location"] == {"path": "plan.json", "lines": {"begin": 1}}


@given(subject=st.text(), message=st.text(), path=st.text())
def test_whatever_names_hold_a_description_is_one_line(subject: str, message: str, path: str) -> None:
    (entry,) = _entries(told([a_verdict(subject=subject, message=message, position=Position(path, 1, 1))]))

    assert entry["description"].isprintable()
