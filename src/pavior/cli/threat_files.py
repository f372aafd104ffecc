"""Threat models of this machine: found, and read whole or not at all."""

import os
from pathlib import Path

from pavior.cli.checking.replacing import replace_file
from pavior.cli.checking.source_files import NOT_ENTERED
from pavior.kernel.errors import ConflictError, InvalidError, MissingError
from pavior.threatmodels.model import ThreatModel
from pavior.threatmodels.reading import BOUNDS, THREAT_MODEL_FILE, check_threat_model


def find_models(path: Path) -> tuple[Path, ...]:
    """The file, or every threat model at or below the folder, by folder; hidden folders are not entered.

    Raises:
        MissingError: `threat-model-missing`.
    """
    if not path.is_dir():
        return (path,)
    found = []
    for folder, names, files in os.walk(path):
        names[:] = sorted(name for name in names if not name.startswith(".") and name not in NOT_ENTERED)
        if THREAT_MODEL_FILE in files:
            found.append(Path(folder, THREAT_MODEL_FILE))
    if not found:
        raise _missing(path / THREAT_MODEL_FILE, "neither it nor one below it is there")
    return tuple(found)


def read_body(file: Path) -> bytes:
    """All of it, or as much as shows that it is too large. Raises MissingError `threat-model-missing`."""
    try:
        with file.open("rb") as opened:
            return opened.read(BOUNDS.size_bytes + 1)
    except OSError as error:
        raise _missing(file, str(error.strerror)) from error


def read_model_file(path: Path, *, control_ids: frozenset[str]) -> ThreatModel:
    """The model in the file, or in the folder, at `path`.

    Raises:
        MissingError: `threat-model-missing`.
        InvalidError: `threat-model-invalid`, with the first problem.
    """
    file = path / THREAT_MODEL_FILE if path.is_dir() else path
    reading = check_threat_model(read_body(file), control_ids=control_ids)
    if reading.model is None:
        more = len(reading.problems) - 1
        told = f" And {more} more." if more else ""
        raise InvalidError(
            "threat-model-invalid",
            f"{file}: {reading.problems[0]}{told}",
            fix=f"See all of it: pavior threat lint {path}",
        )
    return reading.model


def replace_model(file: Path, body: bytes, *, was: bytes | None) -> None:
    """Let the file hold `body`, unless somebody wrote it since it was read.

    Args:
        was: What `read_body` gave; None when there was no file.

    Raises:
        ConflictError: `threat-model-changed`.
        UnavailableError: As `replace_file`.
    """
    if (read_body(file) if file.is_file() else None) != was:
        raise ConflictError(
            "threat-model-changed",
            f"Somebody else wrote {file} just now, so it is left as it is.",
            fix="Run the same command again: it takes in what stands there now.",
        )
    replace_file(file, body)


def _missing(file: Path, why: str) -> MissingError:
    return MissingError(
        "threat-model-missing",
        f"There is no threat model to read at {file}: {why}.",
        fix="Name the file or its folder, or draft one: pavior threat draft --write.",
    )
