"""What the command line needs to be given: only `main` may start things, so it hands in a Launcher."""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

if TYPE_CHECKING:
    # Help loads none of them: the application brings the database library along.
    from pavior.application import Application
    from pavior.content.configuration import Configuration, PackSource
    from pavior.identity.model import Actor, Invitation
    from pavior.policy.model import Control
    from pavior.resources.fixing import WriteAttributes
    from pavior.resources.model import ResourceGraph, Value


class WorkingContext(Protocol):
    """Makes a context inside which queued runs are worked off."""

    def __call__(self) -> AbstractContextManager[None]:
        """Start a worker in this process unless one is alive elsewhere; stop what was started at the end."""


class Session(Struct, frozen=True):
    """An open application, and as whom.

    Args:
        working: Entered while a command waits for a run.
        sign_in_address: The portal's address of a one-time link; it holds the secret.
    """

    application: "Application"
    actor: "Actor"
    working: WorkingContext
    sign_in_address: "Callable[[Invitation], str]"


class UpRequest(Struct, frozen=True):
    """What `pavior up` was asked for.

    Args:
        port: 0 to 65535, or None for the setting.
        is_demo_wanted: Whether the road is walked once when the data folder is empty.
        is_json: Whether the address and the login link are printed as one JSON document, once it serves.
    """

    port: int | None = None
    is_demo_wanted: bool = True
    is_json: bool = False


class ReadSource(Protocol):
    """Terraform source to a graph."""

    def __call__(
        self,
        files: Mapping[str, bytes],
        variables: Mapping[str, str],
        sensitive: frozenset[str],
        variable_files: Mapping[str, bytes],
        /,
        *,
        is_lenient: bool = False,
    ) -> "ResourceGraph":
        """The graph.

        Args:
            files: By path.
            variables: Values as text.
            sensitive: Names of the variables whose values are hidden.
            variable_files: Files of values by path, later ones win; `variables` win over them.
            is_lenient: What Terraform refuses, and has one meaning, is read as that, with a remark.
        """


class ChartRendering(Protocol):
    """What became of a Helm chart."""

    @property
    def files(self) -> Mapping[str, bytes]:
        """What each template made, by its path within the chart."""

    @property
    def why_not(self) -> str:
        """Why there is nothing; empty when the chart was rendered."""


class CheckTools(Struct, frozen=True, kw_only=True):
    """What `pavior check` and `pavior control` work with: no database, no account, no network.

    Args:
        load_controls: Every control of this Pavior, by id.
        read_source: Raises InvalidError for a file that cannot be read.
        read_source_tolerantly: The same, where such a file is named in `skipped` and the graph is not complete.
        read_plan: Terraform's plan JSON to the graph that it would make, masked. Raises InvalidError.
        read_state: A state file, or what `show -json` makes of one, to a graph, masked. Raises InvalidError.
        read_manifests: Kubernetes manifests by path to a graph; what cannot be read is named in `skipped`.
        render_chart: The Helm chart in a folder.
        mask_lines: Lines of a file, from its first, and the numbers of those that will be shown, to as many without
            what looks like a secret; of others nothing need be given.
        read_earlier: Folder, name of a commit and endings, to the commit where the branch left it and the files with
            these endings that were in the folder then, by path relative to it. Raises InvalidError, MissingError and
            UnavailableError.
        write_attributes: Lets source say literal attributes, in place; see `resources.fixing`.
        mask: The name of an attribute and its value, to the value without what looks like a secret.
        read_configuration: The `pavior.yaml` of a path; an empty one when there is none. Raises InvalidError.
        read_operator: The file that PAVIOR_CONTROLS names; an empty one when it names none. Raises InvalidError.
        fetch_pack: Brings a pack into the folder of the file that names it; False when it is there already.
        fetch_levels: Address of a server and an environment, to the document that the server signs, not verified; the
            token is that of the settings. Raises InvalidError, MissingError, ForbiddenError and UnavailableError.
    """

    load_controls: "Callable[[], tuple[Control, ...]]"
    read_source: ReadSource
    read_source_tolerantly: ReadSource
    read_plan: "Callable[[bytes], ResourceGraph]"
    read_state: "Callable[[bytes], ResourceGraph]"
    read_manifests: "Callable[[Mapping[str, bytes]], ResourceGraph]"
    render_chart: Callable[[Path], ChartRendering]
    mask_lines: "Callable[[Iterable[str], Container[int]], Iterable[str]]"
    read_earlier: Callable[[Path, str, Sequence[str]], tuple[str, Mapping[str, bytes]]]
    write_attributes: "WriteAttributes"
    mask: "Callable[[str, Value], Value]"
    read_configuration: "Callable[[Path], Configuration]"
    read_operator: "Callable[[], Configuration]"
    fetch_pack: "Callable[[PackSource, Path], bool]"
    fetch_levels: Callable[[str, str], bytes]


class Launcher(Protocol):
    """Starts things. Every method raises PaviorError for what can go wrong on purpose."""

    def check_tools(self) -> CheckTools:
        """Readers and controls. Nothing that serves, stores, runs or calls a cloud may be imported for it."""

    def application(self, *, acting_as: str) -> AbstractContextManager[Session]:
        """Open the application on the data folder.

        Args:
            acting_as: Name of a person, for a local operator; empty for the token in the settings or, without
                one, the local operator himself.

        Raises:
            MissingError: `person-missing`.
            ForbiddenError: `token-invalid`.
        """

    def up(self, request: UpRequest) -> int:
        """Sandbox, server and worker in one process tree until a signal; gives the exit status."""

    def server(self, *, port: int | None, is_json: bool) -> int:
        """Portal and API alone, until a signal."""

    def worker(self, *, is_companion: bool, is_json: bool) -> int:
        """Runs alone, until a signal; as a companion also until standard input ends, and without small talk."""

    def sandbox(self, *, port: int, is_json: bool) -> int:
        """The sandbox cloud alone, until a signal."""

    def backup(self, into: Path, *, is_json: bool) -> int:
        """Write database and repositories into one new file, while Pavior works."""

    def restore(self, file: Path, *, is_json: bool) -> int:
        """Make the data folder, which must be empty, out of a backup."""

    def demo(self, *, folder: Path | None, is_json: bool) -> int:
        """Walk the whole road in `folder`, or in a fresh temporary one, and print the receipt."""
