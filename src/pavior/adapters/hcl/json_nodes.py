"""JSON as a tree that knows where each part stands. Nothing is guessed: what JSON does not allow is refused."""

import json
import re
from typing import TypeAlias

from msgspec import Struct

from pavior.adapters.hcl.expressions import Span
from pavior.adapters.hcl.scanning import Scanner
from pavior.adapters.hcl.values import EvaluationError, read_number

_SPACE = re.compile(r"[ \t\r\n]*")
_TOKEN = re.compile(
    r'(?P<text>"(?:[^"\\\x00-\x1f]|\\.)*")'
    r"|(?P<number>-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)"
    r"|(?P<word>true|false|null)"
    r"|(?P<sign>[{}\[\],:])"
)
_WORDS = {"true": True, "false": False, "null": None}


class JsonObject(Struct, frozen=True):
    """`{...}`: name, where its pair stands, and value; a name may stand there twice."""

    items: "tuple[tuple[str, Span, JsonNode], ...]"
    span: Span


class JsonArray(Struct, frozen=True):
    """`[...]`."""

    items: "tuple[JsonNode, ...]"
    span: Span


class JsonScalar(Struct, frozen=True):
    """A text, a number, true, false or null."""

    value: bool | int | float | str | None
    span: Span


JsonNode: TypeAlias = JsonObject | JsonArray | JsonScalar


def read_nodes(scanner: Scanner) -> JsonNode:
    """The whole text of the scanner, whose own place is not used.

    Raises:
        InvalidError: `source-unparsable`, `source-too-complex`.
    """
    reader = _Reader(scanner)
    reader.advance()
    node = reader.value()
    if reader.kind:
        raise reader.error("the end")
    return node


class _Reader:
    """The token here is `kind` and `lexeme`, from `start` to `end`; at the end of the text `kind` is empty."""

    def __init__(self, scanner: Scanner) -> None:
        self.scanner = scanner
        self.kind, self.lexeme, self.start, self.end = "", "", 0, 0
        self.last_end = 0

    def advance(self) -> None:
        text = self.scanner.text
        self.last_end = self.end
        space = _SPACE.match(text, self.end)
        self.start = space.end() if space else self.end
        token = _TOKEN.match(text, self.start)
        if token is None:
            if self.start < len(text):
                raise self.scanner.error(f"the character {text[self.start]!r} means nothing here", self.start)
            self.kind, self.lexeme, self.end = "", "", self.start
            return
        self.kind, self.lexeme, self.end = str(token.lastgroup), token.group(), token.end()

    def value(self) -> JsonNode:
        start = self.start
        # The scanner counts levels, and names the line of its own place.
        self.scanner.start = start
        self.scanner.deeper()
        try:
            if self._is_at("{"):
                return JsonObject(tuple(self._pairs()), self._span(start))
            if self._is_at("["):
                return JsonArray(tuple(self._elements()), self._span(start))
            return JsonScalar(self._scalar(), self._span(start))
        finally:
            self.scanner.depth -= 1

    def _pairs(self) -> list[tuple[str, Span, JsonNode]]:
        pairs: list[tuple[str, Span, JsonNode]] = []
        self.advance()
        while not self._is_at("}"):
            if pairs:
                self._leave(",")
            start = self.start
            if self.kind != "text":
                raise self.error("a name in quotes")
            name = self._text()
            self.advance()
            self._leave(":")
            value = self.value()
            pairs.append((name, self._span(start), value))
        self.advance()
        return pairs

    def _elements(self) -> list[JsonNode]:
        elements: list[JsonNode] = []
        self.advance()
        while not self._is_at("]"):
            if elements:
                self._leave(",")
            elements.append(self.value())
        self.advance()
        return elements

    def _scalar(self) -> bool | int | float | str | None:
        value: bool | int | float | str | None
        match self.kind:
            case "text":
                value = self._text()
            case "word":
                value = _WORDS[self.lexeme]
            case "number":
                try:
                    value = read_number(self.lexeme)
                except EvaluationError as error:
                    raise self.scanner.error(str(error), self.start) from None
            case _:
                raise self.error("a value")
        self.advance()
        return value

    def _text(self) -> str:
        try:
            text = json.loads(self.lexeme)
            text.encode()
        except ValueError:
            raise self.scanner.error("a text has an escape sequence that is none", self.start) from None
        return str(text)

    def _is_at(self, sign: str) -> bool:
        return self.kind == "sign" and self.lexeme == sign

    def _leave(self, sign: str) -> None:
        if not self._is_at(sign):
            raise self.error(repr(sign))
        self.advance()

    def _span(self, start: int) -> Span:
        return self.scanner.span(start, max(self.last_end, start + 1))

    def error(self, expected: str) -> Exception:
        found = repr(self.lexeme[:40]) if self.kind else "the end of the file"
        return self.scanner.error(f"expected {expected}, found {found}", self.start)
