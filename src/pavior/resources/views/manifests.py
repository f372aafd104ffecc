"""How facts are read from Kubernetes manifests: fields that may be absent, templates that were not rendered, lists."""

import re
from collections.abc import Callable, Mapping
from typing import TypeVar

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.defaults import get_default
from pavior.resources.model import Resource, Unknown, Value
from pavior.resources.views.facts import (
    Fact,
    Leaf,
    Source,
    Truth,
    read_number,
    read_text,
    read_truth,
    unread,
)
from pavior.resources.views.index import GraphIndex

T = TypeVar("T")

# What Helm, envsubst and others put in: `{{ .Values.image }}`, `${IMAGE}`, `$(IMAGE)`, `$IMAGE`, `<% image %>`.
_PLACEHOLDER = re.compile(r"\{\{.*?\}\}|\$\{[^}]*\}|\$\([^)]*\)|<%.*?%>|\$[A-Za-z_]", re.DOTALL)
_VERSION = re.compile(r"(?:[A-Za-z0-9.-]+/)?[A-Za-z0-9.-]+")


def api_group(resource: Resource) -> str | None:
    """The group of its `apiVersion`, empty for the core; None where it says none, as in a list or a placeholder."""
    version = resource.values.get("apiVersion")
    if not isinstance(version, str) or not _VERSION.fullmatch(version):
        return None
    group, slash, _ = version.rpartition("/")
    return group if slash else ""


def is_of(resource: Resource, kinds: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether it is one of these kinds, and not one that another program gave the same name."""
    groups = kinds.get(resource.type)
    group = api_group(resource)
    return groups is not None and (group is None or group in groups)


def name_of(resource: Resource) -> Leaf:
    """What it is called; empty where it has no name."""
    given = Source(resource).value("metadata.name")
    return "" if given is None else plain_text(str(given) if isinstance(given, int) else given)


def namespace_of(resource: Resource, index: GraphIndex) -> Fact[str]:
    """Where it lives: `default` where nobody says; unknown while a Kustomization here gives another to its objects."""
    own = Source(resource)
    path = "metadata.namespace"
    given = own.value(path)
    is_said = given not in (None, "")
    for kustomization in index.of_type("Kustomization"):
        if kustomization.values.get("namespace") not in (None, ""):
            why = _not_evaluated(f"{kustomization.address} gives its objects a namespace")
            return own.fact(path if is_said else "", why)
    return own.fact(path, plain_text(given)) if is_said else own.fact("", str(get_default("Object", path)))


def plain_text(value: Value) -> Leaf:
    """A text as it will be; Unknown while a placeholder stands in it."""
    text = read_text(value)
    if isinstance(text, str) and _PLACEHOLDER.search(text):
        return _not_evaluated("a placeholder stands there, and what replaces it is not known")
    return text


def _not_evaluated(why: str) -> Unknown:
    return Unknown(UnknownReason.NOT_EVALUATED, why)


class Part:
    """One mapping within a manifest, such as a container. What is absent has its default, unless the whole is partial.

    Args:
        source: The manifest.
        path: Dotted path of the part; empty for the manifest itself.
        kind: Under which the defaults of the part are documented.
        partial: Why absence proves nothing, or None.
    """

    __slots__ = ("_kind", "_partial", "_source", "path")

    def __init__(self, source: Source, path: str, kind: str, partial: Unknown | None = None) -> None:
        self._source = source
        self._kind = kind
        self._partial = partial
        self.path = path

    @property
    def resource(self) -> Resource:
        """The manifest."""
        return self._source.resource

    def place(self, path: str) -> str:
        """The path from the manifest's root."""
        return f"{self.path}.{path}" if self.path else path

    def value(self, path: str) -> Value:
        """What stands there, or None; Unknown when something on the way there is no mapping."""
        place = self.place(path)
        found = self._source.value(place)
        return self._stopped(place) if found is None else found

    def _stopped(self, place: str) -> Value:
        """What is in the way to a place where nothing stands: a text where a mapping is expected, or None."""
        steps = place.split(".")
        for count in range(max(1, self.path.count(".") + bool(self.path)), len(steps)):
            above = self._source.value(".".join(steps[:count]))
            if above is None:
                return None
            if not isinstance(above, dict) and not (isinstance(above, list) and steps[count].isdecimal()):
                return unread(above)
        return None

    def is_given(self, path: str) -> bool:
        """Whether anything stands there, also something that is not known."""
        return self.value(path) is not None

    def fact(self, path: str, value: T | Unknown) -> Fact[T]:
        """This value, said by this place."""
        return self._source.fact(self.place(path), value)

    def truth(self, path: str) -> Fact[bool]:
        """A yes or no, with its documented default."""
        return self._or(path, read_truth, lambda: bool(get_default(self._kind, path)))

    def text(self, path: str, default: str = "") -> Fact[str]:
        """A text; `default` where nothing stands there."""
        return self._or(path, plain_text, lambda: default)

    def number(self, path: str, default: int) -> Fact[int]:
        """A whole number; `default` where nothing stands there."""
        return self._or(path, read_number, lambda: default)

    def is_said(self, path: str) -> Fact[bool]:
        """Whether a mapping or text with something in it stands there."""
        return self._or(path, _is_filled, lambda: False)

    def items(self, path: str) -> tuple[tuple[str, Value], ...]:
        """What a list holds, each with its path from the root; a list that is not known is one unknown item."""
        found = self.value(path)
        if found is None:
            return () if self._partial is None else ((self.place(path), self._partial),)
        if isinstance(found, list):
            return tuple((f"{self.place(path)}.{number}", item) for number, item in enumerate(found))
        return ((self.place(path), unread(found)),)

    def texts(self, path: str) -> tuple[Fact[str], ...]:
        """The texts of a list."""
        return tuple(Fact(plain_text(item), place, self._source.decided_by) for place, item in self.items(path))

    def _or(self, path: str, convert: Callable[[Value], T | Unknown], default: Callable[[], T]) -> Fact[T]:
        found = self.value(path)
        if found is not None:
            return self.fact(path, convert(found))
        # Where nothing says it, the line to look at is that of the part.
        return self._source.fact(self.path, default() if self._partial is None else self._partial)


def _is_filled(value: Value) -> Truth:
    if isinstance(value, Unknown):
        return value
    if isinstance(value, dict):
        return bool(value)
    if isinstance(value, int | float):
        return True
    text = plain_text(value)
    return text if isinstance(text, Unknown) else bool(text)
