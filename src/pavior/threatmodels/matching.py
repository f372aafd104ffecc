"""Which threats of the library apply to a system: each once, with all places where it could happen. Pure."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import lru_cache

from pavior.kernel.verdicts import Severity
from pavior.threatmodels.indexing import ModelIndex
from pavior.threatmodels.library_model import ElementCondition, FlowCondition, Known, LibraryThreat
from pavior.threatmodels.model import DataClass, Element, Flow, Threat, ThreatModel
from pavior.threatmodels.ranking import order, rank_within


def propose_threats(model: ThreatModel, library: Iterable[LibraryThreat]) -> tuple[Threat, ...]:
    """The threats that apply and that the model does not have, the gravest first, each inferred.

    What is dismissed is left out. What the model has at every place is left out too; what it has at some comes back as
    the model has it, with the other places and what stops it there.
    """
    index = ModelIndex(model)
    dismissed = {item.id for item in model.dismissed}
    had = {item.library or item.id: item for item in model.threats}
    found = []
    for known in library:
        before = had.get(known.id)
        places = _places(known, index)
        missing = tuple(place for place in places if before is None or place not in before.places)
        is_of_whole = before is None and not places and not index.boundary_kinds.isdisjoint(known.boundaries)
        if known.id in dismissed or not (missing or is_of_whole):
            continue
        threat = _threat(known, index, missing) if before is None else _extended(before, known, index, missing)
        risk = rank_within(threat, index, known)
        found.append((order(threat, risk), threat if before else replace(threat, severity=risk.severity)))
    return tuple(threat for _, threat in sorted(found, key=lambda item: item[0]))


def controls_at(known: LibraryThreat, index: ModelIndex, places: Collection[str]) -> tuple[str, ...]:
    """Those of its controls that look at something at the places: of no other would there ever be a verdict.

    All of them where nobody says what the places are made of: then every verdict in the environment counts.
    """
    types = frozenset[str]().union(*(index.types_of(element) for element in index.elements_at(places)))
    asked = known.asked_types
    return tuple(id_ for id_ in known.controls if not types or not asked[id_] or not asked[id_].isdisjoint(types))


def _places(known: LibraryThreat, index: ModelIndex) -> tuple[str, ...]:
    elements = (item.id for item in index.elements.values() if any(_is_meant(item, at, index) for at in known.elements))
    flows = (item.id for item in index.flows.values() if any(_is_flow_meant(item, at, index) for at in known.flows))
    return (*elements, *flows)


def _is_meant(element: Element, condition: ElementCondition, index: ModelIndex) -> bool:
    return (
        (not condition.kinds or element.kind in condition.kinds)
        and (not condition.is_technology_unknown or not index.types_of(element))
        and (not condition.public or _known(is_so=element.is_public) in condition.public)
        and _is_made_of(index.types_of(element), condition.types)
        and _is_like(element.resources, condition.resources)
        and _is_held(element.assets, condition.holds, index)
    )


def _is_flow_meant(flow: Flow, condition: FlowCondition, index: ModelIndex) -> bool:
    return (
        (not condition.encrypted or _known(is_so=flow.is_encrypted) in condition.encrypted)
        and (not condition.authenticated or _known(is_so=flow.is_authenticated) in condition.authenticated)
        and (not condition.crosses or not index.kinds_crossed(flow).isdisjoint(condition.crosses))
        and _is_held(flow.assets, condition.carries, index)
        and all(_is_end_meant(*end, index) for end in _ends(flow, condition))
    )


def _ends(flow: Flow, condition: FlowCondition) -> Iterator[tuple[str, ElementCondition]]:
    if condition.source is not None:
        yield flow.source, condition.source
    if condition.target is not None:
        yield flow.target, condition.target


def _is_end_meant(id_: str, condition: ElementCondition, index: ModelIndex) -> bool:
    return id_ in index.elements and _is_meant(index.elements[id_], condition, index)


def _known(*, is_so: bool | None) -> Known:
    if is_so is None:
        return Known.UNKNOWN
    return Known.YES if is_so else Known.NO


# Elements are many, and what they are made of is little.
@lru_cache(maxsize=4096)
def _is_made_of(types: frozenset[str], patterns: tuple[str, ...]) -> bool:
    return _is_like(types, patterns)


def _is_like(names: Iterable[str], patterns: tuple[str, ...]) -> bool:
    return not patterns or any(fnmatchcase(name, pattern) for pattern in patterns for name in names)


def _is_held(assets: tuple[str, ...], least: DataClass | None, index: ModelIndex) -> bool:
    highest = index.highest_class(assets)
    return least is None or highest is None or highest.rank >= least.rank


def _threat(known: LibraryThreat, index: ModelIndex, places: tuple[str, ...]) -> Threat:
    return Threat(
        id=known.id,
        title=known.title,
        category=known.category,
        # Said by the rank, which needs all the others.
        severity=Severity.INFO,
        description=known.description,
        library=known.id,
        places=places,
        assets=index.assets_concerned(places),
        controls=controls_at(known, index, places),
        requirements=known.requirements,
        inferred=True,
    )


def _extended(before: Threat, known: LibraryThreat, index: ModelIndex, missing: tuple[str, ...]) -> Threat:
    return replace(
        before,
        places=(*before.places, *missing),
        assets=_joined(before.assets, index.assets_concerned(missing)),
        controls=_joined(before.controls, controls_at(known, index, missing)),
    )


def _joined(before: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*before, *more)))
