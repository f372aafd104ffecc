"""What questions about a threat model need again and again: what is where, and what a flow crosses. Pure."""

from collections.abc import Collection, Iterable
from functools import cached_property

from pavior.resources.views.facts import type_of
from pavior.threatmodels.model import Boundary, BoundaryKind, DataClass, Element, ElementKind, Flow, ThreatModel


class ModelIndex:
    """A threat model by id. Places are elements and flows; ids that nothing has are passed over."""

    def __init__(self, model: ThreatModel) -> None:
        self.elements = {item.id: item for item in model.elements}
        self.flows = {item.id: item for item in model.flows}
        self._boundaries = {item.id: item for item in model.boundaries}
        self._classes = {item.id: item.data_class for item in model.assets}
        self.boundary_kinds = frozenset(item.kind for item in model.boundaries)
        self._around: dict[str, tuple[Boundary, ...]] = {}
        self._crossed: dict[str, tuple[Boundary, ...]] = {}
        self._types: dict[str, frozenset[str]] = {}

    @cached_property
    def flows_of(self) -> dict[str, tuple[Flow, ...]]:
        """The flows that begin or end at each element."""
        found: dict[str, list[Flow]] = {}
        for flow in self.flows.values():
            for end in {flow.source, flow.target}:
                found.setdefault(end, []).append(flow)
        return {id_: tuple(flows) for id_, flows in found.items()}

    def elements_at(self, places: Iterable[str]) -> tuple[Element, ...]:
        """The elements among the places, and the two ends of the flows, each once."""
        ids: dict[str, None] = {}
        for place in places:
            flow = self.flows.get(place)
            ids.update(dict.fromkeys([place] if flow is None else [flow.source, flow.target]))
        return tuple(self.elements[id_] for id_ in ids if id_ in self.elements)

    def types_of(self, element: Element) -> frozenset[str]:
        """What an element is made of, as resource types; empty when the model does not say."""
        if element.id not in self._types:
            told = {element.technology, *(type_of(address) for address in element.resources)}
            self._types[element.id] = frozenset(told - {""})
        return self._types[element.id]

    def around(self, element: Element) -> tuple[Boundary, ...]:
        """The boundaries that an element is within, the innermost first."""
        if element.boundary not in self._around:
            found: dict[str, Boundary] = {}
            at = element.boundary
            while at in self._boundaries and at not in found:
                found[at] = self._boundaries[at]
                at = found[at].within
            self._around[element.boundary] = tuple(found.values())
        return self._around[element.boundary]

    def crossed(self, flow: Flow) -> tuple[Boundary, ...]:
        """The boundaries of which one end of the flow is within and the other is not."""
        if flow.id not in self._crossed:
            source, target = ({item.id: item for item in self._around_end(end)} for end in (flow.source, flow.target))
            both = {**source, **target}
            self._crossed[flow.id] = tuple(item for id_, item in both.items() if (id_ in source) != (id_ in target))
        return self._crossed[flow.id]

    def _around_end(self, id_: str) -> tuple[Boundary, ...]:
        return self.around(self.elements[id_]) if id_ in self.elements else ()

    def kinds_crossed(self, flow: Flow) -> frozenset[BoundaryKind]:
        """Of the boundaries that a flow crosses; with the internet when just one end is there."""
        kinds = {item.kind for item in self.crossed(flow)} - {BoundaryKind.INTERNET}
        ends = self.elements_at([flow.id])
        if len({self.is_on_internet(end) for end in ends}) > 1:
            kinds.add(BoundaryKind.INTERNET)
        return frozenset(kinds)

    def is_on_internet(self, element: Element) -> bool:
        """Whether it is out there: within a boundary of that kind, or somebody who is within none."""
        around = self.around(element)
        if not around:
            return element.kind is ElementKind.EXTERNAL_ENTITY
        return any(item.kind is BoundaryKind.INTERNET for item in around)

    def assets_at(self, places: Iterable[str]) -> tuple[str, ...]:
        """Ids of what the model says that the places hold, work on or send, each once."""
        found: dict[str, None] = {}
        for place in places:
            at = self.elements.get(place) or self.flows.get(place)
            found.update(dict.fromkeys(at.assets if at is not None else ()))
        return tuple(found)

    def assets_concerned(self, places: Collection[str]) -> tuple[str, ...]:
        """The same; all that there are where there are no places.

        Where the model does not say it of a place, it is what is sent from and to it, and what is at the other end.
        """
        if not places:
            return tuple(self._classes)
        found = (asset for place in places for asset in self.assets_at([place]) or self._assets_around(place))
        return tuple(dict.fromkeys(found))

    def _assets_around(self, place: str) -> tuple[str, ...]:
        touching = (self.flows[place],) if place in self.flows else self.flows_of.get(place, ())
        return self.assets_at([id_ for flow in touching for id_ in (flow.id, flow.source, flow.target)])

    def highest_class(self, assets: Iterable[str]) -> DataClass | None:
        """The most sensitive; None when the model knows none of them."""
        classes = [self._classes[asset] for asset in assets if asset in self._classes]
        return max(classes, key=lambda item: item.rank, default=None)
