"""A Launcher that loads what starts things when it is asked to, so that help and `pavior check` stay light."""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, cast

from pavior.cli.launcher import ChartRendering, CheckTools, Session, UpRequest

if TYPE_CHECKING:
    from pavior.content.configuration import Configuration, PackSource
    from pavior.launching.launcher import LocalLauncher
    from pavior.resources.fixing import FixedSource, WantedAttribute
    from pavior.resources.model import ResourceGraph, Value


class LaterLauncher:
    """Reads the settings when the first thing is started; see `cli.launcher.Launcher` for what each method does.

    Args:
        environment: Usually `os.environ`.
        user_home: Where `~` leads.
        find_program: What was typed to start this program; asked when something is started.
    """

    # A plain class: a Struct would show the environment, which may hold secrets, and a dataclass costs a millisecond.
    __slots__ = ("_environment", "_find_program", "_user_home")

    def __init__(
        self, environment: Mapping[str, str], user_home: Path, find_program: Callable[[], str] = lambda: "pavior"
    ) -> None:
        self._environment = environment
        self._user_home = user_home
        self._find_program = find_program

    def check_tools(self) -> CheckTools:
        """Readers and controls alone; of the settings only the one about controls matters."""
        from pavior.adapters.readers.terraform_plan import read_planned_graph
        from pavior.content.remembering import recall_controls

        return CheckTools(
            load_controls=recall_controls,
            read_source=_read_source,
            read_source_tolerantly=_read_source_tolerantly,
            read_plan=read_planned_graph,
            read_state=_read_state,
            read_manifests=_read_manifests,
            render_chart=_render_chart,
            mask_lines=_mask_lines,
            read_earlier=_read_earlier,
            write_attributes=_write_attributes,
            mask=_mask,
            read_configuration=self._read_configuration,
            read_operator=self._read_operator,
            fetch_pack=self._fetch_pack,
            fetch_levels=self._fetch_levels,
        )

    def _read_configuration(self, path: Path) -> "Configuration":
        from pavior.adapters.readers.configuration_file import find_configuration, read_configuration

        file = find_configuration(path, user_home=self._user_home)
        return _nothing_chosen() if file is None else read_configuration(file)

    def _read_operator(self) -> "Configuration":
        if not self._environment.get("PAVIOR_CONTROLS"):
            return _nothing_chosen()
        from pavior.adapters.readers.configuration_file import read_configuration
        from pavior.settings import read_controls_file

        file = read_controls_file(self._environment, user_home=self._user_home)
        return _nothing_chosen() if file is None else read_configuration(file, is_of_operator=True)

    def _fetch_pack(self, source: "PackSource", base: Path) -> bool:
        from pavior.adapters.pack_fetching import fetch_pack

        return fetch_pack(source, base, self._environment)

    def _fetch_levels(self, server: str, environment: str) -> bytes:
        from pavior.adapters.levels_fetching import fetch_levels

        return fetch_levels(server, environment, self._environment)

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

        settings = read_settings(self._environment, user_home=self._user_home)

        return LocalLauncher(settings, self._command())

    def _command(self) -> str:
        """How to type this command line in another terminal, so that it finds the same folders."""
        import shlex

        named = [name for name in ("PAVIOR_HOME", "PAVIOR_KEYS") if self._environment.get(name)]
        folders = [f"{name}={shlex.quote(self._environment[name])}" for name in named]
        return " ".join([*folders, shlex.quote(self._find_program())])


def _nothing_chosen() -> "Configuration":
    from pavior.content.configuration import Configuration

    return Configuration()


# Only where there is source: the reader of HCL is a fifth of what the check of a small plan costs.
def _read_source(
    files: Mapping[str, bytes],
    variables: Mapping[str, str],
    sensitive: frozenset[str],
    variable_files: Mapping[str, bytes],
    *,
    is_lenient: bool = False,
) -> "ResourceGraph":
    from pavior.adapters.readers.terraform_source import read_source

    return read_source(files, variables, sensitive, variable_files, is_lenient=is_lenient)


def _read_source_tolerantly(
    files: Mapping[str, bytes],
    variables: Mapping[str, str],
    sensitive: frozenset[str],
    variable_files: Mapping[str, bytes],
    *,
    is_lenient: bool = False,
) -> "ResourceGraph":
    from pavior.adapters.readers.terraform_source import read_source_tolerantly

    return read_source_tolerantly(files, variables, sensitive, variable_files, is_lenient=is_lenient)


def _read_manifests(files: Mapping[str, bytes]) -> "ResourceGraph":
    # YAML is loaded when there is some; a check of Terraform needs none.
    from pavior.adapters.readers.kubernetes import read_manifests

    return read_manifests(files)


def _mask_lines(lines: Iterable[str], wanted: Container[int]) -> Iterable[str]:
    # Only where lines are shown.
    from pavior.storage.masking import Masker

    return Masker().mask_lines(lines, wanted)


def _read_earlier(folder: Path, name: str, endings: Sequence[str]) -> tuple[str, Mapping[str, bytes]]:
    from pavior.adapters.forges.earlier import read_earlier

    return read_earlier(folder, name, endings)


def _write_attributes(files: Mapping[str, bytes], folder: str, wanted: "Sequence[WantedAttribute]") -> "FixedSource":
    from pavior.adapters.adopting.fixing import write_attributes

    return write_attributes(files, folder, wanted)


def _mask(name: str, value: "Value") -> "Value":
    from pavior.storage.masking import Masker

    # Under its name, since a name such as `password` tells of any value that it is one.
    masked = cast("dict[str, Value]", Masker().mask_document({name: value}))
    return masked[name]


def _render_chart(chart: Path) -> ChartRendering:
    from pavior.adapters.readers.helm_charts import render_chart

    return render_chart(chart)


def _read_state(body: bytes) -> "ResourceGraph":
    from pavior.adapters.readers.terraform_state import read_state_file

    return read_state_file(body)
