"""Rows of services and catalog entities."""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from pavior.catalog.model import Entity, Relation, Service
from pavior.catalog.relations import INVERSES
from pavior.catalog.tables import entities, relations, services
from pavior.kernel.clock import format_instant, parse_instant
from pavior.kernel.errors import MissingError
from pavior.kernel.pages import Page, PageRequest
from pavior.kernel.refs import Ref
from pavior.kernel.verdicts import Position
from pavior.storage.database import Transaction
from pavior.storage.searching import words_of

# More words than a person types; each one is a condition of the query.


def insert_service(tx: Transaction, service: Service) -> bool:
    """Add it. A service of that name changes nothing and gives False."""
    if find_service(tx, service.name) is not None:
        return False
    tx.execute(services.insert().values(**_service_row(service)))
    return True


def update_service(tx: Transaction, service: Service) -> None:
    """Replace all that is kept of it but its name. Raises MissingError `service-missing`."""
    result = tx.execute(services.update().where(services.c.name == service.name).values(**_service_row(service)))
    if result.rowcount == 0:
        raise _service_missing(service.name)


def find_service(tx: Transaction, name: str) -> Service | None:
    """The service, or None."""
    row = tx.execute(services.select().where(services.c.name == name)).mappings().first()
    return None if row is None else _service(row)


def get_service(tx: Transaction, name: str) -> Service:
    """The service.

    Raises:
        MissingError: `service-missing`.
    """
    service = find_service(tx, name)
    if service is None:
        raise _service_missing(name)
    return service


def find_service_of_repository(tx: Transaction, repository: str) -> Service | None:
    """The service whose repository this is, or None; the first by name."""
    statement = services.select().where(services.c.repository == repository).order_by(services.c.name).limit(1)
    row = tx.execute(statement).mappings().first()
    return None if row is None else _service(row)


def list_services(
    tx: Transaction,
    page: PageRequest,
    *,
    query: str = "",
    team: str = "",
    names: Collection[str] | None = None,
) -> Page[Service]:
    """By name.

    `query` matches when each of its words stands in name, title, description, tags or owner, whatever the
    case; `names` narrows it when given, and nothing is found when it is empty.
    """
    conditions = _matching(services.c.searched, query)
    if team:
        conditions.append(services.c.team == team)
    if names is not None:
        conditions.append(services.c.name.in_(sorted(names)))
    total = tx.execute(sa.select(sa.func.count()).select_from(services).where(*conditions)).scalar_one()
    statement = services.select().where(*conditions).order_by(services.c.name).offset(page.offset).limit(page.size)
    return Page(tuple(_service(row) for row in tx.execute(statement).mappings()), int(total), page.offset)


def replace_entities(tx: Transaction, repository: str, found: Sequence[Entity]) -> None:
    """Let `repository` hold exactly `found`, in that order; of two with one reference the first counts."""
    tx.execute(entities.delete().where(entities.c.repository == repository))
    tx.execute(relations.delete().where(relations.c.repository == repository))
    kept: dict[Ref, Entity] = {}
    for entity in found:
        kept.setdefault(entity.ref, entity)
    if not kept:
        return
    tx.execute(entities.insert(), [_entity_row(repository, number, item) for number, item in enumerate(kept.values())])
    edges: dict[tuple[str, str, str], None] = {}
    for entity in kept.values():
        for relation in entity.relations:
            edges[str(entity.ref), relation.type, str(relation.target)] = None
            # The other side may stand in another repository's file.
            edges[str(relation.target), INVERSES[relation.type], str(entity.ref)] = None
    if edges:
        columns = ("source", "type", "target")
        tx.execute(
            relations.insert(), [{"repository": repository, **dict(zip(columns, edge, strict=True))} for edge in edges]
        )


def list_entities(
    tx: Transaction, page: PageRequest, *, repository: str = "", kind: str = "", query: str = ""
) -> Page[Entity]:
    """In the order of repositories and their files; narrowed by what is not empty."""
    conditions = _matching(entities.c.searched, query)
    if repository:
        conditions.append(entities.c.repository == repository)
    if kind:
        conditions.append(entities.c.kind == kind)
    total = tx.execute(sa.select(sa.func.count()).select_from(entities).where(*conditions)).scalar_one()
    statement = (
        entities.select()
        .where(*conditions)
        .order_by(entities.c.repository, entities.c.number)
        .offset(page.offset)
        .limit(page.size)
    )
    return Page(tuple(_entity(row) for row in tx.execute(statement).mappings()), int(total), page.offset)


