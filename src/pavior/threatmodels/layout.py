"""Where the elements, boundaries and flows of a model lie in its picture: ELK's layered layout, see decision 32."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, TypeAlias

from pavior.threatmodels.model import Boundary, Element, Flow, ThreatModel
from pavior.threatmodels.wording import cut, plain, width_of, wrap

Point: TypeAlias = tuple[float, float]

TITLE_SIZE, SMALL_SIZE = 13.0, 11.0
LINE_HEIGHT, SMALL_LINE_HEIGHT = 17.0, 15.0
_ELEMENT_WIDTH, _ELEMENT_PADDING = 168.0, 16.0
_LABEL_WIDTH, _BOUNDARY_TITLE_WIDTH = 130.0, 340.0
# Hostile or not, a model gets no more of the machine than this; a picture of 60 elements takes about 2 s.
_LONGEST_SECONDS = 12
_LARGEST_BYTES = 256 * 1024 * 1024

# What each option does is told at https://eclipse.dev/elk/reference/options.html.
_OPTIONS: Mapping[str, str] = {
    "elk.algorithm": "layered",
    "elk.direction": "RIGHT",
    "elk.hierarchyHandling": "INCLUDE_CHILDREN",
    "elk.edgeRouting": "ORTHOGONAL",
    "elk.json.shapeCoords": "ROOT",
    "elk.json.edgeCoords": "ROOT",
    "elk.padding": "[top=14,left=14,bottom=14,right=14]",
    "elk.spacing.nodeNode": "24",
    "elk.spacing.edgeNode": "16",
    "elk.spacing.edgeEdge": "12",
    "elk.spacing.edgeLabel": "3",
    "elk.layered.spacing.nodeNodeBetweenLayers": "26",
    "elk.layered.spacing.edgeNodeBetweenLayers": "16",
    "elk.layered.spacing.edgeEdgeBetweenLayers": "12",
    "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
    "elk.layered.thoroughness": "5",
}
_BOUNDARY_OPTIONS: Mapping[str, str] = {
    "elk.padding": "[top=40,left=20,bottom=20,right=20]",
    "elk.nodeSize.constraints": "MINIMUM_SIZE",
}


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle; `x` and `y` are its upper left corner, in the picture's own units."""

    x: float
    y: float
    width: float
    height: float

    def touches(self, other: "Box") -> bool:
        """Whether the two have an area in common."""
        return (
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.height
            and other.y < self.y + self.height
        )

    def holds(self, other: "Box") -> bool:
        """Whether the other is within this one."""
        return (
            self.x <= other.x
            and self.y <= other.y
            and other.x + other.width <= self.x + self.width
            and other.y + other.height <= self.y + self.height
        )


@dataclass(frozen=True, slots=True)
class Arrow:
    """One line of the picture, for all flows from one element to another.

    Args:
        flows: Ids.
        points: From the source's edge to the target's, with every corner.
        label: What is written at it, cut to what fits; empty when there is nothing to say.
        label_box: Where; None exactly when there is no label.
    """

    flows: tuple[str, ...]
    source: str
    target: str
    points: tuple[Point, ...]
    label: str
    label_box: Box | None


@dataclass(frozen=True, slots=True)
class Layout:
    """Places, by id."""

    width: float
    height: float
    boundaries: Mapping[str, Box]
    elements: Mapping[str, Box]
    arrows: tuple[Arrow, ...]


def title_lines(element: Element) -> tuple[str, ...]:
    """The title as it is written into its box."""
    return wrap(plain(element.title), _ELEMENT_WIDTH - 2 * _ELEMENT_PADDING, TITLE_SIZE, lines=3)


def technology_line(element: Element, *, before: str = "") -> str:
    """What it is made of as it is written below, as far as there is room behind `before`; or empty."""
    room = _ELEMENT_WIDTH - 2 * _ELEMENT_PADDING - width_of(before, SMALL_SIZE)
    return cut(plain(element.technology), room, SMALL_SIZE)


# The same few models are looked at again and again.
@lru_cache(maxsize=64)
def lay_out(model: ThreatModel) -> Layout | None:
    """Place everything, so that no two elements and no label and an element overlap.

    None when it takes more time or memory than a picture may; that is remembered too.
    """
    pairs = _pairs(model)
    placed = _ask_elk(json.dumps(_graph(model, pairs)))
    if placed is None:
        return None
    nodes = {node["id"]: node for node in _nodes(placed)}
    edges = {edge["id"]: edge for edge in placed["edges"]}
    return Layout(
        width=placed["width"],
        height=placed["height"],
        boundaries={item.id: _box(nodes[f"b:{item.id}"]) for item in model.boundaries},
        elements={item.id: _box(nodes[f"e:{item.id}"]) for item in model.elements},
        arrows=tuple(_arrow(edges[f"f:{number}"], flows) for number, flows in enumerate(pairs)),
    )


