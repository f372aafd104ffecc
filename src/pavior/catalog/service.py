"""What changes the catalog. A Group or User in a repository's file is shown, and never grants membership."""

import posixpath
from collections.abc import Callable, Mapping
from dataclasses import replace

from pavior.catalog import store
from pavior.catalog.backstage import CATALOG_FILES, read_catalog
from pavior.catalog.model import CatalogProblem, CatalogReading, Entity, Service
from pavior.catalog.relations import relate
from pavior.kernel.errors import ConflictError
from pavior.kernel.refs import Ref
from pavior.storage.database import Transaction
from pavior.storage.masking import Masker

# More catalog files than one repository needs; a Location that names itself ends here too.
MAXIMUM_CATALOG_FILES = 100

_masker = Masker()


def register_service(tx: Transaction, service: Service) -> bool:
    """Add a service, and give True; the same one again changes nothing and gives False, so that a step may repeat.

    Raises:
        ConflictError: `service-exists` when another one has the name.
    """
    if store.insert_service(tx, service):
        return True
    kept = store.get_service(tx, service.name)
    if (kept.repository, kept.team, kept.golden_path) != (service.repository, service.team, service.golden_path):
        raise ConflictError(
            "service-exists",
            f"There is a service {service.name} already, of team {kept.team or '(nobody)'}.",
            fix="Choose another name.",
        )
    return False


def record_catalog(tx: Transaction, repository: str, files: Mapping[str, bytes]) -> CatalogReading:
    """Read the catalog files among a repository's files, by path, and let the catalog hold exactly what they say.

    What looks like a secret is masked before it is kept.
    """
    reading = read_tree(files.get)
    record_reading(tx, repository, reading)
    return reading


def record_reading(tx: Transaction, repository: str, reading: CatalogReading) -> None:
    """The same for files that were read already."""
    store.replace_entities(tx, repository, [_masked(entity) for entity in reading.entities])


def read_tree(find: Callable[[str], bytes | None]) -> CatalogReading:
    """What `catalog-info.yaml` holds, and the files of the same repository that its Locations name.

    Args:
        find: The bytes of a file by its path in the repository, or None.

    Returns:
        No entities and no problems when there is no catalog file.
    """
    pending = [next((name for name in CATALOG_FILES if find(name) is not None), "")]
    seen: set[str] = set()
    taken: dict[Ref, Entity] = {}
    problems: list[CatalogProblem] = []
    while pending and len(seen) < MAXIMUM_CATALOG_FILES:
        path = pending.pop(0)
        body = find(path) if path else None
        if path in seen or body is None:
            continue
        seen.add(path)
        reading = read_catalog(body, path)
        problems.extend(reading.problems)
        for entity in reading.entities:
            first = taken.setdefault(entity.ref, entity)
            if first is not entity:
                problems.append(_twice(entity, first))
            elif entity.kind == "Location" and entity.is_known_kind:
                pending.extend(_targets(entity, find, problems))
    return CatalogReading(relate(taken.values()), tuple(problems))


def _targets(entity: Entity, find: Callable[[str], bytes | None], problems: list[CatalogProblem]) -> list[str]:
    spec = entity.document.get("spec")
    if not isinstance(spec, dict):
        return []
    several = spec.get("targets")
    targets = [spec.get("target"), *(several if isinstance(several, list) else [])]
    found: list[str] = []
    for target in targets:
        if not isinstance(target, str) or not target:
            continue
        path = posixpath.normpath(posixpath.join(posixpath.dirname(entity.position.path), target))
        if "://" in target or path.startswith(("/", "../")) or find(path) is None:
            problems.append(
                CatalogProblem(
                    "catalog-location-not-read",
                    f"{entity.ref} names {target[:120]!r}, which is no file of this repository; it was not read.",
                    "Name a file of the same repository; Pavior fetches nothing and expands no patterns.",
                    entity.position,
                )
            )
            continue
        found.append(path)
    return found


def _twice(entity: Entity, first: Entity) -> CatalogProblem:
    return CatalogProblem(
        "catalog-entity-twice",
        f"{entity.ref} stands in {first.position} already.",
        "Give each entity a name of its own.",
        entity.position,
    )


def _masked(entity: Entity) -> Entity:
    document = _masker.mask_document(entity.document)
    if not isinstance(document, dict):
        raise TypeError("a document is a mapping")
    return replace(
        entity,
        title=_masker.mask(entity.title),
        description=_masker.mask(entity.description),
        document=document,
    )