def list_repository_entities(tx: Transaction, repository: str) -> tuple[Entity, ...]:
    """All entities of one repository, in the order of its files."""
    statement = entities.select().where(entities.c.repository == repository).order_by(entities.c.number)
    return tuple(_entity(row) for row in tx.execute(statement).mappings())


def list_relations(tx: Transaction, ref: Ref) -> tuple[Relation, ...]:
    """Everything that any repository's files say of how `ref` hangs together with others, by type and target."""
    statement = (
        sa.select(relations.c.type, relations.c.target)
        .where(relations.c.source == str(ref))
        .distinct()
        .order_by(relations.c.type, relations.c.target)
    )
    return tuple(Relation(row.type, Ref.parse(row.target)) for row in tx.execute(statement))


def find_entity(tx: Transaction, ref: Ref) -> Entity | None:
    """The entity, or None; of several repositories that hold it, the first by name."""
    statement = entities.select().where(entities.c.ref == str(ref)).order_by(entities.c.repository).limit(1)
    row = tx.execute(statement).mappings().first()
    return None if row is None else _entity(row)


def _matching(column: sa.ColumnElement[str], query: str) -> list[sa.ColumnElement[bool]]:
    # The column is lower-case already, in every alphabet.
    return [column.contains(word, autoescape=True) for word in words_of(query)]


def _searched(*parts: str) -> str:
    return "\n".join(parts).lower()


def _service_missing(name: str) -> MissingError:
    return MissingError(
        "service-missing", f"There is no service {name[:80]}.", fix="List them with: pavior service list."
    )


def _service_row(service: Service) -> dict[str, Any]:
    return {
        "name": service.name,
        "title": service.title,
        "description": service.description,
        "team": service.team,
        "repository": service.repository,
        "lifecycle": service.lifecycle,
        "golden_path": service.golden_path,
        "golden_path_version": service.golden_path_version,
        "parameters": dict(service.parameters),
        "data_class": service.data_class,
        "created_at": format_instant(service.created_at),
        "is_adopted": service.is_adopted,
        "tags": list(service.tags),
        "searched": _searched(service.name, service.title, service.description, service.team, *service.tags),
    }


def _service(row: sa.RowMapping) -> Service:
    return Service(
        name=row["name"],
        title=row["title"],
        description=row["description"],
        team=row["team"],
        repository=row["repository"],
        lifecycle=row["lifecycle"],
        golden_path=row["golden_path"],
        golden_path_version=row["golden_path_version"],
        parameters=row["parameters"],
        data_class=row["data_class"],
        created_at=parse_instant(row["created_at"]),
        is_adopted=row["is_adopted"],
        tags=tuple(row["tags"]),
    )


def _entity_row(repository: str, number: int, entity: Entity) -> dict[str, Any]:
    owner = None if entity.owner is None else str(entity.owner)
    return {
        "repository": repository,
        "ref": str(entity.ref),
        "number": number,
        "kind": entity.kind,
        "title": entity.title,
        "description": entity.description,
        "owner": owner,
        "relations": [[relation.type, str(relation.target)] for relation in entity.relations],
        "tags": list(entity.tags),
        "document": dict(entity.document),
        "path": entity.position.path,
        "line": entity.position.line,
        "end_line": entity.position.end_line,
        "is_known_kind": entity.is_known_kind,
        "searched": _searched(entity.ref.name, entity.title, entity.description, owner or "", *entity.tags),
    }


def _entity(row: sa.RowMapping) -> Entity:
    return Entity(
        ref=Ref.parse(row["ref"]),
        kind=row["kind"],
        title=row["title"],
        description=row["description"],
        owner=None if row["owner"] is None else Ref.parse(row["owner"]),
        relations=tuple(Relation(name, Ref.parse(target)) for name, target in row["relations"]),
        tags=tuple(row["tags"]),
        document=row["document"],
        position=Position(row["path"], row["line"], row["end_line"]),
        is_known_kind=row["is_known_kind"],
    )
