"""How entities hang together, derived from their `spec` as Backstage's catalog does it.

Source: plugins/catalog-backend, BuiltinKindsEntityProcessor, and the scaffolder's processor for templates.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from pavior.catalog.model import Entity, Relation
from pavior.kernel.refs import Ref

DEFAULT_NAMESPACE = "default"
INVERSES = {
    "ownedBy": "ownerOf",
    "partOf": "hasPart",
    "providesApi": "apiProvidedBy",
    "consumesApi": "apiConsumedBy",
    "dependsOn": "dependencyOf",
    "childOf": "parentOf",
    "memberOf": "hasMember",
}
INVERSES.update({inverse: name for name, inverse in list(INVERSES.items())})

# The same as Backstage's validators for metadata.name and metadata.namespace.
NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?")
NAMESPACE = re.compile(r"(?=.{1,63}\Z)[a-z0-9]+(?:-+[a-z0-9]+)*")
KIND = re.compile(r"[a-zA-Z][a-zA-Z0-9]{0,62}")


@dataclass(frozen=True, slots=True)
class Field:
    """A field of `spec` that points to other entities.

    Args:
        default_kind: Kind of a reference that names none; empty when it must name one.
        is_list: Whether it holds several.
    """

    relation: str
    default_kind: str
    is_list: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """What Backstage defines for one kind. `required` are fields of `spec`."""

    group: str
    required: tuple[str, ...]
    fields: Mapping[str, Field]


_OWNER = {"owner": Field("ownedBy", "group")}
_SYSTEM = {"system": Field("partOf", "system")}
_DEPENDENCIES = {
    "dependsOn": Field("dependsOn", "", is_list=True),
    "dependencyOf": Field("dependencyOf", "", is_list=True),
}

KINDS: dict[str, Kind] = {
    "Component": Kind(
        "backstage.io",
        ("type", "lifecycle", "owner"),
        {
            **_OWNER,
            **_SYSTEM,
            **_DEPENDENCIES,
            "subcomponentOf": Field("partOf", "component"),
            "providesApis": Field("providesApi", "api", is_list=True),
            "consumesApis": Field("consumesApi", "api", is_list=True),
        },
    ),
    "API": Kind("backstage.io", ("type", "lifecycle", "owner", "definition"), {**_OWNER, **_SYSTEM}),
    "Resource": Kind("backstage.io", ("type", "owner"), {**_OWNER, **_SYSTEM, **_DEPENDENCIES}),
    "System": Kind("backstage.io", ("owner",), {**_OWNER, "domain": Field("partOf", "domain")}),
    "Domain": Kind("backstage.io", ("owner",), {**_OWNER, "subdomainOf": Field("partOf", "domain")}),
    "Group": Kind(
        "backstage.io",
        ("type", "children"),
        {
            "parent": Field("childOf", "group"),
            "children": Field("parentOf", "group", is_list=True),
            "members": Field("hasMember", "user", is_list=True),
        },
    ),
    "User": Kind("backstage.io", (), {"memberOf": Field("memberOf", "group", is_list=True)}),
    "Location": Kind("backstage.io", (), {}),
    "Template": Kind("scaffolder.backstage.io", ("type", "steps"), _OWNER),
}


def parse_entity_ref(text: str, *, default_kind: str, default_namespace: str) -> Ref | None:
    """Read `[kind:][namespace/]name` in lower case, as references are compared; None when it is not one."""
    kind, colon, rest = text.partition(":")
    if not colon:
        kind, rest = default_kind, text
    namespace, slash, name = rest.partition("/")
    if not slash:
        namespace, name = default_namespace, rest
    kind, namespace, name = kind.lower(), namespace.lower(), name.lower()
    is_formed = KIND.fullmatch(kind) and NAMESPACE.fullmatch(namespace) and NAME.fullmatch(name)
    return Ref(kind, namespace, name) if is_formed else None


def relate(entities: Iterable[Entity]) -> tuple[Entity, ...]:
    """The same entities; each also has the relations that the others' fields give it.

    Own relations come first, in the order of the file; nothing stands there twice.
    """
    listed = tuple(entities)
    given: dict[Ref, dict[Relation, None]] = {entity.ref: {} for entity in listed}
    for entity in listed:
        given[entity.ref].update(dict.fromkeys(entity.relations))
    for entity in listed:
        for relation in entity.relations:
            if relation.target in given:
                given[relation.target][Relation(INVERSES[relation.type], entity.ref)] = None
    return tuple(replace(entity, relations=tuple(given[entity.ref])) for entity in listed)
