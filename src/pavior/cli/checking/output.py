"""Writes the file that a check was asked for: all of it, or nothing."""

from pathlib import Path

from pavior.cli.checking.replacing import replace_file
from pavior.kernel.errors import InvalidError, UnavailableError


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
            replace_file(path, content)
    except (OSError, UnavailableError) as error:
        why = error.strerror if isinstance(error, OSError) else error.summary.rpartition(": ")[2].rstrip(".")
        raise InvalidError(
            "check-output-unwritable",
            f"{path} cannot be written: {why or type(error).__name__}.",
            fix="Name a file in a folder that exists and that you may write to.",
        ) from error
