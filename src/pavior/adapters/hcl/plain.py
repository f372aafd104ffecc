"""HCL as most of it is written, each line with one pattern.

That is texts without anything to fill in, whole numbers, names, lists and objects of those, and where blocks begin.
What is written in another way, or wrongly, matches nothing here and is read token by token. So it only has to be right
about what it takes, and then gives exactly what `grammar` and `syntax` would.
"""

import re
from bisect import bisect_right
from typing import Final

from pavior.adapters.hcl.expressions import Expression, GetAttribute, Literal, Name, Object, Span, Traversal, Tuple
from pavior.adapters.hcl.scanning import MAXIMUM_DEPTH, Scanner

CONSTANTS: Final = {"true": Literal(value=True), "false": Literal(value=False), "null": Literal(None)}
# Deeper than this, what is nested is counted level by level.
PLAIN_DEPTH: Final = MAXIMUM_DEPTH - 5

# Letters of other alphabets are allowed too, seldom, and slower.
_WORD = r"[A-Za-z_][A-Za-z0-9_-]*+"
_TEXT = r'[^"\\$%\n]*+'
_ESCAPED_TEXT = r'(?:[^"\\$%\n]++|\\[nrt"\\])*+'
_VALUE = rf'(?:"(?P<text>{_ESCAPED_TEXT})"|(?P<name>{_WORD}(?:\.{_WORD})*+)|(?P<number>[0-9]{{1,18}}+))'
_LINE_END = r"[ \t\r]*+\n[ \t\r\n]*+"

# `name = value` with the end of its line, `name = {` or `name = [` before anything, and `type "label" {` with the end.
STATEMENT: Final = re.compile(
    rf"(?P<word>{_WORD})[ \t]*+"
    rf"(?:=[ \t]*+(?:{_VALUE}{_LINE_END}|(?P<open>[\[{{]))"
    rf'|(?P<labels>(?:(?:"{_TEXT}"|{_WORD})[ \t]*+)*+)(?P<block>\{{){_LINE_END})'
)
_LABEL = re.compile(rf'"({_TEXT})"|({_WORD})')
LINE_END: Final = re.compile(_LINE_END)
_QUOTED = re.compile(rf'"({_ESCAPED_TEXT})"')
_ESCAPE = re.compile(r"\\(.)")
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t"}
_PAIR = re.compile(
    rf'(?:"(?P<key>{_TEXT})"|(?P<bare>{_WORD}))[ \t]*+[=:][ \t]*+{_VALUE}'
    r"[ \t\r]*+(?:,[ \t\r\n]*+|\n[ \t\r\n]*+|(?=\}))"
)
_ITEM = re.compile(rf"{_VALUE}[ \t\r\n]*+(?:,[ \t\r\n]*+|(?=\]))")
_SPACE = re.compile(r"[ \t\r\n]*+")


def plain_value(found: re.Match[str]) -> Expression:
    """What one of the patterns above found as a value, which is on one line."""
    kind = found.lastgroup or ""
    if kind == "text":
        return Literal(_unescaped(found[kind]))
    if kind == "number":
        return Literal(int(found[kind]))
    name = found["name"]
    if name in CONSTANTS:
        return CONSTANTS[name]
    root, *steps = name.split(".")
    if not steps:
        return Name(root)
    return Traversal(CONSTANTS.get(root) or Name(root), tuple(map(GetAttribute, steps)))


def read_quoted(scanner: Scanner, at: int) -> tuple[Expression, int] | None:
    """The text whose quote is at `at`, and where it ends; None when something in it is to be filled in."""
    found = _QUOTED.match(scanner.text, at)
    return None if found is None else (Literal(_unescaped(found[1])), found.end())


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[1]), text) if "\\" in text else text


def read_labels(text: str) -> tuple[str, ...]:
    """What stands between the type of a block and its brace."""
    parts = text.split('"')
    if not "".join(parts[::2]).strip():
        return tuple(parts[1::2])
    return tuple(quoted or word for quoted, word in _LABEL.findall(text))


def read_plain(scanner: Scanner, at: int) -> tuple[Expression, int] | None:
    """The list or object whose opening sign is at `at`, and where it ends; None when it is not as plain as that."""
    return _list(scanner, at) if scanner.text[at] == "[" else _object(scanner, at)


def _list(scanner: Scanner, at: int) -> tuple[Expression, int] | None:
    text, lines = scanner.text, scanner.lines
    line = bisect_right(lines, at)
    items: list[Expression] = []
    spans: list[Span] = []
    at = _behind_space(text, at + 1)
    while text[at : at + 1] != "]":
        found = _ITEM.match(text, at)
        if found is None or (not items and (found["name"] or "").partition(".")[0] == "for"):
            return None
        items.append(plain_value(found))
        while lines[line] <= at:
            line += 1
        spans.append(Span(line, line, at - lines[line - 1] + 1))
        at = found.end()
    return Tuple(tuple(items), tuple(spans)), at + 1


def _object(scanner: Scanner, at: int) -> tuple[Expression, int] | None:
    text, lines = scanner.text, scanner.lines
    line = bisect_right(lines, at)
    items: list[tuple[Expression, Expression]] = []
    spans: list[Span] = []
    at = _behind_space(text, at + 1)
    while text[at : at + 1] != "}":
        found = _PAIR.match(text, at)
        if found is None:
            return None
        key, bare = found.group("key", "bare")
        if bare == "for" and not items:
            return None
        items.append((Literal(bare if key is None else key), plain_value(found)))
        while lines[line] <= at:
            line += 1
        spans.append(Span(line, line, at - lines[line - 1] + 1))
        at = found.end()
    return Object(tuple(items), tuple(spans)), at + 1


def _behind_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return at if found is None else found.end()
