"""Reads and writes Backstage's `catalog-info.yaml`.

Source: backstage.io/docs/features/software-catalog/descriptor-format, for `backstage.io/v1alpha1` and
`scaffolder.backstage.io/v1beta3`. Placeholders such as `$text` are kept as they are and never fetched.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from pavior.catalog.documents import YamlDocument, read_documents
from pavior.catalog.model import CatalogProblem, CatalogReading, Entity, Relation
from pavior.catalog.relations import DEFAULT_NAMESPACE, KIND, KINDS, NAME, NAMESPACE, Field, parse_entity_ref, relate
from pavior.catalog.scalars import resolve_scalar
from pavior.kernel.refs import Ref
from pavior.kernel.verdicts import Position

CATALOG_FILES = ("catalog-info.yaml", "catalog-info.yml")

_API_VERSION = re.compile(r"(?:[a-z0-9][a-z0-9.-]{0,251}/)?[a-zA-Z0-9]{1,63}")
_TAG = re.compile(r"(?=.{1,63}\Z)[a-z0-9+#]+(?:[-.:_/][a-z0-9+#]+)*")
# Some readers take these for line breaks or leave them out; between double quotes they are escaped.
_ODD_LETTERS = re.compile("[^\n\x20-\x7e\xa0-\u2027\u202a-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_NAME_FIX = "Use letters, digits and . _ - with a letter or digit at both ends, at most 63 characters."


def read_catalog(body: bytes, path: str) -> CatalogReading:
    """What one catalog file holds. Never raises: what is wrong is in `problems`, with its line, by line.

    A document whose kind, name or apiVersion cannot be used is not taken. Of two with one reference the first
    is taken. A field that is wrong is told, and its entity is taken all the same.
    """
    reading = read_documents(body)
    problems = [
        CatalogProblem(item.code, item.message, item.fix, Position(path, item.line, item.line))
        for item in reading.problems
    ]
    taken: dict[Ref, Entity] = {}
    for document in reading.documents:
        entity = _Reader(document, path, problems).read()
        if entity is None:
            continue
        if entity.ref in taken:
            problems.append(
                CatalogProblem(
                    "catalog-entity-twice",
                    f"{entity.ref} stands there already, in line {taken[entity.ref].position.line}.",
                    "Give each entity a name of its own.",
                    entity.position,
                )
            )
            continue
        taken[entity.ref] = entity
    return CatalogReading(relate(taken.values()), tuple(sorted(problems, key=lambda item: item.position.line)))


def write_catalog(entities: Iterable[Entity]) -> bytes:
    """The documents of the entities as one file; reading it gives the same entities again."""
    documents = [dict(entity.document) for entity in entities]
    text = yaml.dump_all(
        documents, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100_000, explicit_start=len(documents) > 1
    )
    return str(text).encode() if documents else b""


class _Dumper(yaml.SafeDumper):
    """Writes what YAML 1.1 and 1.2 readers understand alike, without aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: FBT001, FBT002 - its name
        # Lists stand further in than their key, as people write them.
        super().increase_indent(flow, False)

    def represent_text(self, text: str) -> yaml.ScalarNode:
        """A text that a reader would take for a number, or for nothing, is quoted."""
        try:
            is_plain = isinstance(resolve_scalar(text), str)
        except ValueError:
            is_plain = False
        style = None if is_plain else "'"
        if _ODD_LETTERS.search(text):
            style = '"'
        elif "\n" in text:
            style = "|"
        return self.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _Dumper.represent_text)


