"""What a proposal changes in a threat model, and what of that matters to who looks at it. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from pavior.kernel.verdicts import Severity
from pavior.threatmodels.indexing import ModelIndex
from pavior.threatmodels.model import (
    SECTIONS,
    Asset,
    Boundary,
    BoundaryKind,
    DataClass,
    Dismissal,
    Element,
    Flow,
    Item,
    Threat,
    ThreatModel,
)

_Drawn = TypeVar("_Drawn", bound=Boundary | Element | Flow)


class Mark(StrEnum):
    """How something differs from before."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class SectionDiff:
    """What differs in one section, by id, in the order of the models.

    Args:
        section: Of `model.SECTIONS`.
    """

    section: str
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Named:
    """An element or flow, by what people call it."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Crossing:
    """A flow that now crosses kinds of boundaries that it did not cross before.

    Args:
        kinds: In the order of `BoundaryKind`.
    """

    flow: Named
    kinds: tuple[BoundaryKind, ...]


@dataclass(frozen=True, slots=True)
class Reclassified:
    """The most sensitive class of data that a place holds or sends is another one.

    Args:
        before: None when it was not there, or the model knew of no data.
        after: None when the model no longer knows of any.
    """

    place: Named
    before: DataClass | None
    after: DataClass | None


@dataclass(frozen=True, slots=True)
class Weakened:
    """A threat that is said to be stopped by less than before.

    Args:
        gone: Controls, requirements and tests that were named, and are not any more.
        severity_before: Set when it is said to be less severe.
    """

    threat: Threat
    gone: tuple[str, ...] = ()
    severity_before: Severity | None = None


@dataclass(frozen=True, slots=True)
class ModelDiff:
    """What differs between two models of one service, and what of it matters.

    Args:
        has_before: Whether there was a model before.
        sections: Those in which something differs.
        entries: Elements that anybody on the internet may reach from now on.
        raised: Places whose data is now of a more sensitive class.
        lowered: Places that stay, and whose data is now said to be of a less sensitive class.
        privileges: Flows that are there because somebody was allowed something.
        accepted: Threats that are newly lived with, longer than before, or for another reason.
        dismissed: What is newly said not to apply.
    """

    has_before: bool
    sections: tuple[SectionDiff, ...] = ()
    entries: tuple[Named, ...] = ()
    crossings: tuple[Crossing, ...] = ()
    raised: tuple[Reclassified, ...] = ()
    lowered: tuple[Reclassified, ...] = ()
    privileges: tuple[Named, ...] = ()
    threats_added: tuple[Threat, ...] = ()
    threats_removed: tuple[Threat, ...] = ()
    weakened: tuple[Weakened, ...] = ()
    accepted: tuple[Threat, ...] = ()
    dismissed: tuple[Dismissal, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether the models say the same."""
        return not self.sections

    def marks(self) -> Mapping[str, Mark]:
        """Id of each boundary, element, flow and threat that differs, to how; what a picture colours."""
        found: dict[str, Mark] = {}
        for item in self.sections:
            if item.section in _DRAWN:
                found.update(dict.fromkeys(item.removed, Mark.REMOVED))
                found.update(dict.fromkeys(item.changed, Mark.CHANGED))
                found.update(dict.fromkeys(item.added, Mark.ADDED))
        return found


_DRAWN = ("boundaries", "elements", "flows", "threats")
# How a draft says that a flow is there because a policy allows an action: `... allows s3:GetObject`.
_ALLOWED = re.compile(r"\ballows (?:\*|[\w-]+:)")


def diff_models(before: ThreatModel | None, after: ThreatModel) -> ModelDiff:
    """What `after` adds, changes and takes away. Where something stands in its file is no difference.

    Args:
        before: None when there was no model: then everything is added.
    """
    earlier = before or ThreatModel(after.service, "")
    old, new = ModelIndex(earlier), ModelIndex(after)
    threats_before = {item.id: item for item in earlier.threats}
    kept = {item.id for item in after.threats}
    known = {item.id for item in earlier.dismissed}
    raised, lowered = _reclassified(old, new)
    return ModelDiff(
        has_before=before is not None,
        sections=tuple(_sections(earlier, after)),
        entries=tuple(_named(item) for item in after.elements if item.is_public and not _was_public(item.id, old)),
        crossings=tuple(_crossings(old, new)),
        raised=raised,
        lowered=lowered,
        privileges=tuple(
            flow_named(item, new) for item in after.flows if _is_privilege(item) and not _was_privilege(item, old)
        ),
        threats_added=tuple(item for item in after.threats if item.id not in threats_before),
        threats_removed=tuple(item for item in earlier.threats if item.id not in kept),
        weakened=tuple(_weakened(threats_before, after.threats)),
        accepted=tuple(item for item in after.threats if _is_newly_accepted(item, threats_before.get(item.id))),
        dismissed=tuple(item for item in after.dismissed if item.id not in known),
    )


