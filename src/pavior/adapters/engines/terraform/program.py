"""Finding `tofu` or `terraform`, and a folder in which one run of it works."""

import json
import shutil
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from pavior.adapters.engines.terraform.isolation import isolated
from pavior.adapters.outliving import run_outliving
from pavior.adapters.process import Finished, run
from pavior.environments.ports import CloudTarget
from pavior.kernel.errors import UnavailableError

_NAMES = {"opentofu": "tofu", "terraform": "terraform"}
_VERSION_SECONDS = 30.0
_CONNECT_SECONDS = 5.0
_TIMEOUT_SECONDS = 3600.0
# What a resource that is being made may still take after SIGINT.
_GRACE_SECONDS = 120.0
STATE_FILE = "terraform.tfstate"
PLAN_FILE = "plan.bin"
_SETTINGS_FILE = "terraform.rc"


@dataclass(frozen=True)
class Program:
    """One installed program.

    Args:
        name: `terraform` or `opentofu`.
        path: Absolute.
        mirror: A folder made by `terraform providers mirror`; without one providers come from their registry.
        hidden: Folders that it must not see.
        ends_with_us: Whether it must not outlive its worker, because another machine could go on at the same time.
    """

    name: str
    path: Path
    mirror: Path | None = None
    hidden: tuple[Path, ...] = ()
    ends_with_us: bool = False

    @cached_property
    def version(self) -> str:
        """What it says of itself. Raises UnavailableError `engine-failed`."""
        finished = run(
            [str(self.path), "version", "-json"],
            cwd=self.path.parent,
            timeout_seconds=_VERSION_SECONDS,
            variables={"CHECKPOINT_DISABLE": "1", "TF_CLI_CONFIG_FILE": "/dev/null"},
        )
        try:
            return str(json.loads(finished.stdout)["terraform_version"])
        except (ValueError, KeyError, TypeError):
            raise UnavailableError(
                "engine-failed",
                f"{self.path} does not say which version it is.",
                fix=f"Run `{self.path} version -json` to see why.",
            ) from None


def find_program(
    name: str, *, mirror: Path | None = None, hidden: tuple[Path, ...] = (), ends_with_us: bool = False
) -> Program | None:
    """The program on PATH, or None. It is not started for that."""
    found = shutil.which(_NAMES[name])
    return None if found is None else Program(name, Path(found).resolve(), mirror, hidden, ends_with_us)


@dataclass
class Workspace:
    """A folder for one run: source, settings and state; nothing else of this machine is the program's.

    Args:
        folder: Absolute, only for this user.
        source: Where the source lies, below `folder`.
        variables: Of the environment; hold credentials and secrets.
        lock: Descriptor of a lock that lasts as long as any program of this run.
        must_stay: Whether the state in it is newer than what is noted elsewhere.
    """

    program: Program
    folder: Path
    source: Path
    variables: Mapping[str, str] = field(repr=False)
    lock: int
    must_stay: bool = False

    @property
    def state_file(self) -> Path:
        """Terraform's own."""
        return self.folder / STATE_FILE

    def run(self, *arguments: str, on_line: Callable[[bytes], None] | None = None) -> Finished:
        """The program with these arguments, in the source; gone when this returns."""
        return run(
            self._command(arguments),
            cwd=self.source,
            timeout_seconds=_TIMEOUT_SECONDS,
            variables=self.variables,
            on_line=on_line,
            inherited_files=(self.lock,),
        )

    def run_apply(self, *arguments: str, on_line: Callable[[bytes], None], is_stopped: Callable[[], bool]) -> Finished:
        """The same for what changes a cloud: it comes to its end also when this process does not live so long."""
        return run_outliving(
            self._command(arguments),
            cwd=self.source,
            log_folder=self.folder,
            timeout_seconds=_TIMEOUT_SECONDS,
            grace_seconds=_GRACE_SECONDS,
            variables=self.variables,
            on_line=on_line,
            is_stopped=is_stopped,
            inherited_files=(self.lock,),
            ends_with_us=self.program.ends_with_us,
        )

    def _command(self, arguments: Sequence[str]) -> list[str]:
        needed = [self.program.path, *((self.program.mirror,) if self.program.mirror else ())]
        return isolated(
            [str(self.program.path), *arguments],
            run_folder=self.folder,
            work_folder=self.source,
            hidden=self.program.hidden,
            needed=needed,
            ends_with_us=self.program.ends_with_us,
        )


