"""YAML that somebody else wrote, read safely into JSON trees, with the line of everything.

The scalars are those of YAML 1.2's core schema, as Backstage reads them: `on` and `2026-01-31` are texts. No tag
makes an object, no alias makes a tree grow beyond the limits below, and nothing here recurses.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from pavior.catalog.scalars import resolve_scalar

MAXIMUM_BYTES = 1024 * 1024
MAXIMUM_DEPTH = 60
# A node is a value; what an alias stands for counts each time.
MAXIMUM_NODES = 50_000
MAXIMUM_DOCUMENTS = 500
MAXIMUM_PROBLEMS = 50

# libyaml where PyYAML was built with it: about ten times faster, and its nesting is bounded.
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG = "tag:yaml.org,2002:"
_NEXT_DOCUMENT = re.compile(r"^---(?=\s|$)", re.MULTILINE)

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Bounds:
    """How large a file may be."""

    size_bytes: int = MAXIMUM_BYTES
    nodes: int = MAXIMUM_NODES


BOUNDS = Bounds()


@dataclass(frozen=True, slots=True)
class YamlDocument:
    """One document. `value` is a tree of dict, list, str, int, float, bool and None; every key is a str.

    Args:
        line: Where its first value stands, from 1; `end_line` where it ends.
        lines: Path of keys and indexes to line.
    """

    value: object
    line: int
    end_line: int
    lines: Mapping[Path, int] = field(repr=False)

    def line_of(self, path: Path) -> int:
        """Where the value at `path` stands, or the nearest one around it that is there."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, self.line)


@dataclass(frozen=True, slots=True)
class YamlProblem:
    """Why a document, or a whole text, was not taken."""

    code: str
    message: str
    fix: str
    line: int


@dataclass(frozen=True, slots=True)
class YamlReading:
    """The documents that could be read, in order, and what is wrong with the others. Empty documents are left out."""

    documents: tuple[YamlDocument, ...]
    problems: tuple[YamlProblem, ...]


def read_documents(body: bytes, bounds: Bounds = BOUNDS) -> YamlReading:
    """Every document of a file; one that is wrong does not hide those after it."""
    if len(body) > bounds.size_bytes:
        return _nothing(
            "yaml-too-large",
            f"The file has more than {bounds.size_bytes} bytes.",
            "Split it into several files.",
        )
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        return _nothing("yaml-not-text", "The file is not UTF-8.", "Save it as UTF-8.", line)
    documents: list[YamlDocument] = []
    problems: list[YamlProblem] = []
    start, first_line = 0, 1
    while start < len(text):
        next_line = _read_until_error(text[start:], first_line, bounds, documents, problems)
        if next_line is None or len(problems) >= MAXIMUM_PROBLEMS or len(documents) >= MAXIMUM_DOCUMENTS:
            break
        following = _NEXT_DOCUMENT.search(text, max(_offset(text, next_line), start + 1))
        if following is None:
            break
        first_line += text.count("\n", start, following.start())
        start = following.start()
    # What is missing at the end is missed one line further on.
    last_line = max(1, text.count("\n") + (not text.endswith("\n")))
    return YamlReading(
        tuple(documents), tuple(replace(problem, line=min(problem.line, last_line)) for problem in problems)
    )


def _read_until_error(
    text: str, first_line: int, bounds: Bounds, documents: list[YamlDocument], problems: list[YamlProblem]
) -> int | None:
    """Add what is found, and give the first line where the next document may begin, or None at the end."""
    building: _Building | None = None
    try:
        for event in yaml.parse(text, Loader=LOADER):
            mark: Any = event.start_mark
            if isinstance(event, DocumentStartEvent):
                if len(documents) + len(problems) >= MAXIMUM_DOCUMENTS:
                    problems.append(_too_many(mark.line + first_line))
                    return None
                building = _Building(first_line, bounds.nodes)
            elif isinstance(event, DocumentEndEvent) and building is not None:
                # Without a marker of its own a document ends where the next one begins.
                end_line = mark.line + first_line - (mark.column == 0)
                building.finish(end_line, documents)
                building = None
            elif building is not None:
                building.take(event, mark.line + first_line)
    except _RefusedError as refused:
        # Nothing more of this document is read: it may be hostile.
        problems.append(refused.problem)
        return refused.problem.line + 1
    except yaml.MarkedYAMLError as error:
        where = error.problem_mark or error.context_mark
        line = first_line + (0 if where is None else where.line)
        problem = _malformed(str(error.problem or error.context), line)
        # A document that is wrong in the line of its own marker is met twice.
        if problem not in problems[-1:]:
            problems.append(problem)
        return line
    except yaml.reader.ReaderError as error:
        line = first_line + text.count("\n", 0, error.position)
        problems.append(_malformed("it holds a character that YAML does not allow", line))
        return line
    return None


