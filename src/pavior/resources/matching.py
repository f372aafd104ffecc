"""Pairing the elements of two lists whose order means nothing. Pure."""

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")

# How the leaves that are the same as anything print.
_WILD = ("Unknown(", "Sensitive(fingerprint='')")


def unmatched(
    left: Sequence[T], right: Sequence[T], is_same: Callable[[T, T], bool]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Indexes of what is left over on each side when as many elements as possible are paired.

    Sameness need not be transitive: an unknown is the same as anything, so a first fit is not good enough.
    """
    over, lacking = _without_twins(left, right)
    possible = {item: [other for other in lacking if is_same(left[item], right[other])] for item in over}
    partner_of: dict[int, int] = {}
    # Those with least choice first, so that almost nothing has to be moved later.
    for item in sorted(over, key=lambda index: len(possible[index])):
        _place(item, possible, partner_of, set())
    placed = set(partner_of.values())
    return tuple(item for item in over if item not in placed), tuple(item for item in lacking if item not in partner_of)


def _without_twins(left: Sequence[T], right: Sequence[T]) -> tuple[list[int], list[int]]:
    """Indexes without the pairs that print alike: nearly all, nearly always, and comparing each with each is slow."""
    places: dict[str, list[int]] = {}
    for index in reversed(range(len(right))):
        places.setdefault(repr(right[index]), []).append(index)
    over, paired = [], set()
    for index, item in enumerate(left):
        text = repr(item)
        if places.get(text) and not any(mark in text for mark in _WILD):
            paired.add(places[text].pop())
        else:
            over.append(index)
    return over, [index for index in range(len(right)) if index not in paired]


def _place(item: int, possible: dict[int, list[int]], partner_of: dict[int, int], tried: set[int]) -> bool:
    """Find a partner for `item`, moving others where they have another choice (Kuhn's algorithm)."""
    for choice in possible[item]:
        if choice not in partner_of:
            partner_of[choice] = item
            return True
    for choice in possible[item]:
        if choice in tried:
            continue
        tried.add(choice)
        if _place(partner_of[choice], possible, partner_of, tried):
            partner_of[choice] = item
            return True
    return False
