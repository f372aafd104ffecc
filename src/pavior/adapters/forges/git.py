"""Git as a program: a clean environment, no hooks, no configuration but ours, and what its answers mean."""

from collections.abc import Callable, Sequence
from pathlib import Path

from pavior.adapters.process import DEFAULT_OUTPUT_LIMIT_BYTES, Finished, run
from pavior.kernel.errors import UnavailableError, disk_full

TIMEOUT_SECONDS = 60.0
_SHOWN_BYTES = 400

# Of the operating system, and of Git itself (csum-file.c).
_NO_ROOM = ("No space left on device", "Out of diskspace")
_VARIABLES = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "LC_ALL": "C",
}
# Given on the command line, so that nothing in a repository's own configuration can change it.
_SETTINGS = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.attributesFile=/dev/null",
    "core.quotePath=false",
    "protocol.allow=never",
    "gc.auto=0",
    "maintenance.auto=false",
)


def git(
    repository: Path,
    arguments: Sequence[str],
    *,
    stdin: bytes = b"",
    output_limit_bytes: int = DEFAULT_OUTPUT_LIMIT_BYTES,
    is_expected: Callable[[int], bool] = lambda status: status == 0,
) -> Finished:
    """Run Git on a bare repository.

    Raises:
        UnavailableError: `git-failed` when `is_expected` says so of the exit status; and as `process.run`.
    """
    # A repository may belong to another user: the server as root, its files as somebody else.
    settings = [*_SETTINGS, f"safe.directory={repository}"]
    options = [word for setting in settings for word in ("-c", setting)]
    finished = run(
        ["git", *options, f"--git-dir={repository}", *arguments],
        cwd=repository if repository.is_dir() else repository.parent,
        timeout_seconds=TIMEOUT_SECONDS,
        variables=_VARIABLES,
        stdin=stdin,
        output_limit_bytes=output_limit_bytes,
    )
    if not is_expected(finished.exit_status):
        said = finished.stderr[:_SHOWN_BYTES].decode("utf-8", "replace").strip()
        if any(words in said for words in _NO_ROOM):
            raise disk_full(str(repository))
        raise UnavailableError(
            "git-failed",
            f"git {arguments[0]} ended with status {finished.exit_status} on {repository.name}: {said}",
            fix="Read what Git says; `git fsck` on the repository shows whether it is whole.",
            context={"repository": str(repository), "exit_status": finished.exit_status},
        )
    return finished