@contextmanager
def workspace(
    program: Program,
    folder: Path,
    *,
    files: Mapping[str, bytes],
    given: Mapping[str, str],
    target: CloudTarget,
    lock: int,
) -> Iterator[Workspace]:
    """Lay out a run in `folder`, which is emptied of all but a state.

    It is removed at the end. When the process ends before that, or `must_stay` is set, it stays for the next run.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in ("source", "home", "data"):
        shutil.rmtree(folder / name, ignore_errors=True)
        (folder / name).mkdir(mode=0o700)
    for path, body in files.items():
        target_path = folder / "source" / path
        target_path.parent.mkdir(parents=True, exist_ok=True)
        target_path.write_bytes(body)
    source = folder / "source" / _root(files)
    backend = json.dumps(str(folder / STATE_FILE))
    override = f'terraform {{\n  backend "local" {{\n    path = {backend}\n  }}\n}}\n'
    (source / "pavior_backend_override.tf").write_text(override, encoding="utf-8")
    (folder / _SETTINGS_FILE).write_text(_settings(program.mirror), encoding="utf-8")
    work = Workspace(program, folder, source, _variables(folder, given, target), lock)
    try:
        yield work
    finally:
        if not work.must_stay:
            shutil.rmtree(folder, ignore_errors=True)


def answers(url: str) -> bool:
    """Whether somebody listens there."""
    parts = urlsplit(url)
    try:
        with socket.create_connection((parts.hostname or "", parts.port or 443), timeout=_CONNECT_SECONDS):
            return True
    except OSError:
        return False


def _root(files: Mapping[str, bytes]) -> str:
    """The folder of the root module: the shallowest with Terraform files."""
    folders = {str(Path(path).parent) for path in files if path.endswith(".tf")} or {"."}
    return min(folders, key=lambda item: (len(Path(item).parts), item))


def _settings(mirror: Path | None) -> str:
    lines = ["disable_checkpoint = true"]
    if mirror is not None:
        lines.append(
            f"provider_installation {{\n  filesystem_mirror {{\n    path = {json.dumps(str(mirror))}\n  }}\n}}"
        )
    return "\n".join(lines) + "\n"


def _variables(folder: Path, given: Mapping[str, str], target: CloudTarget) -> dict[str, str]:
    variables = {
        "HOME": str(folder / "home"),
        "TF_CLI_CONFIG_FILE": str(folder / _SETTINGS_FILE),
        "TF_DATA_DIR": str(folder / "data"),
        "TF_IN_AUTOMATION": "1",
        "TF_INPUT": "0",
        "CHECKPOINT_DISABLE": "1",
        "AWS_REGION": target.region,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": str(folder / "home" / "none"),
        "AWS_SHARED_CREDENTIALS_FILE": str(folder / "home" / "none"),
    }
    if target.endpoint_url:
        variables["AWS_ENDPOINT_URL"] = target.endpoint_url
    if target.access_key_id:
        variables |= {"AWS_ACCESS_KEY_ID": target.access_key_id, "AWS_SECRET_ACCESS_KEY": target.secret_access_key}
    if target.session_token:
        variables["AWS_SESSION_TOKEN"] = target.session_token
    return variables | {f"TF_VAR_{name}": value for name, value in given.items()}


def memory_allows(each_bytes: int, most: int) -> int:
    """How many programs of this size may run at once here: at least one."""
    try:
        meminfo = Path("/proc/meminfo").read_text(encoding="ascii")
        available = next(
            int(line.split()[1]) * 1024 for line in meminfo.splitlines() if line.startswith("MemAvailable")
        )
    except (OSError, StopIteration, ValueError):
        return 1
    return max(1, min(most, available // each_bytes))


def arguments_of(*, is_destroy: bool) -> Sequence[str]:
    """What every plan is made with. Few calls at once: clouds limit them, and the order of the log stays readable."""
    return ("-input=false", "-lock=false", "-parallelism=4", *(("-destroy",) if is_destroy else ()))
