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
    "GIT_NO_LAZY_FETCH": "1",
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
    return _run(
        repository,
        [*_options(f"safe.directory={repository}"), f"--git-dir={repository}", *arguments],
        verb=arguments[0],
        stdin=stdin,
        output_limit_bytes=output_limit_bytes,
        is_expected=is_expected,
    )


def git_within(
    folder: Path,
    arguments: Sequence[str],
    *,
    stdin: bytes = b"",
    output_limit_bytes: int = DEFAULT_OUTPUT_LIMIT_BYTES,
    is_expected: Callable[[int], bool] = lambda status: status == 0,
) -> Finished:
    """Run Git in a folder of somebody's working tree, for what only reads objects: nothing of it is run or fetched.

    Raises:
        UnavailableError: As `git`.
    """
    return _run(
        folder,
        # Whoever runs it reads the files of that tree anyway, and a CI job often is not who checked them out.
        [*_options("safe.directory=*"), *arguments],
        verb=arguments[0],
        stdin=stdin,
        output_limit_bytes=output_limit_bytes,
        is_expected=is_expected,
    )


def _options(*more: str) -> list[str]:
    return [word for setting in (*_SETTINGS, *more) for word in ("-c", setting)]


def _run(
    place: Path,
    arguments: Sequence[str],
    *,
    verb: str,
    stdin: bytes,
    output_limit_bytes: int,
    is_expected: Callable[[int], bool],
) -> Finished:
    finished = run(
        ["git", *arguments],
        cwd=place if place.is_dir() else place.parent,
        timeout_seconds=TIMEOUT_SECONDS,
        variables=_VARIABLES,
        stdin=stdin,
        output_limit_bytes=output_limit_bytes,
    )
    if not is_expected(finished.exit_status):
        said = finished.stderr[:_SHOWN_BYTES].decode("utf-8", "replace").strip()
        if any(words in said for words in _NO_ROOM):
            raise disk_full(str(place))
        raise UnavailableError(
            "git-failed",
            f"git {verb} ended with status {finished.exit_status} on {place.name}: {said}",
            fix="Read what Git says; `git fsck` on the repository shows whether it is whole.",
            context={"repository": str(place), "exit_status": finished.exit_status},
        )
    return finished
