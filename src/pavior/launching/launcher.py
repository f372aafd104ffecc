"""The one Launcher: what the commands of `pavior` start, and stop again."""

import logging
import shlex
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from pavior.adapters.clouds.sandbox import Sandbox
from pavior.adapters.listening import listen
from pavior.bootstrap import SANDBOX_FILE, Installation, open_installation
from pavior.cli.launcher import Session, UpRequest
from pavior.demo.stage import CAST
from pavior.identity.model import Actor, Invitation, Role, Surface, local_operator
from pavior.kernel.clock import Clock, SystemClock
from pavior.kernel.errors import ConflictError, ForbiddenError
from pavior.kernel.pages import PageRequest
from pavior.launching.backing_up import back_up
from pavior.launching.restoring import restore
from pavior.launching.showing import is_whole, print_ready, print_receipt, print_welcome, show_backup, teller, watching
from pavior.launching.walking import ReceiptRow, walk
from pavior.launching.working import holding, working, working_unless_another_does
from pavior.launching.working_apart import end_with_input, reserving, working_apart
from pavior.settings import Settings
from pavior.storage.masking import Masker
from pavior.storage.statements import watching_statements
from pavior.telemetry.logs import set_up_logging
from pavior.telemetry.tracing import statement_span, tracing

# Who signs in first; an installation of its own has nobody else who could invite.
FIRST_PERSON = "admin"
_ADDRESS_FILE = "address"
_STEP_FAILED = 1
# As shells tell it.
_INTERRUPTED = 130
# How soon a worker that was taken for dead notices and ends.
_LOOK_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class LocalLauncher:
    """Starts things on this machine, for one data folder.

    Args:
        command: How this command line is typed in another terminal, for advice.
    """

    settings: Settings
    command: str = "pavior"

    @contextmanager
    def application(self, *, acting_as: str) -> Iterator[Session]:
        """See `cli.launcher.Launcher`."""
        self._log(logging.WARNING)
        with open_installation(self.settings) as installation:
            yield Session(
                application=installation.application,
                actor=self._actor(installation, acting_as),
                working=lambda: working_unless_another_does(installation),
                sign_in_address=lambda link: f"{self._address()}/sign-in/{link.token}",
            )

    def up(self, request: UpRequest) -> int:
        """See `cli.launcher.Launcher`. A signal is how it is meant to end, so that is exit status 0."""
        # Here and in `server` alone: the web frameworks cost every other command half a second.
        from pavior.launching.serving import public_address, serve

        self._log(self._quiet_level())
        tell = teller(is_json=request.is_json)
        with (
            _ending_by_signal(),
            # The port first: when it is taken, nothing has been started yet.
            listen(self.settings.host, self._port(request.port)) as listening,
            everything(self.settings, is_apart=True) as installation,
        ):
            address = public_address(installation, listening)
            if request.is_demo_wanted and not _has_services(installation):
                tell("This data folder is empty, so the road is walked once in the sandbox cloud.")
                rows = _walk(installation, is_json=request.is_json)
                if not request.is_json:
                    print_receipt(rows, address=address, is_json=False)
            link = first_link(installation)
            operator = local_operator(Surface.CLI)

            def welcome() -> None:
                print_welcome(
                    address=address,
                    sign_in=f"{address}/sign-in/{link.token}",
                    person=link.person,
                    command=self.command,
                    has_cast={item.name for item in installation.application.access.list_people(operator)} >= CAST,
                    is_json=request.is_json,
                )

            with self._known_address(address):
                serve(installation, listening, welcome)
        return 0

    def server(self, *, port: int | None, is_json: bool) -> int:
        """See `cli.launcher.Launcher`."""
        from pavior.launching.serving import public_address, serve

        self._log(logging.INFO)
        tell = teller(is_json=is_json)
        with (
            _ending_by_signal(),
            listen(self.settings.host, self._port(port)) as listening,
            open_installation(self.settings) as installation,
            tracing_of(installation),
        ):
            address = public_address(installation, listening)
            with self._known_address(address):
                serve(installation, listening, lambda: tell(f"Portal and API answer at {address}"))
        return 0

    def worker(self, *, is_companion: bool, is_json: bool) -> int:
        """See `cli.launcher.Launcher`."""
        self._log(self._quiet_level() if is_companion else logging.INFO)
        if is_companion:
            end_with_input()
        with (
            _ending_by_signal(),
            open_installation(self.settings) as installation,
            tracing_of(installation),
            holding(installation.presence),
            working(installation),
        ):
            if is_companion:
                print_ready(self.settings.worker)
            else:
                teller(is_json=is_json)(f"Working off the runs of {self.settings.home}")
            while not installation.is_fenced():
                threading.Event().wait(_LOOK_SECONDS)
            raise ConflictError(
                "worker-fenced",
                f"The worker {self.settings.worker} did not show that it lives, so others have taken up its runs.",
                fix="Start it again, and find out what kept it from the database.",
            )
        # A signal left the block: that is how a worker is meant to end.
        return 0

    def sandbox(self, *, port: int, is_json: bool) -> int:
        """See `cli.launcher.Launcher`."""
        with _ending_by_signal(), _sandbox_of(self.settings.home, port) as sandbox:
            teller(is_json=is_json)(f"The sandbox cloud answers at {sandbox.endpoint_url}")
            threading.Event().wait()
        return 0

    def backup(self, into: Path, *, is_json: bool) -> int:
        """See `cli.launcher.Launcher`."""
        made = None
        # A signal in its middle leaves nothing behind.
        with _ending_by_signal(), open_installation(self.settings) as installation:
            made = back_up(installation, into.absolute(), installation.platform.clock.now())
        if made is None:
            return _INTERRUPTED
        show_backup(
            made, f"Written into {into}. Keep the keys in {self.settings.keys_folder} elsewhere.", is_json=is_json
        )
        return 0

    def restore(self, file: Path, *, is_json: bool) -> int:
        """See `cli.launcher.Launcher`."""
        restored = restore(file, self.settings, SystemClock().now())
        with open_installation(self.settings) as installation:
            verification = installation.application.audit.verify(local_operator(Surface.CLI))
        last = (
            "The audit log verifies."
            if verification.is_intact
            else "The audit log does NOT verify: pavior audit verify"
        )
        show_backup(restored, f"Restored into {self.settings.home}. {last}", is_json=is_json)
        return 0 if verification.is_intact else _STEP_FAILED

    def demo(self, *, folder: Path | None, is_json: bool) -> int:
        """See `cli.launcher.Launcher`."""
        self._log(logging.ERROR)
        kept = None if folder is None else _new_folder(folder)
        used = kept or Path(tempfile.mkdtemp(prefix="pavior-demo-"))
        settings = _settings_in(self.settings, used)
        try:
            with everything(settings) as installation:
                rows = _walk(installation, is_json=is_json)
        finally:
            if kept is None:
                shutil.rmtree(used, ignore_errors=True)
        closing = _how_to_look(settings, self.command, is_kept=kept is not None)
        print_receipt(rows, address="", is_json=is_json, closing=closing)
        return 0 if is_whole(rows) else _STEP_FAILED

    def _actor(self, installation: Installation, acting_as: str) -> Actor:
        access = installation.application.access
        if acting_as:
            return access.actor_for_person(acting_as, Surface.CLI)
        if not self.settings.token:
            return local_operator(Surface.CLI)
        actor = access.find_token(self.settings.token, surface=Surface.CLI)
        if actor is None:
            raise ForbiddenError(
                "token-invalid",
                "The token in PAVIOR_TOKEN is not valid, or not any more.",
                fix="Make a new one with: pavior token create, or unset PAVIOR_TOKEN.",
            )
        return actor

    def _port(self, asked: int | None) -> int:
        return self.settings.port if asked is None else asked

    def _address(self) -> str:
        """Where the portal of this data folder is, or would be if it were started now."""
        if self.settings.public_url:
            return self.settings.public_url
        try:
            return (self.settings.home / _ADDRESS_FILE).read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return f"http://{self.settings.host}:{self.settings.port}"

    @contextmanager
    def _known_address(self, address: str) -> Iterator[None]:
        """Commands in other terminals print links that begin with it."""
        file = self.settings.home / _ADDRESS_FILE
        file.write_text(f"{address}\n", encoding="utf-8")
        try:
            yield
        finally:
            file.unlink(missing_ok=True)

    def _quiet_level(self) -> int:
        """Somebody who looks at a terminal wants the portal's address, and what goes wrong."""
        return logging.WARNING if self.settings.log_format == "text" else logging.INFO

    def _log(self, level: int) -> None:
        set_up_logging(form=self.settings.log_format, mask=Masker().mask, level=level)


