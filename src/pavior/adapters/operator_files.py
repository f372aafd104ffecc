"""Files that an operator writes for us: TOML of one known shape, read whole or not at all."""

from pathlib import Path
from typing import TypeVar

import msgspec

_LONGEST_FILE_BYTES = 1_000_000

T = TypeVar("T")


class UnreadableFileError(Exception):
    """The file cannot be used; `str()` says why, without a period."""


def read_operator_file(path: Path, shape: type[T]) -> T:
    """The file as `shape`, a msgspec structure.

    Raises:
        UnreadableFileError: It cannot be read, is too long, is no TOML, or has another shape.
    """
    try:
        with path.open("rb") as file:
            body = file.read(_LONGEST_FILE_BYTES + 1)
    except OSError as error:
        raise UnreadableFileError(f"it cannot be read: {error.strerror}") from error
    if len(body) > _LONGEST_FILE_BYTES:
        raise UnreadableFileError(f"it is longer than {_LONGEST_FILE_BYTES} bytes")
    try:
        return msgspec.toml.decode(body, type=shape)
    except UnicodeDecodeError:
        raise UnreadableFileError("it is not UTF-8") from None
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise UnreadableFileError(str(error)[:300]) from None
