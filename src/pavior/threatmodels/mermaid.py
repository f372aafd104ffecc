"""The data-flow diagram of a threat model as a Mermaid flowchart, for Markdown that is rendered elsewhere. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pavior.threatmodels.condensing import condense, is_too_large
from pavior.threatmodels.model import Boundary, Element, ElementKind, Flow, ThreatModel
from pavior.threatmodels.wording import cut, plain

_LONGEST_WIDTH, _SIZE = 560.0, 13.0
_DEEPEST_INDENT = 20
_LIST_MARK = re.compile(r"^(\d*)([.-])(?= )")
_SHAPES: Mapping[ElementKind, tuple[str, str]] = {
    ElementKind.EXTERNAL_ENTITY: ("[", "]"),
    ElementKind.PROCESS: ("([", "])"),
    ElementKind.DATA_STORE: ("[(", ")]"),
}
_CLASSES: Mapping[str, str] = {
    "public": "stroke:#865600,stroke-width:3px",
    "inferred": "stroke-dasharray:2 4",
    "added": "stroke:#17774a,stroke-width:3px",
    "changed": "stroke:#2a55c0,stroke-width:3px",
    "removed": "stroke:#b42a20,stroke-dasharray:9 4",
}


@dataclass(frozen=True, slots=True)
class _Inside:
    """What lies in a boundary, still to be written."""

    boundary: str
    depth: int


def to_mermaid(model: ThreatModel, marks: Mapping[str, str] | None = None) -> str:
    """Text for a fenced block of the language `mermaid`. Ids are numbers of our own, and every text is escaped.

    Args:
        marks: Ids of elements to `added`, `changed` or `removed`.

    Source: https://mermaid.js.org/syntax/flowchart.html, entity codes.
    """
    shown = condense(model) if is_too_large(model) else model
    return "\n".join(_lines(shown, marks or {})) + "\n"


def _lines(model: ThreatModel, marks: Mapping[str, str]) -> Iterator[str]:
    yield "flowchart LR"
    numbers = {element.id: f"n{number}" for number, element in enumerate(model.elements)}
    yield from _nested(model, numbers)
    pairs: dict[tuple[str, str], list[Flow]] = {}
    for flow in model.flows:
        pairs.setdefault((flow.source, flow.target), []).append(flow)
    for (source, target), flows in pairs.items():
        line = "-.->" if all(flow.inferred for flow in flows) else "-->"
        words = ", ".join(dict.fromkeys(filter(None, (plain(flow.title) or plain(flow.protocol) for flow in flows))))
        label = f"|{_quoted(words)}|" if words else ""
        yield f"  {numbers[source]} {line}{label} {numbers[target]}"
    for name, style in _CLASSES.items():
        members = [numbers[item.id] for item in model.elements if name in _classes(item, marks)]
        if members:
            yield f"  classDef {name} {style}"
            yield f"  class {','.join(members)} {name}"


def _nested(model: ThreatModel, numbers: Mapping[str, str]) -> Iterator[str]:
    """Each boundary around what lies in it."""
    inner: dict[str, list[tuple[int, Boundary]]] = {}
    for number, boundary in enumerate(model.boundaries):
        inner.setdefault(boundary.within, []).append((number, boundary))
    members: dict[str, list[Element]] = {}
    for element in model.elements:
        members.setdefault(element.boundary, []).append(element)
    # What is still to be written, the next one last; boundaries may nest deeper than Python calls itself.
    waiting: list[_Inside | str] = [_Inside("", 1)]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            yield item
            continue
        indent = "  " * min(item.depth, _DEEPEST_INDENT)
        for element in members.get(item.boundary, ()):
            yield f"{indent}{_element(element, numbers[element.id])}"
        for number, boundary in reversed(inner.get(item.boundary, ())):
            opening = f"{indent}subgraph b{number}[{_quoted(boundary.title)}]"
            waiting += [f"{indent}end", _Inside(boundary.id, item.depth + 1), opening]


def _element(element: Element, number: str) -> str:
    opening, closing = _SHAPES[element.kind]
    words = [_escaped(element.title)]
    more = ", ".join(filter(None, ("public" if element.is_public else "", plain(element.technology))))
    words += [_escaped(more)] if more else []
    return f'{number}{opening}"{"<br/>".join(words)}"{closing}'


def _classes(element: Element, marks: Mapping[str, str]) -> Iterator[str]:
    if element.is_public:
        yield "public"
    if element.inferred:
        yield "inferred"
    if element.id in marks:
        yield marks[element.id]


def _quoted(text: str) -> str:
    return f'"{_escaped(text)}"'


def _escaped(text: str) -> str:
    """Letters and digits of any script, blanks and `.,_-`; everything else is the entity code of its code point."""
    words = cut(plain(text[:2_000]), _LONGEST_WIDTH, _SIZE)
    written = "".join(item if item.isalnum() or item in " .,_-…" else f"#{ord(item)};" for item in words)
    # Mermaid refuses what begins as a list of Markdown does: https://github.com/mermaid-js/mermaid/issues/6111.
    written = _LIST_MARK.sub(lambda mark: f"{mark[1]}#{ord(mark[2])};", written)
    # What has no text has no node: Mermaid refuses an empty one.
    return written or "-"
