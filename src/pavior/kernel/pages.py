"""A part of a long list, with what is needed to ask for the next part."""

from typing import Generic, TypeVar

from msgspec import Struct

T = TypeVar("T")

DEFAULT_PAGE_SIZE = 50
MAXIMUM_PAGE_SIZE = 200


class PageRequest(Struct, frozen=True):
    """Which part of a list: `offset` rows are skipped, at most `size` are given."""

    offset: int = 0
    size: int = DEFAULT_PAGE_SIZE


class Page(Struct, Generic[T], frozen=True):
    """`items` in order, and how many there are in `total`."""

    items: tuple[T, ...]
    total: int
    offset: int = 0
