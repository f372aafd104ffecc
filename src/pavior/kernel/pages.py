"""A part of a long list, with what is needed to ask for the next part."""

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

DEFAULT_PAGE_SIZE = 50
MAXIMUM_PAGE_SIZE = 200


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which part of a list: `offset` rows are skipped, at most `size` are given."""

    offset: int = 0
    size: int = DEFAULT_PAGE_SIZE


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """`items` in order, and how many there are in `total`."""

    items: tuple[T, ...]
    total: int
    offset: int = 0