def with_removed(before: ThreatModel | None, after: ThreatModel) -> ThreatModel:
    """`after` with the boundaries, elements and flows that it no longer has, for a picture that shows both."""
    if before is None:
        return after
    return replace(
        after,
        boundaries=_and_gone(after.boundaries, before.boundaries),
        elements=_and_gone(after.elements, before.elements),
        flows=_and_gone(after.flows, before.flows),
    )


def _and_gone(now: tuple[_Drawn, ...], before: tuple[_Drawn, ...]) -> tuple[_Drawn, ...]:
    kept = {item.id for item in now}
    return (*now, *(item for item in before if item.id not in kept))


def flow_named(flow: Flow, index: ModelIndex) -> Named:
    """By its title, or by what it connects."""
    if flow.title:
        return Named(flow.id, flow.title)
    ends = (index.elements.get(end) for end in (flow.source, flow.target))
    source, target = (end.title if end else id_ for end, id_ in zip(ends, (flow.source, flow.target), strict=True))
    return Named(flow.id, f"{source} to {target}")


def _named(element: Element) -> Named:
    return Named(element.id, element.title)


def _sections(before: ThreatModel, after: ThreatModel) -> Iterator[SectionDiff]:
    for section in SECTIONS:
        old = {item.id: _unplaced(item) for item in getattr(before, section)}
        new = {item.id: _unplaced(item) for item in getattr(after, section)}
        found = SectionDiff(
            section,
            added=tuple(id_ for id_ in new if id_ not in old),
            changed=tuple(id_ for id_, item in new.items() if id_ in old and old[id_] != item),
            removed=tuple(id_ for id_ in old if id_ not in new),
        )
        if found.added or found.changed or found.removed:
            yield found


def _unplaced(item: Item) -> Item:
    return item if isinstance(item, Asset) else replace(item, line=0)


def _was_public(element: str, before: ModelIndex) -> bool:
    return element in before.elements and before.elements[element].is_public is True


def _is_privilege(flow: Flow) -> bool:
    return _ALLOWED.search(flow.because) is not None


def _was_privilege(flow: Flow, before: ModelIndex) -> bool:
    """What allows more actions than before is a privilege that is added."""
    return flow.id in before.flows and before.flows[flow.id].because == flow.because


def _crossings(before: ModelIndex, after: ModelIndex) -> Iterator[Crossing]:
    for flow in after.flows.values():
        earlier = before.flows.get(flow.id)
        known = frozenset[BoundaryKind]() if earlier is None else before.kinds_crossed(earlier)
        more = after.kinds_crossed(flow) - known
        if more:
            yield Crossing(flow_named(flow, after), tuple(kind for kind in BoundaryKind if kind in more))


def _reclassified(before: ModelIndex, after: ModelIndex) -> tuple[tuple[Reclassified, ...], tuple[Reclassified, ...]]:
    """Raised, and lowered: by what is said to be there, and not by what may be."""
    raised, lowered = [], []
    for named, place in _places(after):
        was = before.elements.get(place.id) or before.flows.get(place.id)
        earlier = None if was is None else before.highest_class(was.assets)
        now = after.highest_class(place.assets)
        if _care(now) > _care(earlier):
            raised.append(Reclassified(named, earlier, now))
        elif _care(now) < _care(earlier):
            lowered.append(Reclassified(named, earlier, now))
    return tuple(raised), tuple(lowered)


def _places(model: ModelIndex) -> Iterator[tuple[Named, Element | Flow]]:
    yield from ((_named(item), item) for item in model.elements.values())
    yield from ((flow_named(item, model), item) for item in model.flows.values())


def _care(data_class: DataClass | None) -> int:
    return 0 if data_class is None else data_class.rank


def _weakened(before: Mapping[str, Threat], after: Iterable[Threat]) -> Iterator[Weakened]:
    for threat in after:
        earlier = before.get(threat.id)
        if earlier is None:
            continue
        named = {*threat.controls, *threat.requirements, *threat.tests}
        gone = tuple(item for item in (*earlier.controls, *earlier.requirements, *earlier.tests) if item not in named)
        is_milder = threat.severity.rank < earlier.severity.rank
        if gone or is_milder:
            yield Weakened(threat, gone, earlier.severity if is_milder else None)


def _is_newly_accepted(threat: Threat, before: Threat | None) -> bool:
    return threat.accepted is not None and (before is None or threat.accepted != before.accepted)
