"""Answers on a screen, in a pipe, and as JSON."""

import io
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pavior.cli.answer import Answer, Facts, Table, Text, to_json
from pavior.cli.narrating import Bar, Lines, Silence, narrator
from pavior.cli.printing import clean, print_answer
from pavior.kernel.refs import Ref
from pavior.runs.model import LogLine, Run, RunState

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


class Screen(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True, slots=True)
class Thing:
    ref: Ref
    colour: Colour
    at: datetime
    secret: str = field(repr=False)
    words: frozenset[str] = frozenset({"b", "a"})


THING = Thing(Ref("service", "default", "orders"), Colour.RED, NOON, "hunter2")
ANSWER = Answer(
    THING,
    (
        Facts((("service", "orders"), ("note", ""))),
        Table(("name", "what"), (("orders", "two\nlines"), ("x", "[red]no markup[/red]")), "None."),
        Table(("name",), (), "Nothing here."),
        Text("Next: nothing."),
    ),
)


def printed(stream: io.StringIO, *, is_json: bool = False) -> str:
    print_answer(ANSWER, is_json=is_json, stream=stream)
    return stream.getvalue()


def test_json_shows_references_enums_and_instants_as_text_and_no_secret() -> None:
    assert json.loads(printed(io.StringIO(), is_json=True)) == {
        "ref": "service:default/orders",
        "colour": "red",
        "at": "2026-11-24T12:00:00.000000Z",
        "words": ["a", "b"],
    }


def test_a_type_without_a_json_form_is_a_bug() -> None:
    with pytest.raises(TypeError, match="complex has no JSON form"):
        to_json(1j)


def test_in_a_pipe_a_row_is_a_line_and_columns_are_aligned() -> None:
    assert printed(io.StringIO()).splitlines() == [
        "service  orders",
        "NAME    WHAT",
        "orders  two lines",
        "x       [red]no markup[/red]",
        "Nothing here.",
        "Next: nothing.",
    ]


def test_on_a_screen_markup_in_values_is_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)

    shown = printed(Screen())

    assert "[red]no markup[/red]" in shown
    assert "\x1b[" in shown


def test_no_color_is_respected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")

    shown = printed(Screen())

    assert "orders" in shown
    assert "\x1b[3" not in shown


def test_a_terminal_wraps_texts_itself_so_that_what_is_copied_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "20")
    screen = Screen()

    print_answer(Answer(None, (Text("word " * 20 + "end"),)), is_json=False, stream=screen)

    assert screen.getvalue() == "word " * 20 + "end\n"


def test_a_dumb_terminal_gets_plain_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")

    assert printed(Screen()) == printed(io.StringIO())


@given(st.text())
def test_cleaned_text_holds_no_control_characters(text: str) -> None:
    assert all(character in "\n\t" or character.isprintable() for character in clean(text))


@given(st.text(alphabet=st.characters(categories=("L", "N", "P"))))
def test_cleaning_leaves_words_as_they_are(text: str) -> None:
    assert clean(text) == text


def a_run() -> Run:
    return Run(
        "plan-C-1-1", "plan_change", "change:orders/C-1", "orders", "orders/dev", "mara", RunState.RUNNING, NOON,
        step="gate", progress=1, progress_total=3,
    )  # fmt: skip


def test_a_program_hears_nothing_while_it_waits(capsys: pytest.CaptureFixture[str]) -> None:
    with narrator(is_json=True) as told:
        told.line(LogLine(1, NOON, "planning"))
        told.progress(a_run())

    assert isinstance(told, Silence)
    assert capsys.readouterr() == ("", "")


def test_a_pipe_gets_the_log_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    with narrator(is_json=False) as told:
        told.line(LogLine(1, NOON, "planning\x1b[2J"))
        told.progress(a_run())

    assert isinstance(told, Lines)
    assert capsys.readouterr() == ("", "planning[2J\n")


def test_a_person_sees_a_bar_with_the_step_and_the_log_above_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    with Bar() as told:
        told.line(LogLine(1, NOON, "planning"))
        told.progress(a_run())

    captured = capsys.readouterr()
    assert captured.out == ""
    assert "planning" in captured.err
    assert "gate" in captured.err
