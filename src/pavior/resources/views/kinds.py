"""How a kind of view is had from a graph."""

from collections.abc import Callable, Iterable
from typing import Protocol

from msgspec import Struct

from pavior.resources.model import Resource
from pavior.resources.views.index import GraphIndex


class View(Protocol):
    """What every view has."""

    @property
    def resource(self) -> Resource:
        """The subject of the verdict."""

    @property
    def satellites(self) -> tuple[Resource, ...]:
        """The resources that complete it."""


class Selection(Struct, frozen=True):
    """Which resources may mean a thing, in the graph's order within a type.

    Args:
        types: Every type that `choose` may give, so that nothing needs to be loaded where none of them occurs; empty
            when it may be any.
    """

    types: tuple[str, ...]
    choose: Callable[[GraphIndex], Iterable[Resource]]


class ViewType(Struct, frozen=True):
    """How one kind of view is had from a graph.

    Args:
        selection: The resources that may mean this thing.
        build: The view of one of them, or None when it turns out to mean something else.
    """

    name: str
    selection: Selection
    build: Callable[[Resource, GraphIndex], View | None]

    def select(self, index: GraphIndex) -> Iterable[Resource]:
        """The resources of one graph that may mean this thing."""
        return self.selection.choose(index)


def of_types(*types: str) -> Selection:
    """All resources of these types."""
    return Selection(types, lambda index: index.of_type(*types))
