"""Documents that a repository holds about its service, checked against their schemas as they stand at one commit."""

from pavior.catalog.ports import Forge
from pavior.observability.objectives import OBJECTIVES_FILE, check_objectives
from pavior.reports.model import Document
from pavior.threatmodels.reading import THREAT_MODEL_FILE, check_threat_model


def read_threat_model(forge: Forge, repository: str, commit: str, *, control_ids: frozenset[str]) -> Document | None:
    """None when the repository holds none. A threat may only name controls of `control_ids`."""
    body = forge.read_file(repository, commit, THREAT_MODEL_FILE)
    if body is None:
        return None
    reading = check_threat_model(body, control_ids=control_ids)
    return Document(THREAT_MODEL_FILE, reading.content, reading.problems)


def read_objectives(forge: Forge, repository: str, commit: str) -> Document | None:
    """None when the repository holds none."""
    body = forge.read_file(repository, commit, OBJECTIVES_FILE)
    if body is None:
        return None
    reading = check_objectives(body)
    return Document(OBJECTIVES_FILE, reading.content, reading.problems)
