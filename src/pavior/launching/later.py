"""A Launcher that loads what starts things when it is asked to, so that help and `pavior check` stay light."""

import shlex
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pavior.cli.launcher import ChartRendering, CheckTools, Session, UpRequest

if TYPE_CHECKING:
    from pavior.launching.launcher import LocalLauncher
    from pavior.resources.model import ResourceGraph


@dataclass(frozen=True, slots=True)
class LaterLauncher:
    """Reads the settings when the first thing is started; see `cli.launcher.Launcher` for what each method does.

    Args:
        environment: Usually `os.environ`.
        user_home: Where `~` leads.
        program: What was typed to start this program.
    """

    environment: Mapping[str, str]
    user_home: Path
    program: str = "pavior"

    def check_tools(self) -> CheckTools:
        """Readers and controls alone; no settings are read, since none of them matters."""
        from pavior.adapters.readers.terraform_plan import read_planned_graph
        from pavior.content.remembering import recall_controls

        return CheckTools(
            recall_controls,
            _read_source,
            _read_source_tolerantly,
            read_planned_graph,
            _read_state,
            _read_manifests,
            _render_chart,
        )

    def application(self, *, acting_as: str) -> AbstractContextManager[Session]:
        """Open the application."""
        return self._launcher().application(acting_as=acting_as)

    def up(self, request: UpRequest) -> int:
        """Everything in one process tree."""
        return self._launcher().up(request)

    def server(self, *, port: int | None, is_json: bool) -> int:
        """Portal and API."""
        return self._launcher().server(port=port, is_json=is_json)

    def worker(self, *, is_companion: bool, is_json: bool) -> int:
        """Runs."""
        return self._launcher().worker(is_companion=is_companion, is_json=is_json)

    def sandbox(self, *, port: int, is_json: bool) -> int:
        """The sandbox cloud."""
        return self._launcher().sandbox(port=port, is_json=is_json)

    def backup(self, into: Path, *, is_json: bool) -> int:
        """One file of everything but the keys."""
        return self._launcher().backup(into, is_json=is_json)

    def restore(self, file: Path, *, is_json: bool) -> int:
        """The data folder out of such a file."""
        return self._launcher().restore(file, is_json=is_json)

    def demo(self, *, folder: Path | None, is_json: bool) -> int:
        """The walk."""
        return self._launcher().demo(folder=folder, is_json=is_json)

    def _launcher(self) -> "LocalLauncher":
        from pavior.launching.launcher import LocalLauncher
        from pavior.settings import read_settings

        settings = read_settings(self.environment, user_home=self.user_home)

        return LocalLauncher(settings, self._command())

    def _command(self) -> str:
        """How to type this command line in another terminal, so that it finds the same folders."""
        named = [name for name in ("PAVIOR_HOME", "PAVIOR_KEYS") if self.environment.get(name)]
        folders = [f"{name}={shlex.quote(self.environment[name])}" for name in named]
        return " ".join([*folders, shlex.quote(self.program)])


# Only where there is source: the reader of HCL is a fifth of what the check of a small plan costs.
def _read_source(
    files: Mapping[str, bytes],
    variables: Mapping[str, str],
    sensitive: frozenset[str],
    variable_files: Mapping[str, bytes],
) -> "ResourceGraph":
    from pavior.adapters.readers.terraform_source import read_source

    return read_source(files, variables, sensitive, variable_files)


def _read_source_tolerantly(
    files: Mapping[str, bytes],
    variables: Mapping[str, str],
    sensitive: frozenset[str],
    variable_files: Mapping[str, bytes],
) -> "ResourceGraph":
    from pavior.adapters.readers.terraform_source import read_source_tolerantly

    return read_source_tolerantly(files, variables, sensitive, variable_files)


def _read_manifests(files: Mapping[str, bytes]) -> "ResourceGraph":
    # YAML is loaded when there is some; a check of Terraform needs none.
    from pavior.adapters.readers.kubernetes import read_manifests

    return read_manifests(files)


def _render_chart(chart: Path) -> ChartRendering:
    from pavior.adapters.readers.helm_charts import render_chart

    return render_chart(chart)


def _read_state(body: bytes) -> "ResourceGraph":
    from pavior.adapters.readers.terraform_state import read_state_file

    return read_state_file(body)
