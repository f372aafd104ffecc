"""Workflow commands of GitHub: one a line, escaped as its runner reads them, and none lost in silence."""

import re

from hypothesis import given
from hypothesis import strategies as st
from tests.cli.checking.reports import BLOCKING, WARNING, a_verdict, one_of_each, told

from pavior.cli.checking.formats import Told
from pavior.cli.checking.formats.github import render
from pavior.kernel.verdicts import Position

_COMMAND = re.compile(r"::(?P<kind>error|warning|notice) (?P<properties>[^:]*)::(?P<data>.*)")


def _commands(told_: Told) -> list[tuple[str, dict[str, str], str]]:
    """As the runner reads them: kind, properties, and message."""
    *lines, last = render(told_).rstrip("\n").split("\n")
    assert last == "pavior check: It is so."
    found = []
    for line in lines:
        match = _COMMAND.fullmatch(line)
        assert match, line
        pairs = (pair.partition("=") for pair in match["properties"].split(","))
        found.append((match["kind"], {name: _read(value) for name, _, value in pairs}, _read(match["data"])))
    return found


def _read(text: str) -> str:
    for escape, sign in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(escape, sign)
    return text


def test_a_denial_is_an_error_at_its_lines_with_risk_and_fix() -> None:
    assert render(told([a_verdict()])) == (
        "::error file=infra/main.tf,line=3,endLine=5,title=log-retention (high)::"
        "aws_cloudwatch_log_group.app: failed: It is kept for ever.%0Arisk: Nobody can look back.%0A"
        "fix:%0Aretention_in_days = 365%0Alesson: pavior control show log-retention"
        "%0Aowner: the role security%0Aor ask: pavior waiver request log-retention SERVICE/STAGE "
        "--subject aws_cloudwatch_log_group.app --days 7 --even-if-nothing-matches --reason '...'"
        "%0Aor dispute: pavior control dispute log-retention --environment SERVICE/STAGE "
        "--subject aws_cloudwatch_log_group.app --reason '...'\n"
        "pavior check: It is so.\n"
    )


def test_errors_come_first_and_what_is_not_known_is_a_notice() -> None:
    commands = _commands(one_of_each())

    assert [(kind, properties["title"]) for kind, properties, _ in commands] == [
        ("error", "source-unparsable"),
        ("error", "log-retention (high)"),
        ("error", "log-retention (high)"),
        ("warning", "log-named (low)"),
        ("notice", "log-short (info)"),
        ("notice", "log-retention (high)"),
        ("notice", "passed over"),
    ]
    assert commands[-2][2].startswith("aws_cloudwatch_log_group.far: unknown: var.days has no value")


def test_the_tenth_of_a_kind_says_how_many_more_there_are_and_none_is_lost() -> None:
    ten = told(a_verdict(subject=f"aws_x.n{number:02}") for number in range(10))
    eleven = told(
        a_verdict(control, subject=f"aws_x.n{number:02}") for number in range(11) for control in (BLOCKING, WARNING)
    )

    assert [message[:9] for _, _, message in _commands(ten)] == [f"aws_x.n{number:02}" for number in range(10)]
    commands = _commands(eleven)
    for kind in ("error", "warning"):
        messages = [message for found, _, message in commands if found == kind]
        assert messages[9] == "And 2 more of this kind; the log of this step has them all."
        assert len(messages) == 12


def test_what_means_something_to_the_runner_is_escaped() -> None:
    hostile = "a,line=9::%0A\r\n::set-output name=x::y ##[error]\x1b[31m"
    position = Position("a,b:c%.tf", 1, 1)

    text = render(told([a_verdict(subject=hostile, message=hostile, position=position)]))

    assert text.count("\n") == 2
    assert text.startswith("::error file=a%2Cb%3Ac%25.tf,line=1,endLine=1,title=")
    assert "%250A" in text
    assert "\x1b" not in text


@given(subject=st.text(), message=st.text(), path=st.text())
def test_no_name_adds_a_command_or_a_property(subject: str, message: str, path: str) -> None:
    verdict = a_verdict(subject=subject, message=message, position=Position(path, 1, 2))

    ((kind, properties, _),) = _commands(told([verdict]))

    assert kind == "error"
    assert set(properties) == {"file", "line", "endLine", "title"}
    assert (properties["line"], properties["endLine"]) == ("1", "2")
