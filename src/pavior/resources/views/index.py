"""A graph arranged for asking: by address, by type, and which resource completes which."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any, TypeGuard, TypeVar

from msgspec import Struct

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import PART_OF_A_TEXT, Resource, ResourceGraph, Unknown, Value
from pavior.resources.views.facts import Fact, Source, origins

T = TypeVar("T")


class Link(Struct, frozen=True, cache_hash=True):
    """How satellites of one type name what they complete.

    Args:
        attribute: Where the satellite names its owner, such as `bucket`.
        owner_types: Terraform types that it may complete.
        owner_names: The owner's attributes whose value may stand there.
        only: An attribute of the satellite and the text that stands there, where others of its type do not matter.
    """

    satellite_type: str
    attribute: str
    owner_types: tuple[str, ...]
    owner_names: tuple[str, ...] = ("id",)
    only: tuple[str, str] | None = None


class Loose(Struct, frozen=True):
    """A satellite whose owner could not be told, so it may be anybody's.

    Args:
        why: What stands where the owner is named.
    """

    satellite: Resource
    why: Value


class Attached(Struct, frozen=True, gc=False):
    """The satellites of one type that complete one resource.

    Args:
        loose: One of that type whose owner could not be told, so it may be this one's; else None.
    """

    satellites: tuple[Resource, ...]
    loose: Loose | None = None


class GraphIndex(Struct, frozen=True):
    """One graph, arranged; it lives as long as one evaluation and remembers what it was asked."""

    graph: ResourceGraph
    _by_address: Mapping[str, Resource]
    _by_type: Mapping[str, list[Resource]]
    _present: frozenset[str]
    _links: dict[Link, tuple[dict[str, list[Resource]], Loose | None]] = {}
    _owners: dict[tuple[tuple[str, ...], tuple[str, ...]], "_Owners"] = {}
    _answers: dict[Callable[["GraphIndex"], object], Any] = {}

    def has_any(self, types: tuple[str, ...]) -> bool:
        """Whether a resource or a data source of one of these types is there; true when no type is named."""
        return not types or not self._present.isdisjoint(types)

    def of_type(self, *types: str) -> tuple[Resource, ...]:
        """The managed resources of these types."""
        return tuple(resource for name in types for resource in self._by_type.get(name, ()))

    def find(self, address: str) -> Resource | None:
        """The resource at this address, managed or data."""
        return self._by_address.get(address)

    def once(self, question: Callable[["GraphIndex"], T]) -> T:
        """The answer to a question about the whole graph, which is asked once and not again for each resource.

        Args:
            question: A function of a module, by which its answer is remembered.
        """
        if question not in self._answers:
            self._answers[question] = question(self)
        answer: T = self._answers[question]
        return answer

    def attached(self, owner: Resource, link: Link) -> Attached:
        """What completes `owner`."""
        found = self._links.get(link)
        if found is None:
            found = self._links[link] = self._resolve(link)
        owned, loose = found
        return Attached(tuple(owned.get(owner.address, ())), loose)

    def decide(self, attached: Attached, absent: Fact[T]) -> Source | Fact[T]:
        """The one satellite that decides; else the fact without it, Unknown when its absence is not proven."""
        if len(attached.satellites) == 1:
            satellite = attached.satellites[0]
            return Source(satellite, satellite.address)
        if attached.satellites:
            names = " and ".join(satellite.address for satellite in attached.satellites)
            return _not_evaluated(f"{names} both set it", attached.satellites[0].address)
        if attached.loose is not None:
            return _loose(attached.loose)
        if not self.graph.complete:
            what = f", such as {self.graph.skipped[0].subject}" if self.graph.skipped else ""
            return _not_evaluated(f"something could not be read{what}, and may set it")
        return absent

    def _resolve(self, link: Link) -> tuple[dict[str, list[Resource]], Loose | None]:
        kind = (link.owner_types, link.owner_names)
        owners = self._owners.get(kind)
        if owners is None:
            owners = self._owners[kind] = _arranged(self.of_type(*link.owner_types), link.owner_names)
        owned: dict[str, list[Resource]] = defaultdict(list)
        loose: Loose | None = None
        for satellite in self.of_type(link.satellite_type):
            if link.only is not None and _is_another(satellite, *link.only):
                continue
            named = satellite.values.get(link.attribute)
            # One variable without a value has one value all the same.
            twins = owners.alike.get(named, []) if _is_variable(named) else []
            found = twins if len(twins) == 1 else _owners(satellite, link, owners)
            if found is None:
                loose = loose or Loose(satellite, satellite.values.get(link.attribute))
            for owner in found or ():
                owned[owner.address].append(satellite)
        return owned, loose


class _Owners(Struct, frozen=True):
    """Those that satellites may complete, by what may be said of them.

    Args:
        names: By each of their names that is known.
        bases: By address, without an index.
        alike: By a variable without a value that names them.
    """

    names: Mapping[str, list[Resource]]
    bases: Mapping[str, list[Resource]]
    alike: Mapping[Unknown, list[Resource]]


def _arranged(owners: tuple[Resource, ...], attributes: tuple[str, ...]) -> _Owners:
    names: dict[str, list[Resource]] = defaultdict(list)
    bases: dict[str, list[Resource]] = defaultdict(list)
    alike: dict[Unknown, list[Resource]] = defaultdict(list)
    for owner in owners:
        bases[_base(owner.address)].append(owner)
        values = [owner.values.get(attribute) for attribute in attributes]
        for name in {value for value in values if isinstance(value, str) and value}:
            names[name].append(owner)
        for variable in {value for value in values if _is_variable(value)}:
            alike[variable].append(owner)
    return _Owners(names, bases, alike)


def index_graph(graph: ResourceGraph) -> GraphIndex:
    """The graph, arranged."""
    by_type: dict[str, list[Resource]] = defaultdict(list)
    for resource in graph.resources:
        if resource.mode == "managed":
            by_type[resource.type].append(resource)
    present = frozenset(resource.type for resource in graph.resources)
    return GraphIndex(graph, {resource.address: resource for resource in graph.resources}, by_type, present)


def _owners(satellite: Resource, link: Link, owners: _Owners) -> list[Resource] | None:
    """Whom it completes; empty when somebody outside of the graph; None when that cannot be told."""
    value = satellite.values.get(link.attribute)
    references = Source(satellite).references(link.attribute)
    if type(value) is Unknown:
        references = origins(value, references)
    mentioned: list[Resource] = []
    for reference in references:
        candidates = owners.bases.get(_base(reference), [])
        exact = [owner for owner in candidates if owner.address == reference]
        # `bucket = aws_s3_bucket.data[each.key].id` may be recorded without the index: each owns its twin's.
        mentioned += (
            exact
            or [owner for owner in candidates if _instance(owner.address) == _instance(satellite.address)]
            or (candidates if len(candidates) == 1 else [])
        )
    if isinstance(value, str) and value in owners.names:
        # In two accounts two may bear one name; the expression then says which is meant.
        named = owners.names[value]
        return [owner for owner in named if owner in mentioned] or named
    if isinstance(value, str):
        # A known name that no owner bears: only an owner whose own name is not known can still be meant.
        mentioned = [owner for owner in mentioned if not any(_is_name(owner, name) for name in link.owner_names)]
    distinct = list({owner.address: owner for owner in mentioned}.values())
    if distinct:
        # An expression that mentions several chooses one; one that makes a text of a name or was not evaluated may
        # mean any.
        return distinct if len(distinct) == 1 and _is_plain(value, distinct[0]) else None
    if isinstance(value, str):
        return []
    is_elsewhere = bool(references) and all(".data." in f".{reference}" for reference in references)
    return [] if is_elsewhere else None


def is_meant(value: Value, mentioned: Resource) -> bool:
    """Whether the value surely names the resource that its expression mentions.

    An expression may choose between several, and take another: what it gave is known, or was not evaluated.
    """
    if isinstance(value, str):
        # A known text is the name of the resource, or a path that ends with it.
        known = [name for name in mentioned.values.values() if isinstance(name, str)]
        return value in known or value.rpartition("/")[2] in known
    return value is not None and _is_plain(value, mentioned)


def _is_plain(value: Value, owner: Resource) -> bool:
    """Whether nothing that was told of the value says that it is more than a reference to this owner."""
    if not isinstance(value, Unknown):
        return True
    if value.reason is UnknownReason.KNOWN_AFTER_APPLY:
        return not value.detail.startswith(PART_OF_A_TEXT)
    return value.detail == f"how many {_base(owner.address).rsplit('//', 1)[-1]} there are is not known"


def _is_name(owner: Resource, attribute: str) -> bool:
    value = owner.values.get(attribute)
    return isinstance(value, str) and bool(value)


def _is_another(satellite: Resource, attribute: str, text: str) -> bool:
    value = satellite.values.get(attribute)
    return isinstance(value, str) and value != text


def _is_variable(value: Value) -> TypeGuard[Unknown]:
    return type(value) is Unknown and value.is_named


def _base(address: str) -> str:
    return address.rsplit("[", 1)[0] if address.endswith("]") else address


def _instance(address: str) -> str:
    return address[len(_base(address)) :]


def _loose(loose: Loose) -> Fact[T]:
    address = loose.satellite.address
    if isinstance(loose.why, Unknown) and loose.why.reason is UnknownReason.KNOWN_AFTER_APPLY:
        return Fact(Unknown(UnknownReason.KNOWN_AFTER_APPLY, f"whose {address} is"))
    return _not_evaluated(f"{address} may set it; whose it is could not be resolved")


def _not_evaluated(detail: str, decided_by: str = "") -> Fact[T]:
    return Fact(Unknown(UnknownReason.NOT_EVALUATED, detail), "", decided_by)
