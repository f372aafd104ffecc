"""Writes the file that a check was asked for: all of it, or nothing."""

import os
from pathlib import Path

from pavior.kernel.errors import InvalidError


def write_whole(path: Path, text: str) -> None:
    """Write all of it or nothing: nobody reads half a file, and an old one stays until the new one is there.

    Raises:
        InvalidError: `check-output-unwritable`.
    """
    # What no encoding has, such as half of a character in a file's name, is written as an escape.
    content = text.encode("utf-8", errors="backslashreplace")
    try:
        if path.exists() and not path.is_file():
            # A pipe or a device, such as /dev/stdout: nothing can be put in its place.
            path.write_bytes(content)
        else:
            _replace(path.resolve(), content)
    except OSError as error:
        raise InvalidError(
            "check-output-unwritable",
            f"{path} cannot be written: {error.strerror or type(error).__name__}.",
            fix="Name a file in a folder that exists and that you may write to.",
        ) from error


def _replace(path: Path, content: bytes) -> None:
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    # Exclusively: what somebody else put there, a link perhaps, is not written through.
    with beside.open("xb") as stream:
        try:
            stream.write(content)
            stream.flush()
            if path.exists():
                beside.chmod(path.stat().st_mode & 0o777)
            beside.replace(path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
