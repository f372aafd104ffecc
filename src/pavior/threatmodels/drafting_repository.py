"""Drafts the threat model of a repository: of its resources, its catalog file and its golden path's answers. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pavior.catalog.backstage import CATALOG_FILES, read_catalog
from pavior.catalog.documents import read_documents
from pavior.catalog.model import Entity
from pavior.resources.model import ResourceGraph, Skipped
from pavior.threatmodels.drafting import draft_model
from pavior.threatmodels.drafting_catalog import add_neighbours
from pavior.threatmodels.drafting_gaps import find_gaps
from pavior.threatmodels.drafting_names import slug
from pavior.threatmodels.model import DataClass, ThreatModel

ANSWERS_FILE = ".pavior/golden-path.yaml"
DESCRIBING_FILES = (*CATALOG_FILES, ANSWERS_FILE)
_DATA_CLASS = "pavior.dev/data-class"


@dataclass(frozen=True, slots=True)
class Draft:
    """What was drafted, and from how much.

    Args:
        not_read: What was not read or not understood; a draft is never more than the rest.
        is_complete: Whether all files were read, so that what is not there is gone.
    """

    model: ThreatModel
    not_read: tuple[Skipped, ...]
    is_complete: bool


def draft_repository(
    graphs: Sequence[ResourceGraph], files: Mapping[str, bytes], *, service: str = "", fallback_name: str = ""
) -> Draft:
    """The draft of what lies in one folder.

    Args:
        graphs: One for each stack, and one for the manifests.
        files: Those of `DESCRIBING_FILES` that are there, by name.
        service: Its name, where it is known.
        fallback_name: Its name where it is not known and no file tells it.
    """
    catalog = next(((name, files[name]) for name in CATALOG_FILES if name in files), None)
    entities: tuple[Entity, ...] = ()
    unread: list[Skipped] = []
    if catalog is not None:
        reading = read_catalog(catalog[1], catalog[0])
        entities = reading.entities
        unread += [Skipped(f"{catalog[0]}:{item.position.line}", item.message) for item in reading.problems]
    answers = _answers(files.get(ANSWERS_FILE))
    component = next((item for item in entities if item.ref.kind == "component"), None)
    told = component.ref.name if component is not None else str(answers.get("name") or fallback_name)
    model = draft_model(*graphs, service=service or slug(told), data_class=_data_class(component, answers))
    gaps = (gap for graph in graphs for gap in find_gaps(graph))
    return Draft(
        add_neighbours(model, entities),
        tuple(dict.fromkeys((*gaps, *unread))),
        all(graph.complete for graph in graphs),
    )


def _answers(body: bytes | None) -> Mapping[str, object]:
    documents = () if body is None else read_documents(body).documents
    value = documents[0].value if documents else None
    parameters = value.get("parameters") if isinstance(value, dict) else None
    return parameters if isinstance(parameters, dict) else {}


def _data_class(component: Entity | None, answers: Mapping[str, object]) -> DataClass:
    """What the catalog or the golden path says; internal where nobody says it."""
    metadata = None if component is None else component.document.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, Mapping) else None
    said = annotations.get(_DATA_CLASS) if isinstance(annotations, Mapping) else None
    named = str(said or answers.get("data_class"))
    return DataClass(named) if named in set(DataClass) else DataClass.INTERNAL
