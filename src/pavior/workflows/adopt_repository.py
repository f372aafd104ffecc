"""Value before adoption: existing repositories, read only, with verdicts and coverage."""

from dataclasses import dataclass
from pathlib import Path

from pavior.catalog.model import CatalogProblem, Entity
from pavior.identity.model import Actor
from pavior.kernel.verdicts import Verdict
from pavior.policy.model import Coverage


@dataclass(frozen=True, slots=True)
class AdoptedRepository:
    """What one repository gave."""

    path: str
    service: str
    team: str
    entities: tuple[Entity, ...]
    problems: tuple[CatalogProblem, ...]
    verdicts: tuple[Verdict, ...]
    coverage: Coverage


class AdoptRepository:
    """Adoption."""

    def adopt(self, actor: Actor, path: Path) -> tuple[AdoptedRepository, ...]:
        """Read every repository at or one level below `path`; nothing under `path` is written.

        Raises:
            MissingError: `path-missing`; InvalidError: `nothing-to-adopt`.
        """
        raise NotImplementedError
