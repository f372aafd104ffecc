"""Threat models of this machine: found, and read whole or not at all."""

from pathlib import Path

from pavior.kernel.errors import InvalidError, MissingError
from pavior.threatmodels.model import ThreatModel
from pavior.threatmodels.reading import THREAT_MODEL_FILE, check_threat_model


def read_model_file(path: Path, *, control_ids: frozenset[str]) -> ThreatModel:
    """The model in the file, or in the folder, at `path`.

    Raises:
        MissingError: `threat-model-missing`.
        InvalidError: `threat-model-invalid`, with the first problem.
    """
    file = path / THREAT_MODEL_FILE if path.is_dir() else path
    try:
        body = file.read_bytes()
    except OSError as error:
        raise MissingError(
            "threat-model-missing",
            f"There is no threat model to read at {file}: {error.strerror}.",
            fix="Name the file or its folder, or draft one: pavior threat draft --write.",
        ) from error
    reading = check_threat_model(body, control_ids=control_ids)
    if reading.model is None:
        more = len(reading.problems) - 1
        told = f" And {more} more." if more else ""
        raise InvalidError(
            "threat-model-invalid",
            f"{file}: {reading.problems[0]}{told}",
            fix=f"See all of it: pavior threat lint {path}",
        )
    return reading.model
