"""What a repository may hold before Pavior writes it to a disk of its own."""

import re

from pavior.kernel.errors import InvalidError

MAXIMUM_FILES = 20_000
MAXIMUM_TREE_BYTES = 200 * 1024 * 1024
MAXIMUM_PATH_CHARACTERS = 400
MAXIMUM_PART_BYTES = 255

# Filesystems that fold case, or forget some letters, would take these for .git.
_LIKE_GIT = re.compile(r"^(\.git|git~\d+)$", re.IGNORECASE)
_FORGOTTEN_LETTERS = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")


def require_safe_path(path: str) -> None:
    """Raises InvalidError `tree-unsafe` for a path that leaves its folder, reaches Git's own, or hides what it is."""
    parts = path.split("/")
    is_unsafe = (
        not path
        or len(path) > MAXIMUM_PATH_CHARACTERS
        or "\\" in path
        or any(ord(letter) < 32 or ord(letter) == 127 for letter in path)  # noqa: PLR2004 - ASCII control characters
        or any(_is_unsafe_part(part) for part in parts)
    )
    if is_unsafe:
        raise tree_unsafe(path, "is not a plain path inside the repository")


def require_tree_size(files: int, size_bytes: int) -> None:
    """Raises InvalidError `tree-too-large`."""
    if files > MAXIMUM_FILES or size_bytes > MAXIMUM_TREE_BYTES:
        raise InvalidError(
            "tree-too-large",
            f"The tree holds more than {MAXIMUM_FILES} files or {MAXIMUM_TREE_BYTES} bytes.",
            fix="Keep large files outside of the repository.",
            context={"files": files, "size_bytes": size_bytes},
        )


def tree_unsafe(path: str, why: str) -> InvalidError:
    """A tree that will not be written to disk."""
    return InvalidError(
        "tree-unsafe",
        f"The entry {path[:120]!r} {why}.",
        fix="Remove it from the commit; a repository may hold plain files and folders.",
        context={"path": path[:MAXIMUM_PATH_CHARACTERS]},
    )


def _is_unsafe_part(part: str) -> bool:
    shown = _FORGOTTEN_LETTERS.sub("", part).rstrip(" .")
    return (
        part in {"", ".", ".."}
        or shown == ""
        or _LIKE_GIT.match(shown) is not None
        or len(part.encode("utf-8", "surrogatepass")) > MAXIMUM_PART_BYTES
    )
