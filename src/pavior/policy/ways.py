"""The graphs that one may be, where it is not known of some blocks whether they are there.

A verdict that is the same in all of them holds whichever it is: van Fraassen's supervaluation.
"""

from collections.abc import Iterable
from itertools import product
from math import prod

from msgspec import structs

from pavior.resources.model import Resource, ResourceGraph
from pavior.resources.views import GraphIndex, index_graph

# Of one thing with what completes it.
MAXIMUM_WAYS = 16
# Resources of all graphs that are arranged for one evaluation, about a second's worth. Beyond that all stays unknown.
MAXIMUM_ARRANGED = 40_000


class Ways:
    """Remembers the graphs of one evaluation."""

    def __init__(self, graph: ResourceGraph) -> None:
        self._graph = graph
        self._indexes: dict[tuple[tuple[str, int], ...], GraphIndex] = {}
        self.are_open = any(resource.ways for resource in graph.resources)

    def indexes(self, resources: Iterable[Resource]) -> tuple[GraphIndex, ...]:
        """The graph in each way that these may be together; none when they are known, or there are too many."""
        opened = {item.address: item for item in resources if item.ways}
        if not opened or prod(len(item.ways) for item in opened.values()) > MAXIMUM_WAYS:
            return ()
        choices = [
            tuple(zip(opened, choice, strict=True))
            for choice in product(*(range(len(item.ways)) for item in opened.values()))
        ]
        missing = [chosen for chosen in choices if chosen not in self._indexes]
        if (len(self._indexes) + len(missing)) * len(self._graph.resources) > MAXIMUM_ARRANGED:
            return ()
        for chosen in missing:
            ways = {address: opened[address].ways[number] for address, number in chosen}
            changed = tuple(ways.get(item.address, item) for item in self._graph.resources)
            self._indexes[chosen] = index_graph(structs.replace(self._graph, resources=changed))
        return tuple(self._indexes[chosen] for chosen in choices)
