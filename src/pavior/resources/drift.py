"""Comparing what was applied with what is there, property by property. Pure."""

from dataclasses import dataclass

from pavior.resources.model import ResourceGraph, Value


@dataclass(frozen=True, slots=True)
class PropertyDrift:
    """One property. `expected` or `actual` is None when the property is absent on that side."""

    path: str
    expected: Value
    actual: Value


@dataclass(frozen=True, slots=True)
class ResourceDrift:
    """One resource. `kind` is `changed` or `missing`."""

    address: str
    type: str
    kind: str
    properties: tuple[PropertyDrift, ...]


def compare(declared: ResourceGraph, observed: ResourceGraph) -> tuple[ResourceDrift, ...]:
    """Every resource of `declared` that is missing from `observed` or differs from it, in declared order.

    Noise is no drift: null against empty, order in set-like lists, whitespace and key order in
    JSON policies, and values that either side does not know.
    """
    raise NotImplementedError