@contextmanager
def everything(settings: Settings, *, is_apart: bool = False, clock: Clock | None = None) -> Iterator[Installation]:
    """The installation with its worker at work and, when its environments live there, the sandbox cloud.

    Args:
        is_apart: The worker has a process of its own, so that whoever answers does not wait for whoever computes.
        clock: What this process goes by; the machine's when left out.
    """
    with (
        open_installation(settings, clock=clock) as installation,
        tracing_of(installation),
        # Before the sandbox: a second one would take the first one's place while that is still in use.
        reserving(installation) if is_apart else holding(installation.presence),
        _sandbox_of(settings.home) if settings.cloud == "sandbox" else nullcontext(),
        working_apart(settings) if is_apart else working(installation),
    ):
        yield installation


@contextmanager
def tracing_of(installation: Installation) -> Iterator[None]:
    """Traces of this process, where somebody wants them."""
    endpoint = installation.settings.traces_endpoint
    if not endpoint:
        yield
        return
    with tracing(endpoint), watching_statements(installation.platform.database.engine, statement_span):
        yield


def first_link(installation: Installation) -> Invitation:
    """A link that signs the first person in, who is an admin; the person is made when there is none yet."""
    access, operator = installation.application.access, local_operator(Surface.CLI)
    try:
        return access.invite_person(
            operator,
            name=FIRST_PERSON,
            display_name="Admin",
            roles=frozenset({Role.ADMIN}),
            teams=frozenset(),
        )
    except ConflictError:
        return access.create_login_link(operator, FIRST_PERSON)


