"""A unified diff, taken apart so that it can be shown with line numbers and without colour alone."""

import re
from dataclasses import dataclass
from enum import StrEnum

_HUNK = re.compile(r"^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@")
_NO_FILE = "/dev/null"


class LineKind(StrEnum):
    """What a line of a diff is."""

    CONTEXT = "context"
    ADDED = "added"
    REMOVED = "removed"
    HUNK = "hunk"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line; a number is None on the side where the line does not exist."""

    kind: LineKind
    old: int | None
    new: int | None
    text: str


@dataclass(frozen=True, slots=True)
class FileDiff:
    """What became of one file."""

    path: str
    what: str
    lines: tuple[DiffLine, ...]

    @property
    def added(self) -> int:
        """How many lines are new."""
        return sum(line.kind is LineKind.ADDED for line in self.lines)

    @property
    def removed(self) -> int:
        """How many lines are gone."""
        return sum(line.kind is LineKind.REMOVED for line in self.lines)


def parse_diff(text: str) -> tuple[FileDiff, ...]:
    """The files of a `git diff`; what cannot be understood is kept as notes, so that nothing is hidden."""
    files: list[FileDiff] = []
    block: list[str] = []
    for line in text.splitlines():
        if line.startswith("diff --git ") and block:
            files.append(_file(block))
            block = []
        block.append(line)
    if block:
        files.append(_file(block))
    return tuple(files)


def _file(block: list[str]) -> FileDiff:
    old_path = new_path = ""
    what = "changed"
    lines: list[DiffLine] = []
    old = new = 0
    is_in_hunk = False
    for line in block:
        hunk = _HUNK.match(line)
        if hunk:
            is_in_hunk = True
            old, new = int(hunk[1]), int(hunk[2])
            lines.append(DiffLine(LineKind.HUNK, None, None, line))
        elif is_in_hunk:
            lines.append(_line(line, old, new))
            old += line[:1] in (" ", "-", "")
            new += line[:1] in (" ", "+", "")
        elif line.startswith("--- "):
            old_path = _path(line)
        elif line.startswith("+++ "):
            new_path = _path(line)
        elif line.startswith("new file"):
            what = "new"
        elif line.startswith("deleted file"):
            what = "deleted"
        elif not line.startswith(("diff --git ", "index ", "similarity ")):
            lines.append(DiffLine(LineKind.NOTE, None, None, line))
    path = next((item for item in (new_path, old_path) if item and item != _NO_FILE), _named(block[0]))
    return FileDiff(path, what, tuple(lines))


def _line(line: str, old: int, new: int) -> DiffLine:
    match line[:1]:
        case "+":
            return DiffLine(LineKind.ADDED, None, new, line[1:])
        case "-":
            return DiffLine(LineKind.REMOVED, old, None, line[1:])
        case "\\":
            return DiffLine(LineKind.NOTE, None, None, line)
        case _:
            return DiffLine(LineKind.CONTEXT, old, new, line[1:])


def _path(line: str) -> str:
    path = line[4:].partition("\t")[0]
    return path[2:] if path.startswith(("a/", "b/")) else path


def _named(line: str) -> str:
    return line.rpartition(" b/")[2] if line.startswith("diff --git ") else ""
