"""Two models in one picture. Pure."""

from dataclasses import replace
from typing import Protocol, TypeVar

from pavior.threatmodels.model import ThreatModel


class _Identified(Protocol):
    @property
    def id(self) -> str: ...


_Item = TypeVar("_Item", bound=_Identified)


def with_removed(before: ThreatModel | None, after: ThreatModel) -> ThreatModel:
    """`after`, and beside it the boundaries, elements and flows that only `before` had, for a picture of both."""
    if before is None:
        return after
    # Of what was, only the frame: its threats are not there any more.
    return replace(
        after,
        boundaries=_both(before.boundaries, after.boundaries),
        elements=_both(before.elements, after.elements),
        flows=_both(before.flows, after.flows),
    )


def _both(before: tuple[_Item, ...], after: tuple[_Item, ...]) -> tuple[_Item, ...]:
    kept = {item.id for item in after}
    return (*after, *(item for item in before if item.id not in kept))
