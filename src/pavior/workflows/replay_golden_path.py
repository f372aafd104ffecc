"""What an edited golden path would come to over everything that was made from it, before anybody gets it.

Each repository is judged as it is, and with the files that the edited path makes in place of those that the installed
one makes. A file that is no longer what the path makes is its team's own: how the two go together nobody knows here.
"""

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pavior.catalog.model import Service
from pavior.environments.model import Environment
from pavior.goldenpaths.loading import load_golden_path
from pavior.goldenpaths.model import GoldenPath
from pavior.goldenpaths.service import GoldenPaths
from pavior.identity.model import Actor, Permission
from pavior.kernel.errors import ConflictError, PaviorError
from pavior.kernel.verdicts import Phase
from pavior.policy import store as waivers
from pavior.policy.decision import weigh
from pavior.policy.evaluation import evaluate
from pavior.policy.path_replaying import PathEffect, compare
from pavior.policy.waivers import find_in_force
from pavior.reports.evaluations import standing_environments
from pavior.reports.fleet_difference import MOST_EXAMPLES, FleetDifference
from pavior.reports.level_evidence import Place
from pavior.reports.path_replay_view import PathReplayView
from pavior.reports.replay_view import NotRead
from pavior.reports.sight import Sight
from pavior.resources.model import ResourceGraph
from pavior.workflows.gate import read_levels
from pavior.workflows.platform import INFRASTRUCTURE_FOLDER, Platform, infrastructure_files

Files = Mapping[str, bytes]
Tell = Callable[[int, int], None]


def _silently(_done: int, _total: int) -> None:
    """Nobody waits for it."""


@dataclass(frozen=True, slots=True)
class GoldenPathReplays:
    """The verb; nothing is changed by it."""

    platform: Platform

    def replay_golden_path(self, actor: Actor, folder: Path, tell: Tell = _silently) -> PathReplayView:
        """Over the services that the actor may see, as of now.

        Args:
            folder: The edited golden path, on this machine. Its name says which one it is.
            tell: Called after each service with how many are done, of how many.

        Raises:
            MissingError: `golden-path-missing`; ForbiddenError: `permission-denied`.
            InvalidError: `golden-path-invalid`, `template-unsafe`.
        """
        platform = self.platform
        edited = load_golden_path(folder)
        installed = platform.golden_paths.get(edited.name)
        found, unchanged = FleetDifference[PathEffect](), 0
        with platform.database.snapshot() as transaction:
            sight = Sight(transaction, platform.authoriser, actor, platform.clock.now())
            sight.require(Permission.CONTROL_READ)
            services = sight.services(Permission.ENVIRONMENT_READ)
            made = [item for item in services.values() if item.golden_path == edited.name]
            places = standing_environments(sight, {item.name: item for item in made})
            by_service: dict[str, list[Environment]] = {}
            for place in places.values():
                by_service.setdefault(place.service, []).append(place)
            for number, service in enumerate(made, start=1):
                here = by_service.get(service.name, [])
                unchanged += not self._replay_service(sight, edited, service, here, found)
                tell(number, len(made))
        return PathReplayView(
            golden_path=edited.name,
            version=installed.version,
            version_then=edited.version,
            as_of=sight.now,
            services=len(made),
            unchanged=unchanged,
            environments=len(places),
            teams=found.teams(),
            newly_stopped=tuple(found.stopped[:MOST_EXAMPLES]),
            let_go=tuple(found.let_go[:MOST_EXAMPLES]),
            unanswered=tuple(found.unanswered[:MOST_EXAMPLES]),
            not_read=tuple(found.not_read),
        )

    def _replay_service(
        self,
        sight: Sight,
        edited: GoldenPath,
        service: Service,
        places: Iterable[Environment],
        found: FleetDifference[PathEffect],
    ) -> bool:
        """Whether its infrastructure would be another one, or nobody can say."""
        try:
            before, after = self._files(edited, service)
        except PaviorError as problem:
            found.not_read += [NotRead(item.id, service.team, Phase.CODE, problem.summary) for item in places]
            return True
        if before == after:
            return False
        for place in places:
            try:
                graphs = self._read(before, place), self._read(after, place)
            except PaviorError as problem:
                found.not_read.append(NotRead(place.id, service.team, Phase.CODE, problem.summary))
                continue
            self._replay_place(sight, service, place, graphs, found)
        return True

    def _replay_place(
        self,
        sight: Sight,
        service: Service,
        place: Environment,
        graphs: tuple[ResourceGraph, ResourceGraph],
        found: FleetDifference[PathEffect],
    ) -> None:
        """As it is, and as it would be, with the levels and waivers that hold there now."""
        excuses = waivers.list_in_force(sight.tx, place.id, sight.now)
        find_waiver = find_in_force(excuses, place.id, sight.now)
        find_level = read_levels(sight.tx, place, sight.now).find
        before, after = (
            weigh(
                evaluate(graph, self.platform.controls, Phase.CODE).verdicts,
                environment=place.id,
                controls=self.platform.controls,
                find_waiver=find_waiver,
                find_level=find_level,
            )
            for graph in graphs
        )
        then = graphs[1]
        effects = compare(place.id, service.team, before, after, is_whole=then.complete)
        found.add(Place(place.id, service.team, place.is_production), effects, is_answered=True)
        if then.skipped or not then.complete:
            why = "Parts of what it would be cannot be read, so what is not found there may be there still."
            found.not_read.append(NotRead(place.id, service.team, Phase.CODE, why))

    def _files(self, edited: GoldenPath, service: Service) -> tuple[Files, Files]:
        """The infrastructure of the repository as it is, and as it would be.

        Raises:
            ConflictError: `golden-path-apart`.
            PaviorError: The parameters are refused, or the repository cannot be read.
        """
        platform = self.platform
        made = platform.golden_paths.render(edited.name, service.parameters).files
        paths = GoldenPaths((edited,), platform.golden_paths.renderer)
        wanted = paths.render(edited.name, service.parameters).files
        head = platform.forge.head(service.repository)
        with platform.checkout(service.repository, head, f"replay-{secrets.token_hex(8)}") as folder:
            before = infrastructure_files(folder)
        after = dict(before)
        for path in sorted(made.keys() | wanted.keys()):
            if not path.startswith(f"{INFRASTRUCTURE_FOLDER}/") or made.get(path) == wanted.get(path):
                continue
            if before.get(path) != made.get(path):
                raise _apart(path, platform.golden_paths.get(edited.name))
            if path in wanted:
                after[path] = wanted[path]
            else:
                del after[path]
        return before, after

    def _read(self, files: Files, place: Environment) -> ResourceGraph:
        return self.platform.read_source_tolerantly(files, {"environment": place.name}, frozenset())


def _apart(path: str, installed: GoldenPath) -> ConflictError:
    return ConflictError(
        "golden-path-apart",
        f"{path} is not what {installed.name} {installed.version} makes: its team has changed it, or it came from "
        "another version.",
        fix="Ask its team to take the change over by hand.",
    )