def _walk(installation: Installation, *, is_json: bool) -> tuple[ReceiptRow, ...]:
    with tempfile.TemporaryDirectory(prefix="pavior-walk-") as scratch, watching(is_json=is_json) as watcher:
        return walk(installation, Path(scratch), watcher)


@contextmanager
def _sandbox_of(home: Path, port: int = 0) -> Iterator[Sandbox]:
    """A sandbox cloud that the installation in `home` finds."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = home / SANDBOX_FILE
    with Sandbox(port=port) as sandbox:
        file.write_text(f"{sandbox.endpoint_url}\n", encoding="utf-8")
        try:
            yield sandbox
        finally:
            file.unlink(missing_ok=True)


@contextmanager
def _ending_by_signal() -> Iterator[None]:
    """SIGINT and SIGTERM leave the block, with everything in it stopped in order."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    earlier = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    except KeyboardInterrupt:
        return
    finally:
        signal.signal(signal.SIGTERM, earlier)


def _has_services(installation: Installation) -> bool:
    page = installation.application.pages.list_services(local_operator(Surface.CLI), PageRequest(size=1))
    return page.total > 0


def _new_folder(folder: Path) -> Path:
    folder = folder.absolute()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ConflictError("folder-not-empty", f"The folder {folder} is not empty.", fix="Give an empty folder.")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _settings_in(settings: Settings, folder: Path) -> Settings:
    home = folder / "data"
    return replace(
        settings,
        home=home,
        keys_folder=folder / "keys",
        database_url=f"sqlite:///{home / 'pavior.db'}",
        cloud="sandbox",
        public_url="",
    )


def _how_to_look(settings: Settings, command: str, *, is_kept: bool) -> Sequence[str]:
    if not is_kept:
        return (f"The folder of this walk is gone. To look around in what it makes: {command} up",)
    return (
        "Kept. To look around in it (the sandbox has forgotten its environments by then):",
        f"  PAVIOR_HOME={settings.home} PAVIOR_KEYS={settings.keys_folder} {shlex.quote(shlex.split(command)[-1])} up",
    )
