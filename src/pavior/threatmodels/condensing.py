"""A model that is too large for a picture, by boundaries: what lies in each is one element that says how many. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pavior.threatmodels.model import Boundary, Element, ElementKind, Flow, Threat, ThreatModel

# No id of a model begins like this.
_OUTSIDE = "-outside"


@dataclass(frozen=True, slots=True)
class Size:
    """How many elements, and as many boundaries, and how many flows a picture has at most."""

    elements: int
    flows: int


# More than these nobody takes in at once, and to place them takes too long.
LARGEST = Size(elements=120, flows=360)
# What stands for hundreds is to be seen at a glance.
OVERVIEW = Size(elements=40, flows=80)


def is_too_large(model: ThreatModel, size: Size = LARGEST) -> bool:
    """Whether a picture of each element is out of the question."""
    return max(len(model.elements), len(model.boundaries)) > size.elements or len(model.flows) > size.flows


def condense(model: ThreatModel, size: Size = OVERVIEW) -> ThreatModel:
    """The same model with one element for each boundary, not larger than `size`; itself when it is no larger.

    Where there are too many boundaries, those within others are counted to the ones around them, and the smallest of
    what is left come together.
    """
    if not is_too_large(model, size):
        return model
    group_of = _groups(model, size.elements)
    groups = {item.id: item for item in model.boundaries if item.id in set(group_of.values())}
    members: dict[str, list[Element]] = {}
    for element in model.elements:
        members.setdefault(group_of[element.id], []).append(element)
    places = group_of | {flow.id: f"{group_of[flow.source]}--{group_of[flow.target]}" for flow in model.flows}
    return replace(
        model,
        boundaries=(),
        elements=tuple(_group(groups.get(id_), id_, found) for id_, found in members.items()),
        flows=_flows(model, group_of, size.flows),
        threats=tuple(_moved(threat, places) for threat in model.threats),
    )


def _groups(model: ThreatModel, most: int) -> dict[str, str]:
    """Of each element the boundary that it is counted to."""
    group_of = {element.id: element.boundary or _OUTSIDE for element in model.elements}
    if len(set(group_of.values())) > most:
        around = {item.id: item.within for item in model.boundaries}
        outermost = {id_: _outermost(id_, around) for id_ in set(group_of.values())}
        group_of = {id_: outermost[group] for id_, group in group_of.items()}
    sizes: dict[str, int] = {}
    for group in group_of.values():
        sizes[group] = sizes.get(group, 0) + 1
    kept = set(sorted(sizes, key=lambda group: (-sizes[group], group))[: most - 1])
    return {id_: group if group in kept else _OUTSIDE for id_, group in group_of.items()}


def _outermost(id_: str, around: Mapping[str, str]) -> str:
    while around.get(id_):
        id_ = around[id_]
    return id_


def _group(boundary: Boundary | None, id_: str, members: list[Element]) -> Element:
    title = boundary.title if boundary else "Everything else"
    return Element(
        id=id_,
        title=title,
        kind=ElementKind.PROCESS,
        technology=_told(len(members), "element"),
        is_public=True if any(item.is_public for item in members) else None,
        inferred=all(item.inferred for item in members),
    )


def _flows(model: ThreatModel, group_of: Mapping[str, str], most: int) -> tuple[Flow, ...]:
    """Between two groups one, and none within a group; only the most where they would be too many."""
    counts: dict[tuple[str, str], int] = {}
    for flow in model.flows:
        pair = (group_of[flow.source], group_of[flow.target])
        if pair[0] != pair[1]:
            counts[pair] = counts.get(pair, 0) + 1
    kept = sorted(counts, key=lambda pair: (-counts[pair], pair))[:most]
    return tuple(
        Flow(f"{source}--{target}", source, target, _told(counts[source, target], "flow")) for source, target in kept
    )


def _told(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _moved(threat: Threat, places: Mapping[str, str]) -> Threat:
    return replace(threat, places=tuple(dict.fromkeys(places[place] for place in threat.places if place in places)))
