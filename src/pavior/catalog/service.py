"""What changes the catalog. A Group or User in a repository's file is shown, and never grants membership."""

from collections.abc import Mapping

from pavior.catalog import store
from pavior.catalog.backstage import read_catalog_file
from pavior.catalog.model import CatalogReading, Entity, Service
from pavior.kernel.errors import ConflictError
from pavior.storage.database import Transaction


def register_service(tx: Transaction, service: Service) -> None:
    """Add a service; the same one again is no error, so that a step may repeat.

    Raises:
        ConflictError: `service-exists` when another one has the name.
    """
    if store.insert_service(tx, service):
        return
    kept = store.get_service(tx, service.name)
    if (kept.repository, kept.team, kept.golden_path) != (service.repository, service.team, service.golden_path):
        raise ConflictError(
            "service-exists",
            f"There is a service {service.name} already, of team {kept.team}.",
            fix="Choose another name.",
        )


def record_catalog(tx: Transaction, repository: str, files: Mapping[str, bytes]) -> CatalogReading:
    """Read a repository's catalog files, by path, and let the catalog hold exactly what they say."""
    reading = read_files(files)
    store.replace_entities(tx, repository, reading.entities)
    return reading


def read_files(files: Mapping[str, bytes]) -> CatalogReading:
    """What several catalog files hold together, in order of path."""
    found: list[Entity] = []
    readings = [read_catalog_file(body, path) for path, body in sorted(files.items())]
    for reading in readings:
        found.extend(reading.entities)
    return CatalogReading(tuple(found), tuple(problem for reading in readings for problem in reading.problems))
