"""Keeping a drafted threat model for a service whose repository holds none."""

from collections.abc import Callable, Iterable
from datetime import datetime

from pavior.resources.model import ResourceGraph
from pavior.threatmodels.digest import digest_of
from pavior.threatmodels.drafting_repository import DESCRIBING_FILES, draft_repository
from pavior.threatmodels.library_model import LibraryThreat
from pavior.threatmodels.masking import mask_model
from pavior.threatmodels.merging_threats import first_model
from pavior.threatmodels.standing_model import RecordedModel


def draft_recorded(
    service: str,
    graph: ResourceGraph,
    find: Callable[[str], bytes | None],
    library: Iterable[LibraryThreat],
    now: datetime,
) -> RecordedModel | None:
    """What a draft makes of a repository, as if it had lain there; None where there is nothing to draft.

    Args:
        find: A plain file by its path in the repository.
    """
    described = {name: body for name in DESCRIBING_FILES if (body := find(name)) is not None}
    draft = draft_repository([graph], described, service=service)
    if not draft.model.elements:
        return None
    model = first_model(draft.model, library)
    return RecordedModel(service, "", digest_of(model), now, False, mask_model(model))
