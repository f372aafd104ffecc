"""How a kind of view is had from a graph."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

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


@dataclass(frozen=True, slots=True)
class ViewType:
    """How one kind of view is had from a graph.

    Args:
        select: The resources that may mean this thing, in the graph's order within a type.
        build: The view of one of them, or None when it turns out to mean something else.
    """

    name: str
    select: Callable[[GraphIndex], Iterable[Resource]]
    build: Callable[[Resource, GraphIndex], View | None]


def of_types(*types: str) -> Callable[[GraphIndex], Iterable[Resource]]:
    """All resources of these types."""
    return lambda index: index.of_type(*types)
