"""Documents that a repository holds about its service, checked against their schemas."""

from collections.abc import Callable, Mapping

from pavior.catalog.ports import Forge
from pavior.reports.model import Document

THREAT_MODEL = "threatmodel.yaml"
OBJECTIVES = "objectives.yaml"

Check = Callable[[bytes], tuple[Mapping[str, object] | None, tuple[str, ...]]]

_CHECKS: dict[str, Check] = {}


def read_document(forge: Forge, repository: str, commit: str, path: str) -> Document | None:
    """The document as that commit holds it, with what is wrong with it; None when it holds none."""
    body = forge.read_file(repository, commit, path)
    if body is None:
        return None
    check = _CHECKS.get(path)
    content, problems = check(body) if check else (None, (f"{path} cannot be checked by this Pavior.",))
    return Document(path, content, problems)
