"""What the files of a working tree were, at the commit where its branch left another one."""

from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

from pavior.adapters.forges.commits import TreeEntry, asked_blobs, read_listing, split_blobs
from pavior.adapters.forges.git import git_within
from pavior.kernel.errors import InvalidError, MissingError

_FILE_MODES = frozenset(("100644", "100664", "100755"))
_LARGEST_FILE_BYTES = 20_000_000
_SHOWN_LETTERS = 80


def read_earlier(folder: Path, name: str, endings: Sequence[str]) -> tuple[str, Mapping[str, bytes]]:
    """The commit where `HEAD` and `name` parted, and the files that were in `folder` and below it then.

    Only objects are read: no filter, hook or program of the repository is run, and nothing is fetched.

    Args:
        folder: Within a working tree. It need not have been there then.
        name: Of a commit, a branch or a tag.
        endings: Of the files that are wanted.

    Returns:
        40 or 64 hex digits, and regular files by path relative to `folder`.

    Raises:
        InvalidError: `commit-name-invalid`, `history-incomplete`.
        MissingError: `working-tree-missing`, `base-commit-missing`.
        UnavailableError: `git-failed`, and as `process.run`.
    """
    if not name or name.startswith("-") or not name.isprintable():
        raise InvalidError(
            "commit-name-invalid",
            f"{name[:_SHOWN_LETTERS]!r} cannot be the name of a commit.",
            fix="Give a branch, a tag or a commit, such as origin/main.",
        )
    if git_within(folder, ["rev-parse", "--is-inside-work-tree"], is_expected=_any).stdout.strip() != b"true":
        raise MissingError(
            "working-tree-missing",
            f"{folder} is in no working tree of Git, so nobody can say what changed there.",
            fix="Name a folder of a repository; or leave --changed-since out, or let --base name a file.",
        )
    commit = _parted(folder, name)
    listed = git_within(folder, ["ls-tree", "-r", "-z", "-l", commit], is_expected=_any)
    if listed.exit_status != 0:
        raise _incomplete(folder, f"not all of {commit} was fetched")
    entries = [entry for entry in read_listing(listed.stdout) if _is_wanted(entry, tuple(endings))]
    return commit, _contents(folder, entries)


def _any(_: int) -> bool:
    return True


def _parted(folder: Path, name: str) -> str:
    words = ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}"]
    found = git_within(folder, words, is_expected=_any)
    is_shallow = git_within(folder, ["rev-parse", "--is-shallow-repository"]).stdout.strip() == b"true"
    if found.exit_status != 0:
        fetch = "fetch the whole history (in GitHub Actions: fetch-depth: 0), or " if is_shallow else "fetch it, or "
        raise MissingError(
            "base-commit-missing",
            f"There is no commit {name[:_SHOWN_LETTERS]} in the repository of {folder.resolve()}.",
            fix=f"{fetch.capitalize()}name one that is there; `git branch --all` lists branches.",
        )
    commit = found.stdout.decode("ascii").strip()
    base = git_within(folder, ["merge-base", commit, "HEAD"], is_expected=_any)
    if base.exit_status != 0:
        raise _incomplete(folder, f"it does not tell where HEAD and {name[:_SHOWN_LETTERS]} parted")
    return base.stdout.decode("ascii").strip()


def _incomplete(folder: Path, why: str) -> InvalidError:
    return InvalidError(
        "history-incomplete",
        f"The history in the repository of {folder.resolve()} is not whole enough: {why}.",
        fix="Fetch all of it: git fetch --unshallow (in GitHub Actions: fetch-depth: 0).",
    )


def _is_wanted(entry: TreeEntry, endings: tuple[str, ...]) -> bool:
    # A tree may hold names that nobody could have checked out.
    is_plain = not {"", ".", ".."} & set(entry.path.split("/")) and not PurePosixPath(entry.path).is_absolute()
    is_file = entry.mode in _FILE_MODES and entry.size_bytes <= _LARGEST_FILE_BYTES
    return is_plain and is_file and entry.path.endswith(endings)


def _contents(folder: Path, entries: Sequence[TreeEntry]) -> Mapping[str, bytes]:
    asked, limit = asked_blobs(entries)
    printed = git_within(folder, ["cat-file", "--batch"], stdin=asked, output_limit_bytes=limit).stdout
    contents = {}
    for entry, content in split_blobs(printed, entries):
        if content is None:
            raise _incomplete(folder, f"{entry.path!r} was not fetched")
        contents[entry.path] = content
    return contents
