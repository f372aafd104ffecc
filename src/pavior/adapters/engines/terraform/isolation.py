"""Keeping a program away from what is ours: it runs beside code of a proposal, so it sees as little as possible.

Where the machine allows it, the program gets a user and mount namespace of its own in which our data folder, our keys
and the usual places of credentials are empty folders.
"""

import shutil
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from pavior.adapters.process import run
from pavior.kernel.errors import UnavailableError

_NAMESPACE = ("unshare", "--user", "--map-root-user", "--mount", "--")
_WITH_US = ("setpriv", "--pdeathsig", "INT", "--")
_CREDENTIALS = (".aws", ".azure", ".config", ".docker", ".gnupg", ".kube", ".ssh", ".terraform.d")
# Run folder, working folder, number of folders to hide, those folders, program and its arguments.
_HIDE = """
cd "$1" || exit 97
run=$1 work=$2 count=$3
shift 3
while [ "$count" -gt 0 ]; do
    mount -t tmpfs -o size=64k,mode=700 none "$1" || exit 97
    shift
    count=$((count - 1))
done
mkdir -p "$run" && mount --no-canonicalize --bind . "$run" && cd "$work" || exit 97
exec "$@"
"""
_PROBE_SECONDS = 20.0


def isolated(
    argv: Sequence[str],
    *,
    run_folder: Path,
    work_folder: Path,
    hidden: Sequence[Path],
    needed: Sequence[Path],
    ends_with_us: bool,
) -> list[str]:
    """The command that runs `argv` in `work_folder`, isolated as far as this machine allows.

    Args:
        run_folder: All that the program may see of what is hidden.
        hidden: Folders whose content it must not see; those that do not exist are passed over.
        needed: What it must see all the same: a hidden folder that holds one of them stays as it is.
        ends_with_us: Whether it gets SIGINT when the thread that started it dies.
    """
    prefix = list(_WITH_US) if ends_with_us and shutil.which("setpriv") else []
    if why_not_isolated():
        return [*prefix, *argv]
    covered = [
        str(folder)
        for folder in hidden
        if folder.is_dir() and not any(path.resolve().is_relative_to(folder.resolve()) for path in needed)
    ]
    script = ["sh", "-c", _HIDE, "sh", str(run_folder), str(work_folder), str(len(covered)), *covered]
    return [*_NAMESPACE, *prefix, *script, *argv]


def credential_folders(home: Path) -> tuple[Path, ...]:
    """Where tools keep what lets them in."""
    return tuple(home / name for name in _CREDENTIALS)


@cache
def why_not_isolated() -> str:
    """Why this machine gives no namespace; empty when it does."""
    command = [*_NAMESPACE, "sh", "-c", "mount -t tmpfs -o size=64k none /tmp"]
    try:
        tried = run(command, cwd=Path("/"), timeout_seconds=_PROBE_SECONDS)
    except UnavailableError as error:
        return error.summary
    return "" if tried.exit_status == 0 else tried.stderr.decode("utf-8", "replace").strip()[:300]
