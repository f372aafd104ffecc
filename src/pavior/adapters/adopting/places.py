"""Where the parts of a file stand in its text, to the letter, and edits of them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pavior.adapters.hcl.expressions import Span
from pavior.adapters.hcl.grammar import read_expression
from pavior.adapters.hcl.scanning import Scanner
from pavior.adapters.hcl.syntax import read_block
from pavior.kernel.verdicts import Position

_BYTE_ORDER_MARK = "\ufeff"
_LINE_REST = re.compile(r"[ \t]*(?:#[^\n]*|//[^\n]*)?\r?(?:\n|\Z)")


@dataclass(frozen=True, slots=True)
class Edit:
    """`text` in place of what stands from `start` to before `end`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Pair:
    """`name = value`: from `start` to before `end`; the value begins at `value_start`."""

    start: int
    value_start: int
    end: int


@dataclass(frozen=True, slots=True)
class SourceText:
    """The text of a file, as `hcl.syntax` reads it."""

    path: str
    text: str
    has_mark: bool

    @classmethod
    def of(cls, path: str, body: bytes) -> "SourceText":
        """`body` has been read before, so it is UTF-8."""
        text = body.decode()
        return cls(path, text.removeprefix(_BYTE_ORDER_MARK), text.startswith(_BYTE_ORDER_MARK))

    @property
    def line_end(self) -> str:
        """As the file has them."""
        return "\r\n" if "\r\n" in self.text else "\n"

    def edited(self, edits: Iterable[Edit]) -> bytes:
        """The file with these edits, which do not overlap."""
        text = self.text
        for edit in sorted(edits, key=lambda item: item.start, reverse=True):
            text = text[: edit.start] + edit.text.replace("\n", self.line_end) + text[edit.end :]
        return ((_BYTE_ORDER_MARK if self.has_mark else "") + text).encode()

    def offset(self, place: Position | Span) -> int:
        """Of the first letter of something."""
        at = 0
        for _ in range(place.line - 1):
            at = self.text.index("\n", at) + 1
        return at + place.column - 1

    def attribute(self, position: Position) -> Pair:
        """An attribute of a block."""
        scanner = self._scanner(self.offset(position))
        start = scanner.start
        scanner.advance()
        return self._pair(scanner, start)

    def item(self, span: Span) -> Pair:
        """An item of an object that is written out."""
        scanner = self._scanner(self.offset(span))
        start = scanner.start
        read_expression(scanner)
        return self._pair(scanner, start)

    def block(self, position: Position) -> tuple[int, int]:
        """From the first letter of a block to behind its closing brace."""
        start = self.offset(position)
        scanner = self._scanner(start)
        name = scanner.lexeme
        scanner.advance()
        read_block(scanner, name, start)
        return start, scanner.last_end

    def lines(self, start: int, end: int) -> tuple[int, int] | None:
        """The whole lines that a part stands on, with a comment behind it; None when it shares them with others."""
        line_start = self.text.rfind("\n", 0, start) + 1
        rest = _LINE_REST.match(self.text, end)
        if self.text[line_start:start].strip() or rest is None:
            return None
        return line_start, rest.end()

    def indent(self, offset: int) -> str:
        """The space that the line of `offset` begins with."""
        line_start = self.text.rfind("\n", 0, offset) + 1
        line = self.text[line_start:offset]
        return line[: len(line) - len(line.lstrip(" \t"))]

    def next_line(self, offset: int) -> int:
        """Where the line behind the one of `offset` begins."""
        found = self.text.find("\n", offset)
        return len(self.text) if found < 0 else found + 1

    def _scanner(self, at: int) -> Scanner:
        scanner = Scanner(self.path, self.text)
        scanner.advance(at)
        return scanner

    def _pair(self, scanner: Scanner, start: int) -> Pair:
        scanner.advance()
        value_start = scanner.start
        read_expression(scanner)
        return Pair(start, value_start, scanner.last_end)
