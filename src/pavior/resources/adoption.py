"""What becomes of source that is to say what is live: the new files, and what had to be left out. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from pavior.resources.model import ResourceGraph


@dataclass(frozen=True, slots=True)
class Wish:
    """That a source says what is live.

    Args:
        files: By path relative to the checkout, such as `infra/main.tf`.
        variables: Values as text, by name; those in `sensitive` are secret.
        declared: What was applied, as the engine's state says.
        wanted: Addresses; empty for all that drifted.
    """

    files: Mapping[str, bytes]
    variables: Mapping[str, str] = field(repr=False)
    sensitive: frozenset[str]
    declared: ResourceGraph
    live: ResourceGraph
    wanted: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Adopted:
    """One property that the source now says as it is. `name` is empty where the whole resource was taken out."""

    address: str
    name: str

    def __str__(self) -> str:
        return f"{self.address}: {self.name or 'taken out'}"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One property that a person has to write, and why. An apply of the source sets it back."""

    address: str
    name: str
    why: str

    def __str__(self) -> str:
        return f"{self.address}: {self.name or 'the resource'}: {self.why}"


@dataclass(frozen=True, slots=True)
class Adoption:
    """The edit of a source.

    Args:
        files: Those that change, by path; whole.
        taken: In the order of the drifts.
        left: In the order of the drifts; those that were not asked for last.
    """

    files: Mapping[str, bytes]
    taken: tuple[Adopted, ...]
    left: tuple[LeftOut, ...]


AdoptSource: TypeAlias = Callable[[Wish], Adoption]
