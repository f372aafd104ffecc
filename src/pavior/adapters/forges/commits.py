"""Makes commits from files alone, so that the same input gives the same hash, and writes trees to disk."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from pavior.adapters.forges.git import git
from pavior.catalog.ports import Author
from pavior.catalog.trees import require_safe_path, require_tree_size, tree_unsafe
from pavior.kernel.errors import UnavailableError

_FILE_MODES = {"100644": 0o644, "100664": 0o644, "100755": 0o755}
_KINDS = {"120000": "is a symbolic link", "160000": "is a submodule"}
# Headers of `cat-file --batch`: a hash, a type, a size and two line ends.
_HEADER_BYTES = 100


def make_commit(
    repository: Path,
    files: Mapping[str, bytes | None],
    *,
    base: str,
    author: Author,
    message: str,
    now: datetime,
    reference: str,
) -> str:
    """Write a commit and let `reference` point to it; give its hash.

    Args:
        base: Hash of the parent, or empty for a first commit.
        reference: A name of ours under refs/pavior/, taken over whatever it pointed to.
    """
    require_tree_size(len(files), sum(len(body) for body in files.values() if body is not None))
    for path in files:
        require_safe_path(path)
    executable = {entry.path for entry in list_tree(repository, base) if entry.mode == "100755"} if base else set()
    person = f"{_header_text(author.name)} <{_header_text(author.email)}> {int(now.timestamp())} +0000"
    text = message.encode()
    stream = [
        f"commit {reference}\nauthor {person}\ncommitter {person}\ndata {len(text)}\n".encode() + text + b"\n",
        f"from {base}\n".encode() if base else b"",
    ]
    for path, body in sorted(files.items()):
        quoted = '"' + path.replace('"', '\\"') + '"'
        if body is None:
            stream.append(f"D {quoted}\n".encode())
        else:
            mode = "100755" if path in executable else "100644"
            stream.append(f"M {mode} inline {quoted}\ndata {len(body)}\n".encode() + body + b"\n")
    stream.append(b"done\n")
    git(repository, ["fast-import", "--quiet", "--force", "--done", "--date-format=raw"], stdin=b"".join(stream))
    return git(repository, ["rev-parse", "--verify", reference]).stdout.decode().strip()


class TreeEntry:
    """One file of a tree as Git lists it."""

    __slots__ = ("mode", "object_id", "path", "size_bytes")

    def __init__(self, mode: str, object_id: str, size_bytes: int, path: str) -> None:
        self.mode = mode
        self.object_id = object_id
        self.size_bytes = size_bytes
        self.path = path


def list_tree(repository: Path, commit: str) -> tuple[TreeEntry, ...]:
    """Every file of a commit, in Git's order."""
    return read_listing(git(repository, ["ls-tree", "-r", "-z", "-l", "--full-tree", commit]).stdout)


def read_listing(listed: bytes) -> tuple[TreeEntry, ...]:
    """What `ls-tree -r -z -l` printed."""
    entries = []
    for line in listed.split(b"\0")[:-1]:
        described, path = line.split(b"\t", 1)
        mode, _, object_id, size = described.decode("ascii").split()
        size_bytes = int(size) if size.isdecimal() else 0
        entries.append(TreeEntry(mode, object_id, size_bytes, path.decode("utf-8", "surrogateescape")))
    return tuple(entries)


def write_tree(repository: Path, commit: str, into: Path) -> None:
    """Write a commit's files into an empty folder.

    Raises:
        InvalidError: `tree-unsafe`, `tree-too-large`; nothing is written then.
    """
    entries = list_tree(repository, commit)
    _require_safe(entries)
    wanted, limit = asked_blobs(entries)
    printed = git(repository, ["cat-file", "--batch"], stdin=wanted, output_limit_bytes=limit).stdout
    for entry, content in split_blobs(printed, entries):
        if content is None:
            raise UnavailableError(
                "git-failed",
                f"Git gave something else for {entry.path!r} of {commit}.",
                fix="`git fsck` on the repository shows whether it is whole.",
                context={"repository": str(repository)},
            )
        target = into / entry.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        target.chmod(_FILE_MODES[entry.mode])


def asked_blobs(entries: Sequence[TreeEntry]) -> tuple[bytes, int]:
    """What `cat-file --batch` reads to print these files, and how many bytes that can be."""
    asked = "".join(f"{entry.object_id}\n" for entry in entries).encode()
    return asked, sum(entry.size_bytes + _HEADER_BYTES for entry in entries) + _HEADER_BYTES


def split_blobs(printed: bytes, entries: Sequence[TreeEntry]) -> Iterator[tuple[TreeEntry, bytes | None]]:
    """Each file with what `cat-file --batch` printed of it; None and no more when that is not a file of its size."""
    position = 0
    for entry in entries:
        start = printed.find(b"\n", position) + 1
        if printed[position:start].split()[1:] != [b"blob", str(entry.size_bytes).encode()]:
            yield entry, None
            return
        position = start + entry.size_bytes + 1
        yield entry, printed[start : position - 1]


def _require_safe(entries: tuple[TreeEntry, ...]) -> None:
    require_tree_size(len(entries), sum(entry.size_bytes for entry in entries))
    paths: set[str] = set()
    folders: set[str] = set()
    for entry in entries:
        require_safe_path(entry.path)
        if entry.mode not in _FILE_MODES:
            raise tree_unsafe(entry.path, _KINDS.get(entry.mode, "is neither a file nor a folder"))
        if entry.path in paths:
            raise tree_unsafe(entry.path, "stands in the tree twice")
        paths.add(entry.path)
        parts = entry.path.split("/")
        folders.update("/".join(parts[:depth]) for depth in range(1, len(parts)))
    for path in sorted(paths & folders):
        raise tree_unsafe(path, "is both a file and a folder")


def _header_text(text: str) -> str:
    return "".join(letter for letter in text if letter not in "<>" and letter.isprintable()).strip() or "unknown"
