"""Proves that a folder holds exactly what one Git commit says, without Git: an id is a digest over everything below.

Source: git-scm.com/docs/gitformat-pack and "Git Internals - Git Objects": an object's id is SHA-1 over its kind, its
length, a zero byte and its content; a tree lists mode, name and id of what it holds.
"""

import hashlib
import os
import stat
from pathlib import Path

MODE_FILE, MODE_PROGRAM, MODE_FOLDER = "100644", "100755", "40000"
_TREE = b"tree "


def object_id(kind: str, content: bytes) -> str:
    """40 hex digits: the id of a `blob`, `tree` or `commit`."""
    head = f"{kind} {len(content)}\0".encode()
    return hashlib.sha1(head + content, usedforsecurity=False).hexdigest()


def tree_of(commit: bytes) -> str:
    """The id of the tree that a commit names, or empty when it is no commit."""
    first = commit.partition(b"\n")[0]
    return first.removeprefix(_TREE).decode("ascii", "replace") if first.startswith(_TREE) else ""


def tree_id(folder: Path) -> str:
    """The id that the tree of this folder has: of all files and folders in it, which must not be empty.

    Raises:
        ValueError: Its text names what Git's tree could hold and a pack may not, such as a link.
        OSError: When something cannot be read.
    """
    entries: list[tuple[bytes, bytes]] = []
    with os.scandir(folder) as found:
        for entry in found:
            path = Path(entry.path)
            name = os.fsencode(entry.name)
            mode = entry.stat(follow_symlinks=False).st_mode
            if stat.S_ISDIR(mode):
                # Git sorts a folder as if its name ended with a slash.
                entries.append((name + b"/", _entry(MODE_FOLDER, name, tree_id(path))))
            elif stat.S_ISREG(mode):
                kind = MODE_PROGRAM if mode & stat.S_IXUSR else MODE_FILE
                entries.append((name, _entry(kind, name, object_id("blob", path.read_bytes()))))
            else:
                raise ValueError(f"{path} is neither a file nor a folder")
    return object_id("tree", b"".join(line for _, line in sorted(entries)))


def _entry(mode: str, name: bytes, entry_id: str) -> bytes:
    return mode.encode() + b" " + name + b"\0" + bytes.fromhex(entry_id)
