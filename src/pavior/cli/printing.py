"""Putting answers and errors on the screen: Rich for a person at a terminal, plain lines otherwise."""

import os
import sys
from typing import TYPE_CHECKING, TextIO

from pavior.cli.answer import Answer, Facts, Part, Table, Text, to_json
from pavior.kernel.errors import PaviorError

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

_GAP = "  "


def clean(text: str) -> str:
    """The text without control characters: names and messages come from repositories, and must not steer terminals."""
    # Nearly every text is printable, and asking a whole text is faster than asking each of its characters.
    if text.isprintable():
        return text
    return "\n".join(line if line.isprintable() else _printable(line) for line in text.split("\n"))


def _printable(line: str) -> str:
    return "".join(character for character in line if character == "\t" or character.isprintable())


def one_line(text: str) -> str:
    """The same on one line: a name with line breaks in it makes no line of its own."""
    # Nearly every text is one already, and what is printable has no other white space than spaces.
    if text.isprintable() and "  " not in text and text.strip() == text:
        return text
    return " ".join(clean(text).split())


def print_answer(answer: Answer, *, is_json: bool, stream: TextIO) -> None:
    """Write it: one JSON document, a Rich rendering, or plain text."""
    if is_json:
        stream.write(_document(answer.document))
    elif is_rich(stream):
        console = _console(stream)
        for part in answer.parts:
            # A text is left to the terminal to wrap: what is copied from it is then whole.
            console.print(_rich(part), soft_wrap=isinstance(part, Text))
    else:
        stream.write(plain_answer(answer))
    stream.flush()


def plain_answer(answer: Answer) -> str:
    """What people see, without colour or any other control character."""
    return "".join(f"{_plain(part)}\n" for part in answer.parts)


def print_error(error: PaviorError, *, is_json: bool) -> None:
    """`code: summary` and the fix, to stderr; with --json a document on stdout."""
    if is_json:
        document = {
            "error": {
                "code": error.code,
                "summary": error.summary,
                "fix": error.fix,
                "exit_status": error.exit_status,
            }
        }
        sys.stdout.write(_document(document))
        sys.stdout.flush()
        return
    sys.stderr.write(f"{error.code}: {clean(error.summary)}\n  fix: {clean(error.fix)}\n")


def _document(value: object) -> str:
    # People are told without it.
    import json

    return json.dumps(to_json(value), indent=2, ensure_ascii=False) + "\n"


def is_rich(stream: TextIO) -> bool:
    """Whether a person watches `stream` at a terminal that can draw."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def _console(stream: TextIO) -> "Console":
    from rich.console import Console

    return Console(file=stream, highlight=False, markup=False, emoji=False)


def _rich(part: Part) -> "RenderableType":
    from rich import box
    from rich import table as rich_table
    from rich.text import Text as RichText

    match part:
        case Text():
            return RichText(clean(part.text))
        case Table(rows=()):
            return RichText(clean(part.empty), style="dim")
        case Table():
            shown = rich_table.Table(box=box.SIMPLE_HEAD, pad_edge=False)
            for column in part.columns:
                shown.add_column(column, overflow="fold")
            for row in part.rows:
                shown.add_row(*(RichText(clean(cell), style=_style(cell)) for cell in row))
            return shown
        case Facts():
            grid = rich_table.Table.grid(padding=(0, 2))
            for name, value in part.rows:
                if value:
                    grid.add_row(RichText(name, style="dim"), RichText(clean(value), style=_style(value)))
            return grid


# Colour repeats what the word says already, so nothing is lost without it.
_STYLES = {
    **dict.fromkeys(("blocked", "block", "failed", "critical", "errored", "rejected", "denied"), "red"),
    **dict.fromkeys(("awaiting-approval", "high", "drifted", "unknown", "warn", "requested"), "yellow"),
    **dict.fromkeys(("verified", "allowed", "passed", "succeeded", "deployed", "approved", "pass"), "green"),
}


def _style(cell: str) -> str:
    return _STYLES.get(cell, "")


def _plain(part: Part) -> str:
    match part:
        case Text():
            return clean(part.text)
        case Table(rows=()):
            return clean(part.empty)
        case Table():
            return _aligned((tuple(column.upper() for column in part.columns), *part.rows))
        case Facts():
            return _aligned(tuple((name, value) for name, value in part.rows if value))


def _aligned(rows: tuple[tuple[str, ...], ...]) -> str:
    # One row is one line, so that grep and cut work.
    cleaned = [[one_line(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cleaned, strict=True)]
    return "\n".join(_GAP.join(map(str.ljust, row, widths)).rstrip() for row in cleaned)
