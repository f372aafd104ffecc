"""Finds and reads `pavior.yaml`, and the file of that form that an operator names. YAML is loaded when there is one."""

import re
from pathlib import Path

from pavior.content.configuration import (
    CONFIGURATION_FILE,
    KEYS,
    OPERATOR_KEYS,
    Configuration,
    configuration_invalid,
    parse_configuration,
)
from pavior.kernel.errors import InvalidError

# Nobody writes more by hand; a list of a thousand tags has twenty thousand bytes.
MAXIMUM_BYTES = 256_000
# What a golden path writes, and nothing else: a file with more in it was meant for a check, and is told what is wrong.
_KEY = rb"(?m)^([^\s#:][^:\n]*?)[ \t]*:"
_OF_GOLDEN_PATH = frozenset((b"golden_path", b"version", b"parameters"))
_RIGHT = "Correct the file; docs/guides/own-controls.md says what belongs there."


def find_configuration(start: Path, *, user_home: Path) -> Path | None:
    """The nearest `pavior.yaml` at or above `start`, absolute; None when there is none.

    The search ends with the folder that holds `.git`, and below `user_home`. Outside of both it does not leave the
    folder of `start`: above it, as in /tmp, anybody may have put a file. A file of that name in which a golden path
    keeps how it made the repository is no configuration.
    """
    folder = start.absolute().resolve()
    if not folder.is_dir():
        folder = folder.parent
    for place in _searched(folder, user_home.resolve()):
        file = place / CONFIGURATION_FILE
        if file.is_file() and not _is_of_golden_path(file):
            return file
    return None


def _is_of_golden_path(file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            keys = set(re.findall(_KEY, opened.read(MAXIMUM_BYTES)))
    except OSError:
        # Whoever reads it says what is wrong with it.
        return False
    return b"golden_path" in keys and keys <= _OF_GOLDEN_PATH


def _searched(folder: Path, user_home: Path) -> tuple[Path, ...]:
    upward = (folder, *folder.parents)
    for number, place in enumerate(upward):
        # A worktree has a file of that name.
        if (place / ".git").exists():
            return upward[: number + 1]
        if place == user_home:
            return upward[: max(number, 1)]
    return (folder,)


def read_configuration(file: Path, *, name: str = "", is_of_operator: bool = False) -> Configuration:
    """What the file says.

    Args:
        file: Absolute.
        name: How people call it, for messages; its own name when left out.
        is_of_operator: Whether it holds for everybody, and so says nothing about one repository.

    Raises:
        InvalidError: `configuration-invalid`, naming file, line and what to do.
    """
    from pavior.adapters.readers.kubernetes_documents import read_documents

    called = name or file.name
    reading = read_documents(called, _body(file, called))
    for problem in reading.problems:
        raise configuration_invalid(f"{called}:{problem.line or 1}", f"{problem.why}.", _RIGHT)
    if len(reading.documents) != 1:
        why = "it is empty." if not reading.documents else "it holds more than one document."
        raise configuration_invalid(f"{called}:1", why, "Write one mapping that begins with: version: 1")
    document = reading.documents[0]
    keys = OPERATOR_KEYS if is_of_operator else KEYS
    return parse_configuration(document.value, document.places, file=file, name=called, keys=keys)


def _body(file: Path, called: str) -> bytes:
    try:
        with file.open("rb") as opened:
            body = opened.read(MAXIMUM_BYTES + 1)
    except OSError as error:
        raise InvalidError(
            "configuration-unreadable",
            f"{called} cannot be read: {error.strerror or type(error).__name__}.",
            fix="Give yourself the right to read it.",
        ) from error
    if len(body) > MAXIMUM_BYTES:
        raise configuration_invalid(f"{called}:1", f"it has more than the {MAXIMUM_BYTES} bytes that are read.", _RIGHT)
    return body