def _pairs(model: ThreatModel) -> tuple[tuple[Flow, ...], ...]:
    """The flows from one element to another, together."""
    found: dict[tuple[str, str], list[Flow]] = {}
    for flow in model.flows:
        found.setdefault((flow.source, flow.target), []).append(flow)
    return tuple(map(tuple, found.values()))


def _label(flows: tuple[Flow, ...]) -> str:
    words = dict.fromkeys(plain(flow.title) or plain(flow.protocol) for flow in flows)
    return cut(", ".join(filter(None, words)), _LABEL_WIDTH, SMALL_SIZE)


def _graph(model: ThreatModel, pairs: tuple[tuple[Flow, ...], ...]) -> dict[str, Any]:
    root: dict[str, Any] = {"id": "root", "layoutOptions": _OPTIONS, "children": [], "edges": []}
    around: dict[str, dict[str, Any]] = {"": root}
    for boundary in model.boundaries:
        around[boundary.id] = {
            "id": f"b:{boundary.id}",
            "children": [],
            "layoutOptions": {**_BOUNDARY_OPTIONS, "elk.nodeSize.minimum": f"({_boundary_width(boundary)},64)"},
        }
    for boundary in model.boundaries:
        around[boundary.within]["children"].append(around[boundary.id])
    for element in model.elements:
        height = 26 + LINE_HEIGHT * len(title_lines(element)) + SMALL_LINE_HEIGHT
        around[element.boundary]["children"].append(
            {"id": f"e:{element.id}", "width": _ELEMENT_WIDTH, "height": height}
        )
    for number, flows in enumerate(pairs):
        label = _label(flows)
        edge: dict[str, Any] = {
            "id": f"f:{number}",
            "sources": [f"e:{flows[0].source}"],
            "targets": [f"e:{flows[0].target}"],
        }
        if label:
            edge["labels"] = [{"text": label, "width": width_of(label, SMALL_SIZE) + 6, "height": SMALL_LINE_HEIGHT}]
        root["edges"].append(edge)
    return root


def _boundary_width(boundary: Boundary) -> int:
    """With room for its title, and for what a comparison adds to it."""
    return round(width_of(boundary_title(boundary.title), SMALL_SIZE)) + 110


def boundary_title(title: str) -> str:
    """As it is written into the boundary's corner."""
    return cut(plain(title), _BOUNDARY_TITLE_WIDTH, SMALL_SIZE)


@cache
def _engine_source() -> str:
    folder = files("pavior.threatmodels") / "elkjs"
    return "\n".join(
        (folder / name).read_text(encoding="utf-8") for name in ("worker.js", "elk-worker.min.js", "lay_out.js")
    )


def _ask_elk(graph: str) -> Any:
    # Costs 20 ms and is seldom needed.
    import quickjs

    # All engines share one thread of their own, so one picture is laid out at a time. Each is new: nothing is left
    # in it of another's model.
    engine = quickjs.Function("layOut", _engine_source())
    # Of the process's CPU, so on a busy server sooner.
    engine.set_time_limit(_LONGEST_SECONDS)
    engine.set_memory_limit(_LARGEST_BYTES)
    try:
        return json.loads(engine(graph))
    except (quickjs.JSException, quickjs.StackOverflow):
        return None


def _nodes(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for child in node.get("children", ()):
        yield child
        yield from _nodes(child)


def _box(placed: Mapping[str, Any]) -> Box:
    return Box(placed["x"], placed["y"], placed["width"], placed["height"])


def _arrow(edge: Mapping[str, Any], flows: tuple[Flow, ...]) -> Arrow:
    points: list[Point] = []
    for section in edge["sections"]:
        corners = [section["startPoint"], *section.get("bendPoints", ()), section["endPoint"]]
        points.extend((corner["x"], corner["y"]) for corner in corners)
    labels = edge.get("labels", ())
    return Arrow(
        flows=tuple(flow.id for flow in flows),
        source=flows[0].source,
        target=flows[0].target,
        points=tuple(points),
        label=_label(flows),
        label_box=_box(labels[0]) if labels else None,
    )
