"""Kubernetes manifests as a resource graph: every object by kind, namespace and name, and the line of each value.

Nothing is rendered: a template is told as such. What a Secret holds is hidden.
"""

import posixpath
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from msgspec import structs

from pavior.adapters.readers.kubernetes_documents import Document, Reading, read_documents
from pavior.kernel.verdicts import Position
from pavior.resources.model import GraphFormat, Resource, ResourceGraph, Sensitive, Skipped, Unknown, Value

PROVIDER = "kubernetes"
DEFAULT_NAMESPACE = "default"

_KIND = re.compile(r"[A-Za-z][A-Za-z0-9]{0,62}")
_UNFIT = re.compile(r"[^A-Za-z0-9.:_-]+")
_LONGEST_NAME = 253
_UNNAMED = "unnamed"
_LIST = "List"
# kubectl keeps the whole object there as text, so also what is hidden elsewhere.
_COPY_OF_ALL = "kubectl.kubernetes.io/last-applied-configuration"
# Source: kubectl.docs.kubernetes.io/references/kustomize/kustomization/.
_KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_KUSTOMIZATION: Mapping[str, Value] = {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization"}
_SECRET_FIELDS = ("data", "stringData")


@dataclass(frozen=True, slots=True)
class _Object:
    """A tree that may be an object, and where it stands."""

    value: Value
    position: Position
    places: Mapping[str, Position]
    kind: str = ""
    is_listed: bool = False


class _NoObject(Exception):  # noqa: N818 - no error: an answer that ends the reading of one object
    """Why something that looks like an object cannot be taken as one."""


def read_manifests(files: Mapping[str, bytes]) -> ResourceGraph:
    """The objects of all manifests.

    Args:
        files: YAML and JSON by path relative to the checkout, such as `deploy/orders.yaml`.

    Returns:
        Objects in the order of paths and lines. `Kind.namespace.name` is the address, with the namespace `default`
        where none is said, also of what no namespace holds; an address that was met before begins with its file
        (`overlays/prod.yaml//Deployment.default.orders`). What was not read is in `skipped`, and then `complete` is
        False; documents that are no manifests are counted there, and say nothing about completeness.
    """
    reader = _Reader()
    for path in sorted(files):
        reader.read(path, files[path])
    return ResourceGraph(
        GraphFormat.KUBERNETES_MANIFEST, tuple(reader.resources), tuple(reader.skipped), reader.is_complete
    )


class _Reader:
    def __init__(self) -> None:
        self.resources: list[Resource] = []
        self.skipped: list[Skipped] = []
        self.is_complete = True
        self._addresses: Counter[str] = Counter()

    def read(self, path: str, body: bytes) -> None:
        reading: Reading = read_documents(path, body)
        for problem in reading.problems:
            self._skip(path, str(problem))
        others, before = 0, (len(self.resources), len(self.skipped))
        for document in reading.documents:
            known = _kustomized(path, document)
            if _is_other(known.value):
                others += 1
                continue
            for found in _objects(known):
                self._take(path, found)
        if others:
            self.skipped.append(Skipped(path, f"{others} of its documents are no manifests: no apiVersion and kind"))
        elif before == (len(self.resources), len(self.skipped)) and not reading.problems:
            self.skipped.append(Skipped(path, "it holds no object"))

    def _skip(self, path: str, why: str) -> None:
        self.skipped.append(Skipped(path, why))
        self.is_complete = False

    def _take(self, path: str, found: _Object) -> None:
        try:
            resource = _resource(found)
        except _NoObject as refused:
            self._skip(path, f"line {found.position.line}: {refused}")
            return
        self._addresses[resource.address] += 1
        count = self._addresses[resource.address]
        if count > 1:
            # Overlays say the same thing again for another place; both are looked at.
            address = f"{path}//{resource.address}"
            self._addresses[address] += 1
            again = self._addresses[address]
            resource = structs.replace(resource, address=address if again == 1 else f"{address}[{again - 1}]")
        self.resources.append(resource)


def _kustomized(path: str, document: Document) -> Document:
    """The document, with the kind and version that a Kustomization may leave out in a file of its name."""
    if posixpath.basename(path) not in _KUSTOMIZATIONS or not isinstance(document.value, dict):
        return document
    return replace(document, value={**_KUSTOMIZATION, **document.value})


def _is_other(value: Value) -> bool:
    """Whether a document says nothing that only a manifest says; `kind` or `apiVersion` alone are others' words too."""
    if isinstance(value, Unknown):
        # Nobody but the program of its tag knows what it is.
        return False
    if not isinstance(value, dict):
        return True
    said = ("apiVersion" in value) + ("kind" in value)
    return said == 0 or (said == 1 and "metadata" not in value)


def _objects(document: Document) -> Iterator[_Object]:
    """The object of the document, or those of its list, whatever lists stand in it."""
    waiting = [_Object(document.value, document.position, document.places)]
    while waiting:
        found = waiting.pop()
        items = _items(found)
        if items is None:
            yield found
        else:
            waiting += reversed(items)


def _items(found: _Object) -> list[_Object] | None:
    """What a list holds, or None when it is no list."""
    if not isinstance(found.value, dict):
        return None
    kind, items = found.value.get("kind"), found.value.get("items")
    if not isinstance(kind, str) or not kind.endswith(_LIST) or not isinstance(items, list):
        return None
    places: list[dict[str, Position]] = [{} for _ in items]
    own: dict[int, Position] = {}
    for path, position in found.places.items():
        first, _, rest = path.partition(".")
        number, _, inner = rest.partition(".")
        if first != "items" or not number.isdecimal() or int(number) >= len(items):
            continue
        if inner:
            places[int(number)][inner] = position
        else:
            own[int(number)] = position
    return [
        _Object(item, own.get(index, found.position), places[index], kind.removesuffix(_LIST), is_listed=True)
        for index, item in enumerate(items)
    ]


def _resource(found: _Object) -> Resource:
    value = found.value
    if not isinstance(value, dict):
        raise _NoObject(f"a {_word(value)} stands where an object is expected")
    kind = _kind(found, value)
    items = value.get("items")
    if kind.endswith(_LIST) and items is not None and not isinstance(items, list):
        raise _NoObject(f"it is a list, and its items are a {_word(items)}")
    metadata = value.get("metadata")
    if metadata is not None and not isinstance(metadata, dict | Unknown):
        raise _NoObject(f"its metadata is a {_word(metadata)}")
    named = metadata if isinstance(metadata, dict) else {}
    name = _name(named.get("name")) or _name(named.get("generateName")) or _UNNAMED
    namespace = _name(named.get("namespace")) or DEFAULT_NAMESPACE
    return Resource(
        address=f"{kind}.{namespace}.{name}",
        type=kind,
        values=_hidden(kind, value),
        provider=PROVIDER,
        position=found.position,
        attribute_positions=found.places,
    )


def _kind(found: _Object, value: Mapping[str, Value]) -> str:
    kind = value.get("kind")
    if kind is None and found.is_listed and found.kind:
        kind = found.kind
    if kind is None:
        raise _NoObject("it has an apiVersion and no kind")
    if not isinstance(kind, str):
        raise _NoObject(f"its kind is a {_word(kind)} and no text")
    if not _KIND.fullmatch(kind):
        raise _NoObject("its kind is no word")
    version = value.get("apiVersion")
    if version is None and not found.is_listed:
        raise _NoObject(f"it is a {kind} and has no apiVersion")
    if version is not None and not isinstance(version, str):
        raise _NoObject(f"its apiVersion is a {_word(version)} and no text")
    return kind


def _name(value: Value) -> str:
    """A part of an address: nothing that a terminal or a shell would take for something else."""
    if isinstance(value, bool | int | float):
        value = str(value)
    return _UNFIT.sub("_", value)[:_LONGEST_NAME] if isinstance(value, str) else ""


def _hidden(kind: str, value: dict[str, Value]) -> Mapping[str, Value]:
    kept = dict(value)
    if kind == "Secret":
        kept.update({name: _all_hidden(value[name]) for name in _SECRET_FIELDS if name in value})
    metadata = value.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
    if isinstance(metadata, dict) and isinstance(annotations, dict) and _COPY_OF_ALL in annotations:
        kept["metadata"] = {**metadata, "annotations": {**annotations, _COPY_OF_ALL: Sensitive()}}
    return kept


def _all_hidden(value: Value) -> Value:
    return {name: Sensitive() for name in value} if isinstance(value, dict) else Sensitive()


def _word(value: Value) -> str:
    words: dict[type, str] = {
        dict: "mapping",
        list: "list",
        bool: "yes or no",
        int: "number",
        float: "number",
        str: "text",
        type(None): "nothing",
    }
    return words.get(type(value), "value that is not known")
