"""Edits a `threatmodel.yaml` that people wrote, by whole items, without touching the rest. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.events import NodeEvent, ScalarEvent
from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

from pavior.catalog.documents import LOADER, read_documents
from pavior.kernel.errors import InvalidError
from pavior.threatmodels.model import SECTIONS, Item, ThreatModel
from pavior.threatmodels.reading import BOUNDS
from pavior.threatmodels.writing import render_item

_ORDER = ("version", "service", "scope", *SECTIONS)
_BYTE_ORDER_MARK = "\ufeff"
_DASH = re.compile(r"( *)- +")


def edit_model(body: bytes, *, added: Iterable[Item] = (), removed: Iterable[Item] = ()) -> bytes:
    """The file with some items more and some less; comments, order and layout of all else stay.

    An item that is added stands at the end of its section, or in the place of the one that has its id.

    Args:
        body: A file without problems.
        removed: Known by section and id; one that is not there is passed over.

    Raises:
        InvalidError: `threat-model-not-editable` when the file is written in a way that this cannot keep. What is
            returned was read again: it holds what was asked for, and all else as it was.
    """
    more, less = tuple(added), tuple(removed)
    changes = {name: _change(kind, more, less) for name, kind in SECTIONS.items()}
    changes = {name: change for name, change in changes.items() if change.added or change.removed}
    expected = _edited(_content(body), changes)
    sheet = _Sheet.of(body.decode("utf-8"))
    for name, change in changes.items():
        sheet.edit(name, change)
    edited = sheet.text().encode("utf-8")
    if _content(edited) != expected:
        raise _not_editable("it would hold something else than what was asked for")
    return edited


def upgrade_text(body: bytes, model: ThreatModel) -> bytes:
    """The file of the first version that `model` was read from, in the second; comments beside its threats stay.

    Raises:
        InvalidError: `threat-model-not-editable`, as `edit_model`.
    """
    sheet = _Sheet.of(edit_model(body, added=model.threats).decode("utf-8"))
    _, version = sheet.fields["version"]
    sheet.replace(version, "2")
    upgraded = sheet.text().encode("utf-8")
    if _content(upgraded)["version"] != 2:  # noqa: PLR2004 - the version itself
        raise _not_editable("its version is not where it should be")
    return upgraded


@dataclass(frozen=True, slots=True)
class _Change:
    """Of one section: what is to be there by its id, and ids that are not."""

    added: Mapping[str, Item]
    removed: frozenset[str]


def _change(kind: type[Item], added: Sequence[Item], removed: Sequence[Item]) -> _Change:
    more = {item.id: item for item in added if isinstance(item, kind)}
    return _Change(more, frozenset(item.id for item in removed if isinstance(item, kind)) - more.keys())


def _content(body: bytes) -> Mapping[str, Any]:
    reading = read_documents(body, BOUNDS)
    value = reading.documents[0].value if len(reading.documents) == 1 and not reading.problems else None
    if not isinstance(value, dict):
        raise _not_editable("it is not one document that can be read")
    return value


def _edited(content: Mapping[str, Any], changes: Mapping[str, _Change]) -> Mapping[str, Any]:
    """The tree of the file once it is edited."""
    after = dict(content)
    for name, change in changes.items():
        text = "items:\n" + "".join(render_item(item, "") for item in change.added.values())
        added = {item["id"]: item for item in _content(text.encode())["items"] or ()}
        kept = [item for item in content.get(name, ()) if item["id"] not in change.removed]
        there = [added.pop(item["id"], item) for item in kept]
        if name in content or added:
            after[name] = [*there, *added.values()]
    return after


@dataclass(slots=True)
class _Sheet:
    """The lines of a file, counted from 0, and what is to become of them.

    Args:
        mark: The byte order mark that it begins with, or empty; no line holds it.
        lines: As they are, with their line breaks.
        fields: Of the whole document: key and value by name.
        gone: Lines that are taken away.
        after: What comes after a line.
    """

    mark: str
    lines: list[str]
    fields: Mapping[str, tuple[Node, Node]]
    gone: set[int] = field(default_factory=set)
    after: dict[int, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, text: str) -> "_Sheet":
        """Raises `threat-model-not-editable`."""
        mark = _BYTE_ORDER_MARK if text.startswith(_BYTE_ORDER_MARK) else ""
        text = text.removeprefix(mark)
        for event in yaml.parse(text, Loader=LOADER):
            if isinstance(event, NodeEvent) and (event.anchor or _has_tag(event)):
                place: Any = event.start_mark
                raise _not_editable(f"line {place.line + 1} has an anchor, an alias or a tag")
        root = yaml.compose(text, Loader=LOADER)
        if not isinstance(root, MappingNode) or root.flow_style or root.start_mark.column:
            raise _not_editable("its fields do not stand at the beginnings of lines")
        return cls(mark, text.splitlines(keepends=True), {key.value: (key, value) for key, value in root.value})

    def edit(self, name: str, change: _Change) -> None:
        """Change one section. Raises `threat-model-not-editable`."""
        if name not in self.fields:
            self._begin(name, change)
            return
        _, section = self.fields[name]
        if not isinstance(section, SequenceNode) or (section.flow_style and section.value):
            raise _not_editable(f"{name} stands in brackets")
        if section.value:
            self._edit_items(name, section.value, change)
        elif change.added:
            self._fill(section, change)

    def replace(self, scalar: Node, text: str) -> None:
        """Write a value on one line anew."""
        start, end = scalar.start_mark, scalar.end_mark
        line = self.lines[start.line]
        self.lines[start.line] = line[: start.column] + text + line[end.column :]

    def text(self) -> str:
        """With line breaks as the file has them, and none at its end when it had none."""
        line_break = "\r\n" if self.lines[0].endswith("\r\n") else "\n"
        end = "" if self.lines[-1].endswith("\n") else line_break
        parts = [self.mark]
        for index, line in enumerate((*self.lines[:-1], self.lines[-1] + end)):
            if index not in self.gone:
                parts.append(line)
            parts.extend(text.replace("\n", line_break) for text in self.after.get(index, ()))
        return "".join(parts).removesuffix(end)

    def _begin(self, name: str, change: _Change) -> None:
        """A section that is not there yet comes after those that stand before it in every file."""
        if change.added:
            before = [other for other in _ORDER[: _ORDER.index(name)] if other in self.fields]
            last = self._last_line(self.fields[before[-1]][1], 0)
            self._put(last, f"\n{name}:\n", *(render_item(item, "  ") for item in change.added.values()))

    def _fill(self, section: Node, change: _Change) -> None:
        """A section that is `[]`."""
        start, end = section.start_mark, section.end_mark
        if start.line != end.line:
            raise _not_editable(f"line {start.line + 1} has brackets over several lines")
        line = self.lines[start.line]
        self.lines[start.line] = line[: start.column].rstrip() + line[end.column :]
        self._put(start.line, *(render_item(item, "  ") for item in change.added.values()))

    def _edit_items(self, name: str, items: Sequence[Node], change: _Change) -> None:
        indent = self._indent(items[0])
        # Threats are read one by one, all else as a list.
        is_spaced = self._is_blank(items[-1].start_mark.line - 1) if len(items) > 1 else name == "threats"
        left = dict(change.added)
        ids = [_id(item) for item in items]
        head = above = end = self.fields[name][0].start_mark.line
        for item, id_ in zip(items, ids, strict=True):
            start = item.start_mark.line
            above = next((line for line in range(start - 1, end, -1) if line not in self.gone), above)
            end = self._last_line(item, len(self._indent(item)))
            if id_ in left or id_ in change.removed:
                self.gone.update(range(start, end + 1))
            if id_ in left:
                self._put(end, render_item(left.pop(id_), indent))
            if id_ in change.removed:
                self._close_gap(above, end + 1, is_first=above == head and item is not items[-1])
            else:
                above = end
        is_empty = change.removed.issuperset(ids)
        for index, new in enumerate(left.values()):
            gap = "\n" if is_spaced and not (is_empty and index == 0) else ""
            self._put(end, gap + render_item(new, indent))
        if is_empty and not left:
            end = self.fields[name][0].end_mark
            line = self.lines[end.line]
            self.lines[end.line] = f"{line[: end.column + 1]} []{line[end.column + 1 :]}"

    def _close_gap(self, above: int, below: int, *, is_first: bool) -> None:
        """Where an item stood between two empty lines one is enough, and before the first item none is needed."""
        if self._is_blank(above) and below == len(self.lines):
            self.gone.add(above)
        elif self._is_blank(below) and (self._is_blank(above) or is_first):
            self.gone.add(below)

    def _put(self, line: int, *texts: str) -> None:
        self.after.setdefault(line, []).extend(texts)

    def _is_blank(self, line: int) -> bool:
        return line < len(self.lines) and not self.lines[line].strip()

    def _indent(self, item: Node) -> str:
        """What stands before the item's dash."""
        mark = item.start_mark
        dash = _DASH.fullmatch(self.lines[mark.line][: mark.column])
        if dash is None:
            raise _not_editable(f"line {mark.line + 1} does not begin with a dash")
        return dash[1]

    def _last_line(self, node: Node, column: int) -> int:
        """Where its text ends, with the comments below that stand further in than `column`."""
        # The mark of what stands in lines is where the next thing begins.
        while isinstance(node, CollectionNode) and node.value and not node.flow_style:
            last = node.value[-1]
            node = last[1] if isinstance(node, MappingNode) else last
        line: int = node.end_mark.line
        if isinstance(node, ScalarNode) and node.style in {"|", ">"}:
            line -= node.end_mark.column == 0
            while self._is_blank(line):
                line -= 1
        while line + 1 < len(self.lines) and _is_comment(self.lines[line + 1], column):
            line += 1
        return line


def _is_comment(line: str, column: int) -> bool:
    text = line.lstrip(" ")
    return text.startswith("#") and len(line) - len(text) > column


def _has_tag(event: NodeEvent) -> bool:
    return getattr(event, "tag", None) not in ({None, "!"} if isinstance(event, ScalarEvent) else {None})


def _id(item: Node) -> str:
    pairs = item.value if isinstance(item, MappingNode) else ()
    return next((str(value.value) for key, value in pairs if key.value == "id"), "")


def _not_editable(why: str) -> InvalidError:
    return InvalidError(
        "threat-model-not-editable",
        f"The threat model cannot be changed in its file: {why}.",
        fix="Write each section as a list, one item below the other, without anchors, aliases and tags.",
    )
