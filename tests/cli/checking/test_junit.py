"""JUnit XML: what is not known is never a pass, and no name breaks the document."""

from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st
from tests.cli.checking.reports import WARNING, a_verdict, one_of_each, told

from pavior.cli.checking.formats import Told
from pavior.cli.checking.formats.junit import render
from pavior.kernel.verdicts import Outcome, Phase, Position, UnknownReason


def _cases(told_: Told) -> list[tuple[str, str, str, str]]:
    """Suite, name, and what stands inside each case with its message."""
    document = ET.fromstring(render(told_))  # noqa: S314 - it is ours
    return [
        (
            suite.get("name", ""),
            case.get("name", ""),
            case[0].tag if len(case) else "passed",
            case[0].get("message", "") if len(case) else "",
        )
        for suite in document
        for case in suite
    ]


def test_each_verdict_is_a_case_and_only_a_pass_is_a_pass() -> None:
    group = "aws_cloudwatch_log_group"

    assert _cases(one_of_each()) == [
        ("pavior.reading", "source-unparsable", "error", "other.tf:1 does not parse."),
        ("pavior.reading", "chart.yaml", "skipped", "it is a template"),
        ("log-retention", f"{group}.app", "failure", "It is kept for ever."),
        ("log-retention", f"{group}.odd", "error", "The rule broke."),
        ("log-retention", f"{group}.far", "skipped", "not known: var.days has no value"),
        ("log-retention", f"{group}.good", "passed", ""),
        ("log-named", f"{group}.app", "skipped", "failed, and warned-of: It is kept for ever."),
        ("log-short", f"{group}.app", "skipped", "failed, and observed: It is kept for ever."),
    ]


def test_suites_and_the_whole_are_counted() -> None:
    document = ET.fromstring(render(one_of_each()))  # noqa: S314 - it is ours
    names = ("tests", "failures", "errors", "skipped")

    assert [document.get(name) for name in names] == ["8", "1", "2", "4"]
    suite = document.find("testsuite[@name='log-retention']")
    assert suite is not None
    assert [suite.get(name) for name in names] == ["4", "1", "1", "1"]


def test_a_case_has_its_place_and_a_failure_the_whole_text() -> None:
    document = ET.fromstring(render(told([a_verdict()])))  # noqa: S314 - it is ours
    case = document.find("testsuite/testcase")
    assert case is not None

    assert (case.get("classname"), case.get("file"), case.get("line")) == ("log-retention", "infra/main.tf", "3")
    failure = case[0]
    assert failure.get("type") == "high"
    assert "fix:\n    retention_in_days = 365" in (failure.text or "")


def test_what_is_not_known_and_stops_is_an_error() -> None:
    verdict = a_verdict(outcome=Outcome.UNKNOWN, phase=Phase.PLAN, reason=UnknownReason.NOT_EVALUATED, message="hidden")
    given_ = told([verdict], phase=Phase.PLAN)

    assert [item.standing.value for item in given_.items] == ["stops"]
    assert _cases(given_) == [("log-retention", verdict.subject, "error", "hidden")]


def test_a_rule_that_broke_under_a_control_that_only_warns_is_skipped_with_its_reason() -> None:
    verdict = a_verdict(WARNING, Outcome.ERRORED, message="The rule broke.")

    assert _cases(told([verdict])) == [
        ("log-named", verdict.subject, "skipped", "errored, and warned-of: The rule broke.")
    ]


def test_nothing_evaluated_is_no_empty_success() -> None:
    assert _cases(told()) == [("pavior.reading", "nothing-evaluated", "skipped", "No control looked at anything.")]
    blind = _cases(told(is_complete=False))
    assert blind[0][:3] == ("pavior.reading", "nothing-read", "error")


@given(subject=st.text(), message=st.text(), path=st.text())
def test_no_name_breaks_the_document_or_adds_a_case(subject: str, message: str, path: str) -> None:
    _assert_one_failure(subject, message, path)


def test_marks_of_xml_are_text() -> None:
    hostile = """]]></failure><testcase name="x"/><!-- & "\x00\x1b[31m\ufffe \ud800"""

    _assert_one_failure(hostile, hostile, hostile)
    text = render(told([a_verdict(subject=hostile, message=hostile)]))
    assert "]]>" not in text
    assert "\x1b" not in text


def _assert_one_failure(subject: str, message: str, path: str) -> None:
    verdict = a_verdict(subject=subject, message=message, position=Position(path, 1, 1))

    (case,) = _cases(told([verdict]))

    assert case[2] == "failure"
