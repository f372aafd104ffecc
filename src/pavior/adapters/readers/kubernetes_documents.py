"""YAML and JSON that hold manifests, read safely into trees, with the place of every value.

No tag makes an object, no alias makes a tree grow beyond the limits below, nothing recurses, and a document that is
wrong does not hide those after it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from pavior.adapters.readers.kubernetes_scalars import resolve_scalar
from pavior.kernel.verdicts import Position, UnknownReason
from pavior.resources.model import Unknown, Value

# Bundles of custom resource definitions have a few million bytes; a single object is limited to 1.5 million by etcd.
MAXIMUM_BYTES = 8_000_000
# The deepest schemas in use have about thirty levels.
MAXIMUM_DEPTH = 100
# Values of one file; what an alias stands for counts each time.
MAXIMUM_VALUES = 150_000
MAXIMUM_DOCUMENTS = 2_000
MAXIMUM_PROBLEMS = 20

# libyaml where PyYAML was built with it: about ten times faster.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG = "tag:yaml.org,2002:"
_KNOWN_TAGS = frozenset(f"{_TAG}{name}" for name in ("map", "seq", "str", "int", "float", "bool", "null", "binary"))
_RESOLVED_TAGS = frozenset(f"{_TAG}{name}" for name in ("int", "float", "bool", "null"))
_MERGE = "<<"
_NEXT_DOCUMENT = re.compile(r"^---(?=\s|$)", re.MULTILINE)
_LEADING_TABS = re.compile(r"^[ \t]*\t[ \t]*", re.MULTILINE)
_TEMPLATE = re.compile(r"\{\{|\{%")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_NOT_RENDERED = "it is a template that was not rendered, and so no YAML; render it first, as with helm template"

Places: TypeAlias = dict[str, Position]


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a file. `places` has the dotted path of every value below its root."""

    value: Value
    position: Position
    places: Mapping[str, Position] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a document was not taken, and in which line."""

    why: str
    line: int = 0

    def __str__(self) -> str:
        return f"line {self.line}: {self.why}" if self.line else self.why


@dataclass(frozen=True, slots=True)
class Reading:
    """The documents that could be read, in order, and what is wrong with the others. Empty ones are left out."""

    documents: tuple[Document, ...]
    problems: tuple[Problem, ...]


def read_documents(path: str, body: bytes) -> Reading:
    """Every document of a file. Raises nothing: what cannot be read is a problem."""
    refused = _why_not(body)
    if refused:
        return Reading((), (Problem(refused),))
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return Reading((), (Problem("it is not UTF-8 text", body.count(b"\n", 0, error.start) + 1),))
    if path.endswith(".json"):
        # JSON may be indented with tabs and YAML may not; one blank for each keeps the columns.
        text = _LEADING_TABS.sub(lambda found: " " * len(found[0]), text)
    reader = _Reader(path, text)
    reader.read()
    return Reading(tuple(reader.documents), tuple(reader.problems))


def _why_not(body: bytes) -> str:
    if len(body) > MAXIMUM_BYTES:
        return f"it has {len(body)} bytes, more than the {MAXIMUM_BYTES} that are read"
    if body.startswith(_UTF_16):
        return "it is UTF-16 text, and only UTF-8 is read"
    return "it holds a NUL character, and so is no text" if b"\0" in body else ""


class _Reader:
    """One file; begins again at the next `---` after what cannot be parsed."""

    def __init__(self, path: str, text: str) -> None:
        self.documents: list[Document] = []
        self.problems: list[Problem] = []
        self._path = path
        self._text = text
        self._begun = 0
        self._values = 0

    def read(self) -> None:
        start, first_line = 0, 1
        while start < len(self._text):
            line = self._read_from(start, first_line)
            if line is None:
                return
            if len(self.problems) >= MAXIMUM_PROBLEMS or self._begun > MAXIMUM_DOCUMENTS:
                self.problems.append(
                    Problem("more of it was not read: too much of it is wrong, or it has no end", line)
                )
                return
            following = _NEXT_DOCUMENT.search(self._text, max(self._offset(start, line - first_line), start + 1))
            if following is None:
                return
            first_line += self._text.count("\n", start, following.start())
            start = following.start()

    def _read_from(self, start: int, first_line: int) -> int | None:
        """Add what is found; the line after which the next document may begin, or None at the end."""
        building: _Building | None = None
        try:
            for event in yaml.parse(self._text[start:] if start else self._text, Loader=_LOADER):
                if isinstance(event, DocumentStartEvent):
                    self._begun += 1
                    if self._begun > MAXIMUM_DOCUMENTS:
                        mark: Any = event.start_mark
                        return int(mark.line) + first_line
                    building = _Building(self._path, first_line, self._values)
                elif isinstance(event, DocumentEndEvent):
                    if building is not None:
                        self._finish(building)
                    building = None
                elif building is not None:
                    building.take(event)
        except _RefusedError as refused:
            # Nothing more of this document is read: it may be hostile.
            self.problems.append(refused.problem)
            return None if refused.is_last else refused.problem.line
        except yaml.MarkedYAMLError as error:
            where: Any = error.problem_mark or error.context_mark
            line = first_line + (0 if where is None else int(where.line))
            return self._unparsable(start, line, str(error.problem or error.context))
        except (yaml.reader.ReaderError, UnicodeError):
            return self._unparsable(start, first_line, "it holds a character that YAML does not allow")
        return None

    def _finish(self, building: "_Building") -> None:
        document = building.document()
        self._values = building.values
        if document is not None:
            self.documents.append(document)

    def _unparsable(self, start: int, line: int, what: str) -> int:
        end = _NEXT_DOCUMENT.search(self._text, start + 1)
        part = self._text[start : end.start() if end else len(self._text)]
        why = _NOT_RENDERED if _TEMPLATE.search(part) else f"it is no YAML, {what}"
        last = self._text.count("\n") + 1
        self.problems.append(Problem(why, min(line, last)))
        return line

    def _offset(self, start: int, lines: int) -> int:
        """Where the line begins that is so many after the one at `start`."""
        for _ in range(lines):
            found = self._text.find("\n", start)
            if found < 0:
                return len(self._text)
            start = found + 1
        return start


class _RefusedError(Exception):
    """The document that is being built is not taken; nor are those after it, when it is the last."""

    def __init__(self, why: str, line: int, *, is_last: bool = False) -> None:
        super().__init__(why)
        self.problem = Problem(why, line)
        self.is_last = is_last


@dataclass(slots=True)
class _Node:
    """A value with what it costs, so that an alias to it can be counted."""

    value: Value
    size: int = 1
    depth: int = 1


@dataclass(slots=True)
class _Open:
    """A mapping or sequence whose end has not come yet. `line` and `column` are those of the key that names it."""

    node: _Node
    anchor: str | None
    path: str
    line: int
    column: int
    key: str | None = None
    key_line: int = 0
    key_column: int = 0
    is_unknown: bool = False


class _Building:
    """One document, built from its events."""

    def __init__(self, path: str, first_line: int, values: int) -> None:
        self.values = values
        self._path = path
        self._first_line = first_line
        self._open: list[_Open] = []
        self._anchors: dict[str, _Node | None] = {}
        self._places: Places = {}
        self._root: _Node | None = None
        self._line = 0
        self._last_line = 0

    def document(self) -> Document | None:
        """What was read, or None of an empty one."""
        if self._root is None or self._root.value is None:
            return None
        position = Position(self._path, self._line, max(self._line, self._last_line))
        return Document(self._root.value, position, self._places)

    def take(self, event: Any) -> None:
        """The next event. Raises `_RefusedError`."""
        mark = event.start_mark
        line, column = mark.line + self._first_line, mark.column + 1
        match event:
            case ScalarEvent():
                self._scalar(event, line, column)
            case MappingStartEvent():
                self._start({}, event, line, column)
            case SequenceStartEvent():
                self._start([], event, line, column)
            case MappingEndEvent() | SequenceEndEvent():
                self._end(event)
            case AliasEvent():
                self._alias(event.anchor or "", line, column)

    def _awaits_key(self) -> _Open | None:
        parent = self._open[-1] if self._open else None
        return parent if parent is not None and isinstance(parent.node.value, dict) and parent.key is None else None

    def _scalar(self, event: Any, line: int, column: int) -> None:
        parent = self._awaits_key()
        if parent is not None:
            if isinstance(parent.node.value, dict) and event.value in parent.node.value:
                raise _RefusedError(f"the key {event.value[:60]!r} stands there twice, and only one can be meant", line)
            if event.value == _MERGE and not event.implicit[0]:
                raise _RefusedError("the key << stands in quotes, where some parsers merge and others do not", line)
            parent.key, parent.key_line, parent.key_column = event.value, line, column
            if event.anchor:
                self._anchors[event.anchor] = _Node(event.value)
            return
        end = event.end_mark
        # A block of text ends where the next line begins.
        self._last_line = max(
            line, end.line + self._first_line - (end.column == 0 and end.line > event.start_mark.line)
        )
        node = _Node(_scalar_value(event))
        if event.anchor:
            self._anchors[event.anchor] = node
        self._add(node, line, column)

    def _alias(self, anchor: str, line: int, column: int) -> None:
        node = self._anchors.get(anchor)
        if node is None:
            why = "stands inside of what it names" if anchor in self._anchors else "names nothing"
            # A password that begins with * and stands without quotes looks like one, so it is not repeated.
            raise _RefusedError(f"what begins with * is an alias, and this one {why}", line)
        if self._awaits_key() is not None:
            raise _RefusedError("a key is an alias", line)
        self._last_line = line
        self._add(node, line, column)

    def _start(self, value: Value, event: Any, line: int, column: int) -> None:
        if self._awaits_key() is not None:
            raise _RefusedError(
                "a key is a mapping or a list; a template that was not rendered, such as {{ name }}, looks like this",
                line,
            )
        if event.anchor:
            self._anchors[event.anchor] = None
        path, line, column = self._place(line, column)
        opened = _Open(_Node(value), event.anchor, path, line, column)
        opened.is_unknown = event.tag is not None and event.tag not in _KNOWN_TAGS and event.tag != "!"
        self._open.append(opened)
        self._require_bounds(len(self._open), 1, line)

    def _end(self, event: Any) -> None:
        closed = self._open.pop()
        end = event.end_mark
        if end.index > event.start_mark.index:
            # The bracket that closes a flow collection; what is indented ends with its last value.
            self._last_line = end.line + self._first_line
        if isinstance(closed.node.value, dict) and _MERGE in closed.node.value:
            self._merge(closed)
        if closed.is_unknown:
            closed.node.value = _of_tag()
        if closed.anchor:
            self._anchors[closed.anchor] = closed.node
        self._put(closed.node, closed.path, closed.line, closed.column)

    def _merge(self, closed: _Open) -> None:
        """Take in what `<<` names; what is written after it goes first, then what is named first.

        Of what is written before it, parsers disagree: that of kubectl lets the merge win, others do not.
        """
        own = closed.node.value
        if not isinstance(own, dict):
            return
        written = tuple(own)
        before = written[: written.index(_MERGE)]
        named = own.pop(_MERGE)
        for source in named if isinstance(named, list) else [named]:
            if not isinstance(source, dict):
                raise _RefusedError("what << takes in is no mapping", closed.line)
            for key, value in source.items():
                if key in before and own[key] != value:
                    why = f"<< stands after the key {key[:60]!r} and names it too, and only one can be meant"
                    raise _RefusedError(why, closed.line)
                own.setdefault(key, value)

    def _add(self, node: _Node, line: int, column: int) -> None:
        self._require_bounds(len(self._open) + node.depth, node.size, line)
        path, line, column = self._place(line, column)
        self._put(node, path, line, column)

    def _put(self, node: _Node, path: str, line: int, column: int) -> None:
        if not self._open:
            self._root, self._line = node, line
            return
        self._places[path] = Position(self._path, line, max(line, self._last_line), column)
        parent = self._open[-1]
        parent.node.size += node.size
        parent.node.depth = max(parent.node.depth, node.depth + 1)
        if isinstance(parent.node.value, dict):
            parent.node.value[parent.key or ""] = node.value
            parent.key = None
        elif isinstance(parent.node.value, list):
            parent.node.value.append(node.value)

    def _place(self, line: int, column: int) -> tuple[str, int, int]:
        """The path of the value that comes, and where the eye finds it: at its key, else at itself."""
        if not self._open:
            return "", line, column
        parent = self._open[-1]
        if isinstance(parent.node.value, list):
            name = str(len(parent.node.value))
        else:
            name, line, column = parent.key or "", parent.key_line, parent.key_column
        return (f"{parent.path}.{name}" if parent.path else name), line, column

    def _require_bounds(self, depth: int, values: int, line: int) -> None:
        self.values += values
        if depth > MAXIMUM_DEPTH:
            raise _RefusedError(f"it is nested deeper than {MAXIMUM_DEPTH} levels", line)
        if self.values > MAXIMUM_VALUES:
            why = (
                f"it has more than {MAXIMUM_VALUES} values, counting what each alias stands for; no more of it is read"
            )
            raise _RefusedError(why, line, is_last=True)


def _of_tag() -> Unknown:
    return Unknown(UnknownReason.NOT_EVALUATED, "it has a tag that only another program understands")


def _scalar_value(event: Any) -> Value:
    tag = event.tag
    if tag is None or tag == "!":
        return resolve_scalar(event.value) if tag is None and event.implicit[0] else str(event.value)
    if tag in _RESOLVED_TAGS:
        return resolve_scalar(event.value)
    return str(event.value) if tag in _KNOWN_TAGS else _of_tag()
