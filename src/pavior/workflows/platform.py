"""What promises are kept with: the ports, the database and the controls, chosen once in `bootstrap`."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pavior.catalog.ports import Forge
from pavior.environments.ports import Cloud, Engine
from pavior.environments.vault import Vault
from pavior.goldenpaths.service import GoldenPaths
from pavior.identity.authorisation import Authoriser
from pavior.kernel.clock import Clock
from pavior.kernel.errors import MissingError
from pavior.policy.model import Control
from pavior.resources.adoption import AdoptSource
from pavior.resources.model import PlanReading, ResourceGraph
from pavior.storage.database import Database
from pavior.threatmodels.library_model import LibraryThreat
from pavior.threatmodels.review_rules import BUILT_IN_RULES, Rule
from pavior.workflows.durable import RunQueue

INFRASTRUCTURE_FOLDER = "infra"

ReadSource = Callable[[Mapping[str, bytes], Mapping[str, str], frozenset[str]], ResourceGraph]
ReadPlan = Callable[[bytes], PlanReading]


@dataclass(frozen=True, slots=True)
class Platform:
    """Everything a workflow may touch.

    Args:
        read_source: Files, variables and the names of the sensitive ones to a graph, strictly.
        read_source_tolerantly: The same, where an unreadable file is reported in `skipped`.
        adopt_source: Edits source until it says what is live.
        read_plan: Masked plan JSON to its reading.
        mask: Removes everything that looks like a secret from a line of text.
        work_folder: Where checkouts live while they are needed.
        library: The threats that drafts look for, also those of the installation's packs.
        review_rules: When a proposal needs a security review.
    """

    database: Database
    clock: Clock
    authoriser: Authoriser
    enqueuer: RunQueue
    vault: Vault
    forge: Forge
    engines: Mapping[str, Engine]
    default_engine: str
    cloud: Cloud
    controls: tuple[Control, ...]
    golden_paths: GoldenPaths
    read_source: ReadSource
    read_source_tolerantly: ReadSource
    adopt_source: AdoptSource
    read_plan: ReadPlan
    mask: Callable[[str], str]
    work_folder: Path
    library: tuple[LibraryThreat, ...]
    review_rules: tuple[Rule, ...] = BUILT_IN_RULES

    def engine(self, name: str) -> Engine:
        """Raises MissingError `engine-missing`."""
        if name not in self.engines:
            raise MissingError(
                "engine-missing",
                f"This installation has no engine {name!r}.",
                fix=f"Use one of: {', '.join(sorted(self.engines))}.",
            )
        return self.engines[name]

    def find_control(self, control_id: str) -> Control:
        """By its id, or by one that it had before. Raises MissingError `control-missing`."""
        for control in self.controls:
            if control_id in (control.id, *control.formerly):
                return control
        raise MissingError(
            "control-missing",
            f"There is no control {control_id[:80]}.",
            fix="List them with: pavior control list.",
        )

    def owner_of(self, control_id: str) -> str:
        """The team that owns a control; empty where that is the role security, as of one that is no more."""
        return next((item.owner for item in self.controls if control_id in (item.id, *item.formerly)), "")

    @contextmanager
    def checkout(self, repository: str, commit: str, owner: str) -> Iterator[Path]:
        """The tree of a commit in a folder that is gone afterwards. `owner` is unique among what runs."""
        with self.scratch(owner) as folder:
            self.forge.checkout(repository, commit, folder)
            yield folder

    @contextmanager
    def scratch(self, owner: str) -> Iterator[Path]:
        """An empty folder that is gone afterwards. `owner` is unique among what runs."""
        folder = self.work_folder / owner
        # A killed run may have left half a tree behind.
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def infrastructure_files(checkout: Path) -> dict[str, bytes]:
    """The Terraform files of a checkout, by path relative to it, in order."""
    folder = checkout / INFRASTRUCTURE_FOLDER
    return {
        path.relative_to(checkout).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }
