"""Services and the catalog entities around them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pavior.kernel.refs import Ref
from pavior.kernel.verdicts import Position


@dataclass(frozen=True, slots=True)
class Relation:
    """`type` is Backstage's word, such as `ownedBy`, `partOf`, `dependsOn`, `providesApi`."""

    type: str
    target: Ref


@dataclass(frozen=True, slots=True)
class Entity:
    """One document of a catalog file, kept whole in `document` so that nothing is lost on writing.

    Args:
        is_known_kind: False for kinds that Backstage does not define; kept and reported all the same.
    """

    ref: Ref
    kind: str
    title: str
    description: str
    owner: Ref | None
    relations: tuple[Relation, ...]
    tags: tuple[str, ...]
    document: Mapping[str, object]
    position: Position
    is_known_kind: bool = True


@dataclass(frozen=True, slots=True)
class CatalogProblem:
    """What is wrong in a catalog file: a document that was not taken, or a field of one that was."""

    code: str
    message: str
    fix: str
    position: Position


@dataclass(frozen=True, slots=True)
class CatalogReading:
    """What catalog files hold; what is right counts, whatever else is wrong."""

    entities: tuple[Entity, ...]
    problems: tuple[CatalogProblem, ...]

    @property
    def unknown_kinds(self) -> tuple[Entity, ...]:
        """Entities of kinds that Backstage does not define: kept, without relations."""
        return tuple(entity for entity in self.entities if not entity.is_known_kind)


@dataclass(frozen=True, slots=True)
class Service:
    """Something a team runs.

    Args:
        name: Unique, lower-case words with hyphens.
        team: Owning team, of `identity`; never taken from a repository's file as membership.
        repository: Name in the forge, or a path for an adopted one.
        golden_path: Name and version it was made from, such as `python-service 1.0.0`, or empty when adopted.
        parameters: Answers given to the golden path.
    """

    name: str
    title: str
    description: str
    team: str
    repository: str
    lifecycle: str
    golden_path: str
    golden_path_version: str
    parameters: Mapping[str, object]
    data_class: str
    created_at: datetime
    is_adopted: bool = False
    tags: tuple[str, ...] = field(default=())