class _RefusedError(Exception):
    """The document that is being built is not taken."""

    def __init__(self, problem: YamlProblem) -> None:
        super().__init__(problem.code)
        self.problem = problem


@dataclass(slots=True)
class _Node:
    """A value with what it costs, so that an alias to it can be counted."""

    value: object
    size: int = 1
    depth: int = 1


@dataclass(slots=True)
class _Open:
    """A mapping or sequence whose end has not come yet."""

    node: _Node
    anchor: str | None
    path: Path
    key: str | None = None


class _Building:
    """One document, built from its events."""

    def __init__(self, first_line: int, most_nodes: int) -> None:
        self._first_line = first_line
        self._most_nodes = most_nodes
        self._open: list[_Open] = []
        self._anchors: dict[str, _Node | None] = {}
        self._lines: dict[Path, int] = {}
        self._root: _Node | None = None
        self._nodes = 0

    def finish(self, end_line: int, documents: list[YamlDocument]) -> None:
        """Add the document to those that were read."""
        if self._root is not None and self._root.value is not None:
            line = self._lines.get((), self._first_line)
            documents.append(YamlDocument(self._root.value, line, max(line, end_line), self._lines))

    def take(self, event: Event, line: int) -> None:
        """The next event, at `line`. Raises `_RefusedError`."""
        match event:
            case ScalarEvent():
                self._scalar(event, line)
            case AliasEvent():
                self._alias(event.anchor or "", line)
            case MappingStartEvent():
                self._start({}, "map", event, line)
            case SequenceStartEvent():
                self._start([], "seq", event, line)
            case MappingEndEvent() | SequenceEndEvent():
                self._end()

    def _scalar(self, event: ScalarEvent, line: int) -> None:
        parent = self._open[-1] if self._open else None
        if parent is not None and isinstance(parent.node.value, dict) and parent.key is None:
            _require_text(event.value, line)
            if event.value in parent.node.value:
                raise _refused("yaml-key-twice", f"The key {event.value[:60]!r} stands there twice.", _ONCE, line)
            parent.key = event.value
            if event.anchor:
                self._anchors[event.anchor] = _Node(event.value)
            return
        node = _Node(_scalar_value(event, line))
        if event.anchor:
            self._anchors[event.anchor] = node
        self._add(node, line)

    def _alias(self, anchor: str, line: int) -> None:
        node = self._anchors.get(anchor)
        if node is None:
            why = "stands inside of what it names" if anchor in self._anchors else "names nothing"
            raise _refused("yaml-alias-refused", f"The alias *{anchor[:60]} {why}.", "Write the value out.", line)
        parent = self._open[-1] if self._open else None
        if parent is not None and isinstance(parent.node.value, dict) and parent.key is None:
            raise _refused("yaml-key-not-text", "A key is an alias.", "Write the key out.", line)
        self._add(node, line)

    def _start(self, value: object, tag: str, event: MappingStartEvent | SequenceStartEvent, line: int) -> None:
        _require_tag(event.tag, {tag}, line)
        parent = self._open[-1] if self._open else None
        if parent is not None and isinstance(parent.node.value, dict) and parent.key is None:
            raise _refused(
                "yaml-key-not-text",
                "A key is a mapping or a list.",
                "Write keys as text; a template that was not rendered, such as {{ name }}, looks like this too.",
                line,
            )
        if event.anchor:
            self._anchors[event.anchor] = None
        path = self._place()
        self._lines.setdefault(path, line)
        self._open.append(_Open(_Node(value), event.anchor, path))
        self._require_bounds(len(self._open), 1, line)

    def _end(self) -> None:
        closed = self._open.pop()
        if closed.anchor:
            self._anchors[closed.anchor] = closed.node
        self._put(closed.node)

    def _add(self, node: _Node, line: int) -> None:
        self._require_bounds(len(self._open) + node.depth, node.size, line)
        self._lines.setdefault(self._place(), line)
        self._put(node)

    def _put(self, node: _Node) -> None:
        if not self._open:
            self._root = node
            return
        parent = self._open[-1]
        parent.node.size += node.size
        parent.node.depth = max(parent.node.depth, node.depth + 1)
        if isinstance(parent.node.value, dict):
            parent.node.value[parent.key] = node.value
            parent.key = None
        elif isinstance(parent.node.value, list):
            parent.node.value.append(node.value)

    def _place(self) -> Path:
        if not self._open:
            return ()
        parent = self._open[-1]
        if isinstance(parent.node.value, list):
            return (*parent.path, len(parent.node.value))
        return (*parent.path, parent.key or "")

    def _require_bounds(self, depth: int, nodes: int, line: int) -> None:
        self._nodes += nodes
        if depth > MAXIMUM_DEPTH:
            raise _refused("yaml-too-deep", f"It is nested deeper than {MAXIMUM_DEPTH} levels.", "Flatten it.", line)
        if self._nodes > self._most_nodes:
            raise _refused(
                "yaml-too-large",
                f"It has more than {self._most_nodes} values, counting what each alias stands for.",
                "Write less, or use fewer aliases.",
                line,
            )


