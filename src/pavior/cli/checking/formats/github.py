"""Commands for the runner of GitHub Actions, which shows them as annotations beside the lines.

Source: docs.github.com, "Workflow commands for GitHub Actions"; escapes as in actions/toolkit,
packages/core/src/command.ts. A step shows ten annotations of each kind, so the tenth says how many there are; the log
shows all.
"""

from collections.abc import Iterator

from msgspec import Struct, field

from pavior.cli.checking.formats import Told
from pavior.cli.checking.items import Item, Standing
from pavior.cli.printing import clean, one_line
from pavior.kernel.verdicts import Position
from pavior.policy.rendering import ways_on

MOST_ANNOTATIONS = 10
_KINDS = {
    Standing.STOPS: "error",
    Standing.WARNED_OF: "warning",
    Standing.OBSERVED: "notice",
    Standing.WAIVED: "notice",
    Standing.SET_ASIDE: "notice",
    Standing.NOT_KNOWN: "notice",
}
_IN_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_IN_PROPERTY = {**_IN_DATA, ":": "%3A", ",": "%2C"}


class _Command(Struct, frozen=True):
    kind: str
    title: str
    message: str
    place: dict[str, str] = field(default_factory=dict)


def render(told: Told) -> str:
    """One command a line, errors first, and the sum as a plain line at the end."""
    # Ten of a kind are shown, so what matters least comes last.
    remarks = list(_of_reading(told))
    stopping = [command for command in remarks if command.kind == "error"]
    others = [command for command in remarks if command.kind != "error"]
    commands = [*stopping, *map(_of_item, told.items), *others]
    lines: list[str] = []
    for kind in ("error", "warning", "notice"):
        lines += map(_line, _announced([command for command in commands if command.kind == kind]))
    # Also a command of the older kind, which begins anywhere in a line, is only text here.
    sentence = one_line(told.sentence).replace("##[", "## [")
    return "".join(f"{line}\n" for line in (*lines, f"pavior check: {sentence}"))


def _announced(commands: list[_Command]) -> list[_Command]:
    if len(commands) <= MOST_ANNOTATIONS:
        return commands
    shown = MOST_ANNOTATIONS - 1
    more = len(commands) - shown
    told = _Command(
        commands[0].kind, "pavior check", f"And {more} more of this kind; the log of this step has them all."
    )
    return [*commands[:shown], told, *commands[shown:]]


def _of_reading(told: Told) -> Iterator[_Command]:
    for remark in told.remarks:
        if remark.does_stop:
            yield _Command("error", remark.code, f"{remark.text}\nfix: {remark.fix}" if remark.fix else remark.text)
        elif remark.does_matter or remark.code == "passed-over":
            place = _place(remark.position)
            yield _Command("notice", remark.code.replace("-", " "), f"{remark.subject}: {remark.text}", place)


def _of_item(item: Item) -> _Command:
    denial = item.denial
    lines = [f"{one_line(denial.subject)}: {denial.outcome.value}: {one_line(denial.message)}"]
    lines += [f"It is {item.waived.told}."] if item.waived else []
    if item.standing is not Standing.NOT_KNOWN:
        lines += [f"risk: {denial.risk}", "fix:", denial.fix.strip("\n")]
    lines.append(f"lesson: {denial.lesson}")
    if item.is_to_be_decided:
        lines += map(one_line, ways_on(denial))
    return _Command(
        _KINDS[item.standing], f"{denial.control} ({denial.severity.value})", "\n".join(lines), _place(denial.position)
    )


def _place(position: Position | None) -> dict[str, str]:
    if position is None:
        return {}
    end = max(position.line, position.end_line)
    return {"file": position.path, "line": str(position.line), "endLine": str(end)}


def _line(command: _Command) -> str:
    properties = {**command.place, "title": command.title}
    told = ",".join(f"{name}={_escaped(clean(value), _IN_PROPERTY)}" for name, value in properties.items())
    return f"::{command.kind} {told}::{_escaped(clean(command.message), _IN_DATA)}"


def _escaped(text: str, escapes: dict[str, str]) -> str:
    return "".join(escapes.get(character, character) for character in text)
