"""Writes a file whole or not at all."""

import os
import stat
import tempfile
from pathlib import Path

from pavior.kernel.errors import UnavailableError, find_full_disk

_NEW_FILE_MODE = 0o644


def replace_file(path: Path, body: bytes) -> None:
    """Let `path` hold `body`, with the mode that it has, or 0644 for a new file.

    A link is followed: what it points to is replaced, and it stays a link. A crash at any moment leaves the old file
    or the new one.

    Raises:
        UnavailableError: `file-not-written`, `storage-full`; the file is as it was.
    """
    try:
        _replace(Path(os.path.realpath(path)), body)
    except OSError as error:
        raise find_full_disk(error) or UnavailableError(
            "file-not-written",
            f"{path} cannot be written: {error.strerror or type(error).__name__}.",
            fix="Give yourself the right to write it and its folder; it is as it was.",
        ) from error


def _replace(path: Path, body: bytes) -> None:
    mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else _NEW_FILE_MODE
    # In the same folder, since only within one file system a rename is one step.
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    fresh = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        fresh.chmod(mode)
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