class _Reader:
    """One document on its way to an Entity."""

    def __init__(self, document: YamlDocument, path: str, problems: list[CatalogProblem]) -> None:
        self._document = document
        self._path = path
        self._problems = problems

    def read(self) -> Entity | None:
        """The entity, or None when the document is none."""
        root = self._document.value
        if not isinstance(root, dict):
            self._tell((), "catalog-not-an-entity", "The document is not a mapping.", "Begin with apiVersion and kind.")
            return None
        metadata = root.get("metadata")
        kind = self._identity(root, "kind", ("kind",), KIND, "Write it as Backstage does, such as Component.")
        version = self._identity(
            root, "apiVersion", ("apiVersion",), _API_VERSION, "Write for example backstage.io/v1alpha1."
        )
        if not isinstance(metadata, dict):
            self._tell(("metadata",), "catalog-field-missing", "metadata is not a mapping.", "Give at least a name.")
            return None
        name = self._identity(metadata, "metadata.name", ("metadata", "name"), NAME, _NAME_FIX)
        namespace = DEFAULT_NAMESPACE
        if metadata.get("namespace") is not None:
            namespace = self._identity(
                metadata,
                "metadata.namespace",
                ("metadata", "namespace"),
                NAMESPACE,
                "Use lower-case letters, digits and - .",
            )
        if not (kind and version and name and namespace):
            return None
        ref = Ref(kind.lower(), namespace, name.lower())
        known = KINDS.get(kind)
        is_known = known is not None and version.split("/")[0] == known.group
        relations: tuple[Relation, ...] = ()
        if known is not None and is_known:
            relations = self._relations(root.get("spec"), known.required, known.fields, ref)
        document = self._document
        return Entity(
            ref=ref,
            kind=kind,
            title=self._text(metadata, "title") or name,
            description=self._text(metadata, "description"),
            owner=next((item.target for item in relations if item.type == "ownedBy"), None),
            relations=relations,
            tags=self._tags(metadata),
            document=root,
            position=Position(self._path, document.line, document.end_line),
            is_known_kind=is_known,
        )

    def _identity(
        self, parent: Mapping[str, object], shown: str, path: tuple[str, ...], form: re.Pattern[str], fix: str
    ) -> str:
        value = parent.get(path[-1])
        if value is None:
            self._tell(path, "catalog-field-missing", f"{shown} is missing.", fix)
            return ""
        if not isinstance(value, str) or not form.fullmatch(value):
            self._tell(path, "catalog-field-invalid", f"{shown} {_shown(value)} cannot be used.", fix)
            return ""
        return value

    def _text(self, metadata: Mapping[str, object], field: str) -> str:
        value = metadata.get(field)
        if value is None or isinstance(value, str):
            return value or ""
        self._tell(
            ("metadata", field), "catalog-field-invalid", f"metadata.{field} is not a text.", "Put it in quotes."
        )
        return ""

    def _tags(self, metadata: Mapping[str, object]) -> tuple[str, ...]:
        value = metadata.get("tags")
        if value is None:
            return ()
        if not isinstance(value, list):
            self._tell(("metadata", "tags"), "catalog-field-invalid", "metadata.tags is not a list.", "Write a list.")
            return ()
        tags: dict[str, None] = {}
        for index, item in enumerate(value):
            if isinstance(item, str) and _TAG.fullmatch(item):
                tags[item] = None
                continue
            self._tell(
                ("metadata", "tags", index),
                "catalog-field-invalid",
                f"The tag {_shown(item)} cannot be used.",
                "Use lower-case letters, digits, + and #, with - . : _ or / between them.",
            )
        return tuple(tags)

    def _relations(
        self, spec: object, required: tuple[str, ...], fields: Mapping[str, Field], source: Ref
    ) -> tuple[Relation, ...]:
        if not isinstance(spec, dict):
            self._tell(("spec",), "catalog-field-missing", "spec is not a mapping.", _needed(required))
            return ()
        for name in required:
            if spec.get(name) in (None, ""):
                self._tell(("spec",), "catalog-field-missing", f"spec.{name} is missing.", _needed(required))
        found: dict[Relation, None] = {}
        for name, field in fields.items():
            for path, text in self._texts(spec, name, field):
                target = parse_entity_ref(text, default_kind=field.default_kind, default_namespace=source.namespace)
                if target is None:
                    example = "kind:namespace/name" if not field.default_kind else f"{field.default_kind}:default/name"
                    self._tell(
                        path,
                        "catalog-reference-invalid",
                        f"spec.{name} {_shown(text)} is not a reference.",
                        f"Write it as {example}.",
                    )
                    continue
                found[Relation(field.relation, target)] = None
        return tuple(found)

    def _texts(self, spec: Mapping[str, object], name: str, field: Field) -> list[tuple[tuple[str | int, ...], str]]:
        value = spec.get(name)
        if value is None or value == "":
            return []
        if field.is_list is not isinstance(value, list):
            wanted = "a list" if field.is_list else "one text"
            self._tell(("spec", name), "catalog-field-invalid", f"spec.{name} is not {wanted}.", f"Write {wanted}.")
            return []
        places: list[tuple[tuple[str | int, ...], object]] = [(("spec", name), value)]
        if isinstance(value, list):
            places = [(("spec", name, index), item) for index, item in enumerate(value)]
        found: list[tuple[tuple[str | int, ...], str]] = []
        for path, item in places:
            if isinstance(item, str):
                found.append((path, item))
            else:
                self._tell(path, "catalog-field-invalid", f"spec.{name} {_shown(item)} is not a text.", "Write a text.")
        return found

    def _tell(self, path: tuple[str | int, ...], code: str, message: str, fix: str) -> None:
        line = self._document.line_of(path)
        self._problems.append(CatalogProblem(code, message, fix, Position(self._path, line, line)))


def _needed(required: tuple[str, ...]) -> str:
    return f"Give spec with {', '.join(required)}." if required else "Give spec, even if it is empty: {}."


def _shown(value: object) -> str:
    return repr(value)[:60]
