"""Literal attributes that source is to have, and what becomes of it. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class WantedAttribute:
    """That a resource says `name = value` in its own block."""

    address: str
    name: str
    value: bool | int | str


@dataclass(frozen=True, slots=True)
class FixedSource:
    """What came of it.

    Args:
        files: Those that change, by path; whole.
        refused: What was not written, and why.
    """

    files: Mapping[str, bytes]
    refused: Mapping[WantedAttribute, str]


# Files by path, the folder of the stack, and what is wanted.
WriteAttributes: TypeAlias = Callable[[Mapping[str, bytes], str, Sequence[WantedAttribute]], FixedSource]
