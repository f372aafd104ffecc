"""The data-flow diagram of a threat model as SVG: one picture for the portal, the command line and the PDF. Pure.

`diagram.css` colours it; a picture that stands alone brings it along.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from html import escape
from importlib.resources import files
from itertools import pairwise

from pavior.kernel.errors import UnavailableError
from pavior.threatmodels.condensing import Size, condense, is_too_large
from pavior.threatmodels.layout import (
    LINE_HEIGHT,
    SMALL_LINE_HEIGHT,
    Arrow,
    Box,
    Layout,
    Point,
    boundary_title,
    lay_out,
    technology_line,
    title_lines,
)
from pavior.threatmodels.model import Boundary, Element, ElementKind, Threat, ThreatModel, ThreatState
from pavior.threatmodels.standing import worst as worst_state
from pavior.threatmodels.wording import plain

_CORNER = 7.0
_BADGE_RADIUS = 10.0
_LONGEST_WORDS = 160

_MOST_COUNTED = 99
_NOTE_HEIGHT = 26
# What is densely woven takes longer than its size tells; this much can always be placed.
_LEAST = Size(elements=12, flows=24)
# The tokens of the stylesheet, light, for a picture that stands alone: what draws PDFs knows no variables.
_TOKENS: Mapping[str, str] = {
    "font": "system-ui,'Segoe UI','Noto Sans',Arial,sans-serif",
    "ground": "#f6f6f3",
    "surface": "#ffffff",
    "text": "#1b1c1f",
    "muted": "#5d6067",
    "good": "#17774a",
    "good-soft": "#e4f3ea",
    "bad": "#b42a20",
    "warn": "#865600",
    "warn-soft": "#fbf1d9",
    "live": "#2a55c0",
    "live-soft": "#e9eefb",
    "plain": "#5d6067",
    "plain-soft": "#eeeee9",
}
_TOKEN = re.compile(r"var\(--([a-z-]+)\)")
_KIND_WORDS = {
    ElementKind.EXTERNAL_ENTITY: "external entity",
    ElementKind.PROCESS: "process",
    ElementKind.DATA_STORE: "data store",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """What is drawn upon the model.

    Args:
        states: How threats stand, by id; one that is not there is not evaluated.
        marks: Ids of elements, boundaries and flows to `added`, `changed` or `removed`.
        links: Ids of elements to the addresses that they lead to.
    """

    states: Mapping[str, ThreatState] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)


def draw(model: ThreatModel, shown: Shown | None = None, *, is_standalone: bool = True) -> str:
    """SVG, which holds no script, no style of its own unless it stands alone, and loads nothing.

    Raises:
        UnavailableError: `layout-too-long`.
    """
    shown = shown or Shown()
    whole, (model, layout) = model, _placed(model)
    is_condensed = model is not whole
    # A boundary may have the id of an element, and is no row of theirs.
    shown = replace(shown, links={}) if is_condensed else shown
    width, height = round(layout.width), round(layout.height) + is_condensed * _NOTE_HEIGHT
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    role = f'role="{"img" if is_standalone else "group"}" aria-labelledby="dfd-title dfd-told"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="dfd" {size} {role}>',
        f'<title id="dfd-title">Data flows of {_said(model.service)}</title>',
        f'<desc id="dfd-told">{_said(describe(model))}</desc>',
    ]
    if is_standalone:
        parts += [
            f"<style>{_standalone_style()}</style>",
            f'<rect class="dfd-ground" width="{width}" height="{height}"/>',
        ]
    parts.extend(_boundary(item, layout.boundaries[item.id], shown) for item in _outer_first(model))
    inferred = frozenset(flow.id for flow in model.flows if flow.inferred)
    titles = {item.id: item.title for item in model.elements}
    by_place = _threats_by_place(model)
    arrows = [_ArrowDrawing(arrow, titles, inferred, _worst(arrow.flows, by_place, shown)) for arrow in layout.arrows]
    parts.extend(item.line(shown) for item in arrows)
    parts.extend(_element(item, layout, _worst((item.id,), by_place, shown), shown) for item in model.elements)
    # Above everything else, so that no line crosses what is written.
    parts.extend(item.label(shown) for item in arrows)
    if is_condensed:
        note = (
            f"{_counted(len(whole.elements), 'element', 'elements')} are too many for one picture: drawn by boundaries."
        )
        parts.append(f'<text class="dfd-small" x="14" y="{height - 10}">{note}</text>')
    parts.append("</svg>\n")
    return "\n".join(filter(None, parts))


def _placed(model: ThreatModel) -> tuple[ThreatModel, Layout]:
    """The model, or one of its boundaries where it cannot be placed whole, and its places."""
    tried = () if is_too_large(model) else (model,)
    for candidate in (*tried, condense(model), condense(model, _LEAST)):
        layout = lay_out(candidate)
        if layout is not None:
            return candidate, layout
    raise UnavailableError(
        "layout-too-long",
        "The picture of this threat model takes too much time or memory.",
        fix="Look at its tables, or put its elements into fewer boundaries.",
    )


@cache
def _standalone_style() -> str:
    sheet = (files("pavior.threatmodels") / "diagram.css").read_text(encoding="utf-8")
    return _TOKEN.sub(lambda found: _TOKENS[found[1]], sheet)


def describe(model: ThreatModel) -> str:
    """The picture in two sentences, for whoever does not see it."""
    public = [plain(item.title) for item in model.elements if item.is_public]
    boundaries = _counted(len(model.boundaries), "boundary", "boundaries")
    flows = _counted(len(model.flows), "flow", "flows")
    counted = f"{_counted(len(model.elements), 'element', 'elements')} in {boundaries}, {flows}."
    return f"{counted} Public: {', '.join(public)}." if public else counted


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


@dataclass(frozen=True, slots=True)
class _Worst:
    """Threats of one place: how many, and how the worst of them stands."""

    state: ThreatState
    count: int

    @property
    def told(self) -> str:
        return f"{_counted(self.count, 'threat', 'threats')}, the worst {self.state.told}"


def _threats_by_place(model: ThreatModel) -> Mapping[str, list[Threat]]:
    found: dict[str, list[Threat]] = {}
    for threat in model.threats:
        for place in threat.places:
            found.setdefault(place, []).append(threat)
    return found


def _worst(places: Iterable[str], by_place: Mapping[str, list[Threat]], shown: Shown) -> _Worst | None:
    ids = {threat.id for place in places for threat in by_place.get(place, ())}
    if not ids:
        return None
    return _Worst(worst_state(shown.states.get(id_, ThreatState.NOT_EVALUATED) for id_ in ids), len(ids))


def _outer_first(model: ThreatModel) -> Iterator[Boundary]:
    around = {item.id: item.within for item in model.boundaries}

    def depth(id_: str) -> int:
        count = 0
        while id_ := around.get(id_, ""):
            count += 1
        return count

    return iter(sorted(model.boundaries, key=lambda item: depth(item.id)))


def _boundary(boundary: Boundary, box: Box, shown: Shown) -> str:
    mark = shown.marks.get(boundary.id, "")
    title = boundary_title(boundary.title) + (f" ({mark})" if mark else "")
    return (
        f'<g class="{_classes("dfd-boundary", boundary.inferred, mark)}" data-boundary="{_said(boundary.id)}" '
        f'data-within="{_said(boundary.within)}">'
        f"<title>{_said(boundary.title)} ({boundary.kind.value})</title>"
        f'<rect {_place(box)} rx="10"/>'
        f'<text class="dfd-small" x="{_n(box.x + 14)}" y="{_n(box.y + 21)}">{_written(title)}</text></g>'
    )


def _element(element: Element, layout: Layout, worst: _Worst | None, shown: Shown) -> str:
    box = layout.elements[element.id]
    mark = shown.marks.get(element.id, "")
    told = [plain(element.title), _KIND_WORDS[element.kind], plain(element.technology)]
    told += ["public"] if element.is_public else []
    told += ["inferred"] if element.inferred else []
    told += [mark] if mark else []
    told += [worst.told] if worst else []
    label = _said(", ".join(filter(None, told)))
    classes = _classes("dfd-element", element.inferred, mark) + (" is-public" if element.is_public else "")
    facts = (
        f'class="{classes}" id="dfd-{_said(element.id)}" data-element="{_said(element.id)}" '
        f'data-title="{_said(element.title)}" data-boundary="{_said(element.boundary)}" '
        f'data-state="{worst.state.value if worst else ""}"'
    )
    parts = [f"<title>{label}</title>", *_shape(element.kind, box), *_words(element, box, mark)]
    if worst:
        parts.append(_badge(worst, (box.x + box.width - 5, box.y + 3)))
    inner = "".join(parts)
    link = shown.links.get(element.id)
    if link is None:
        return f'<g {facts} role="img" aria-label="{label}">{inner}</g>'
    return f'<a {facts} href="{_said(link)}" aria-label="{label}">{inner}</a>'


def _shape(kind: ElementKind, box: Box) -> Iterator[str]:
    """As data-flow diagrams have it: a box, a rounded one, and one that is open at its sides."""
    if kind is ElementKind.PROCESS:
        yield f'<rect class="dfd-shape" {_place(box)} rx="{_n(min(box.height / 2, 24))}"/>'
        return
    yield f'<rect class="dfd-shape" {_place(box)} rx="{0 if kind is ElementKind.EXTERNAL_ENTITY else 1}"/>'
    if kind is ElementKind.DATA_STORE:
        left, right = box.x + 7, box.x + box.width - 7
        top, bottom = box.y, box.y + box.height
        yield f'<path class="dfd-line" d="M{_n(left)} {_n(top)}V{_n(bottom)}M{_n(right)} {_n(top)}V{_n(bottom)}"/>'


def _words(element: Element, box: Box, mark: str) -> Iterator[str]:
    middle = _n(box.x + box.width / 2)
    lines = title_lines(element)
    words = [word for word in (mark, "public" if element.is_public else "") if word]
    technology = technology_line(element, before=" · ".join([*words, ""]))
    has_more = bool(words or technology)
    y = box.y + (box.height - LINE_HEIGHT * len(lines) - SMALL_LINE_HEIGHT * has_more) / 2 + 12.5
    for line in lines:
        yield f'<text class="dfd-name" x="{middle}" y="{_n(y)}" text-anchor="middle">{_written(line)}</text>'
        y += LINE_HEIGHT
    if has_more:
        told = [f'<tspan class="dfd-word">{_written(word)}</tspan>' for word in words]
        told += [_written(technology)] if technology else []
        yield f'<text class="dfd-small" x="{middle}" y="{_n(y - 1)}" text-anchor="middle">{" · ".join(told)}</text>'


def _badge(worst: _Worst, at: Point) -> str:
    """Its shape tells the state, and its colour repeats it."""
    x, y = at
    r = _BADGE_RADIUS
    match worst.state:
        case ThreatState.OPEN:
            c = r * 0.414
            shape = (
                f'<path d="M{_n(x - c)} {_n(y - r)}H{_n(x + c)}L{_n(x + r)} {_n(y - c)}V{_n(y + c)}'
                f'L{_n(x + c)} {_n(y + r)}H{_n(x - c)}L{_n(x - r)} {_n(y + c)}V{_n(y - c)}Z"/>'
            )
        case ThreatState.ACCEPTED:
            shape = f'<rect {_place(Box(x - r, y - r, 2 * r, 2 * r))} rx="3"/>'
        case _:
            shape = f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(r)}"/>'
    count = str(worst.count) if worst.count <= _MOST_COUNTED else f"{_MOST_COUNTED}+"
    words = f'<text x="{_n(x)}" y="{_n(y + 4)}" text-anchor="middle">{count}</text>'
    return f'<g class="dfd-badge is-{worst.state.value}"><title>{worst.told}</title>{shape}{words}</g>'


@dataclass(frozen=True, slots=True)
class _ArrowDrawing:
    """One arrow, drawn in two parts: its line below the elements, its label above them."""

    arrow: Arrow
    titles: Mapping[str, str]
    inferred: frozenset[str]
    worst: _Worst | None

    def line(self, shown: Shown) -> str:
        arrow = self.arrow
        classes = self._classes(shown)
        told = f"{plain(self.titles[arrow.source])} to {plain(self.titles[arrow.target])}"
        told += f": {arrow.label}" if arrow.label else ""
        return (
            f'<g class="{classes}" {self._facts()}><title>{_said(told)}</title>'
            f'<path class="dfd-line" d="{_rounded(arrow.points)}"/><path class="dfd-tip" d="{_tip(arrow.points)}"/></g>'
        )

    def label(self, shown: Shown) -> str:
        box = self.arrow.label_box
        if box is None and self.worst is None:
            return ""
        parts = []
        if box is not None:
            at = f'x="{_n(box.x + box.width / 2)}" y="{_n(box.y + 11.5)}" text-anchor="middle"'
            parts.append(f'<rect class="dfd-behind" {_place(box)} rx="3"/>')
            parts.append(f'<text class="dfd-small" {at}>{_written(self.arrow.label)}</text>')
        if self.worst is not None:
            parts.append(_badge(self.worst, _middle(self.arrow.points)))
        return f'<g class="{self._classes(shown)}" {self._facts()}>{"".join(parts)}</g>'

    def _classes(self, shown: Shown) -> str:
        return _classes("dfd-arrow", all(id_ in self.inferred for id_ in self.arrow.flows), self._mark(shown))

    def _mark(self, shown: Shown) -> str:
        marks = {shown.marks.get(id_, "") for id_ in self.arrow.flows}
        return marks.pop() if len(marks) == 1 else "changed"

    def _facts(self) -> str:
        state = self.worst.state.value if self.worst else ""
        return (
            f'data-from="{_said(self.arrow.source)}" data-to="{_said(self.arrow.target)}" '
            f'data-flows="{_said(" ".join(self.arrow.flows))}" data-state="{state}"'
        )


def _classes(name: str, is_inferred: bool, mark: str) -> str:  # noqa: FBT001 - a fact of the model
    words = [name, *(["is-inferred"] if is_inferred else []), *([f"is-{_said(mark)}"] if mark else [])]
    return " ".join(words)


def _rounded(points: tuple[Point, ...]) -> str:
    """Through all points, around the corners in a small arc."""
    drawn = [f"M{_n(points[0][0])} {_n(points[0][1])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        start, end = _towards(corner, before), _towards(corner, after)
        drawn.append(f"L{_pair(start)}Q{_pair(corner)} {_pair(end)}")
    drawn.append(f"L{_pair(points[-1])}")
    return "".join(drawn)


def _towards(corner: Point, other: Point) -> Point:
    length = abs(other[0] - corner[0]) + abs(other[1] - corner[1])
    ratio = min(_CORNER, length / 2) / length if length else 0.0
    return (corner[0] + (other[0] - corner[0]) * ratio, corner[1] + (other[1] - corner[1]) * ratio)


def _tip(points: tuple[Point, ...]) -> str:
    (x0, y0), (x, y) = points[-2], points[-1]
    length = max(((x - x0) ** 2 + (y - y0) ** 2) ** 0.5, 0.001)
    dx, dy = (x - x0) / length, (y - y0) / length
    left = (x - 9 * dx - 4.2 * dy, y - 9 * dy + 4.2 * dx)
    right = (x - 9 * dx + 4.2 * dy, y - 9 * dy - 4.2 * dx)
    return f"M{_pair((x, y))}L{_pair(left)}L{_pair(right)}Z"


def _middle(points: tuple[Point, ...]) -> Point:
    """Of the longest straight part, at a third of it, where no label is."""
    pairs = list(pairwise(points))
    (x0, y0), (x1, y1) = max(pairs, key=lambda pair: abs(pair[0][0] - pair[1][0]) + abs(pair[0][1] - pair[1][1]))
    return (x0 + (x1 - x0) * 0.22, y0 + (y1 - y0) * 0.22)


def _place(box: Box) -> str:
    return f'x="{_n(box.x)}" y="{_n(box.y)}" width="{_n(box.width)}" height="{_n(box.height)}"'


def _pair(point: Point) -> str:
    return f"{_n(point[0])} {_n(point[1])}"


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def _written(text: str) -> str:
    return escape(text)


def _said(text: str) -> str:
    """For an attribute or a title, cut to what a person listens to."""
    words = plain(text)
    return escape(words if len(words) <= _LONGEST_WORDS else words[:_LONGEST_WORDS] + "…")