_ONCE = "Keep one of the two."


def _scalar_value(event: ScalarEvent, line: int) -> object:
    _require_text(event.value, line)
    _require_tag(event.tag, {"str", "int", "float", "bool", "null"}, line)
    if event.tag in {None, "!"}:
        is_plain = event.tag is None and event.implicit[0]
        return _resolved(event.value, line) if is_plain else event.value
    if event.tag == f"{_TAG}str":
        return event.value
    value = _resolved(event.value, line)
    wanted = event.tag.removeprefix(_TAG)
    if _TYPES[wanted] is not type(value):
        if wanted == "float" and type(value) is int:
            return float(value)
        raise _refused(
            "yaml-tag-refused", f"{event.value[:60]!r} is no {wanted}.", "Remove the tag, or correct the value.", line
        )
    return value


_TYPES: dict[str, type] = {"int": int, "float": float, "bool": bool, "null": type(None)}


def _resolved(text: str, line: int) -> object:
    try:
        return resolve_scalar(text)
    except ValueError as error:
        raise _refused(
            "yaml-number-refused", f"The number {text[:40]} cannot be kept: {error}.", "Put it in quotes.", line
        ) from None


def _require_tag(tag: str | None, allowed: set[str], line: int) -> None:
    if tag is not None and tag != "!" and tag.removeprefix(_TAG) not in allowed:
        raise _refused(
            "yaml-tag-refused",
            f"The tag {tag[:80]} is not read here.",
            "Remove it and write the value out as text, number, list or mapping.",
            line,
        )


def _require_text(text: str, line: int) -> None:
    if "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise _refused("yaml-not-text", "It holds a character that no text may have.", "Remove the escape.", line)


def _refused(code: str, message: str, fix: str, line: int) -> _RefusedError:
    return _RefusedError(YamlProblem(code, message, fix, line))


def _malformed(why: str, line: int) -> YamlProblem:
    return YamlProblem(
        "yaml-malformed",
        f"This is not YAML: {why}.",
        "Correct it at that line; a template that was not rendered, such as {{ name }}, looks like this too.",
        line,
    )


def _too_many(line: int) -> YamlProblem:
    return YamlProblem(
        "yaml-too-large",
        f"The file has more than {MAXIMUM_DOCUMENTS} documents; the rest was not read.",
        "Split it into several files.",
        line,
    )


def _nothing(code: str, message: str, fix: str, line: int = 1) -> YamlReading:
    return YamlReading((), (YamlProblem(code, message, fix, line),))


def _offset(text: str, line: int) -> int:
    """Where line `line`, counted from 1, begins."""
    offset = 0
    for _ in range(line - 1):
        found = text.find("\n", offset)
        if found < 0:
            return len(text)
        offset = found + 1
    return offset
