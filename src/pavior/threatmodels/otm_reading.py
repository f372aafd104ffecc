"""Reads an OTM document into a threat model, and says what of it was not taken and what is not kept. Pure.

Ids that are not of our form become some, the same each time. Nothing in the document is evaluated.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from pavior.catalog.schemas import explain, validator_for
from pavior.threatmodels.model import Asset, Boundary, BoundaryKind, DataClass, Element, ElementKind, Flow, ThreatModel
from pavior.threatmodels.otm import CONFIDENTIALITY, find_own_text, otm_schema
from pavior.threatmodels.otm_collecting import Collector, NotTaken, most_of, our_ids, pointer_to, shown
from pavior.threatmodels.otm_threats import read_project, read_threats

_T = TypeVar("_T")
_LONGEST_TECHNOLOGY = 200
# Words of a foreign component's type that say what it is; anything else works on data.
_ELEMENT_WORDS: Mapping[str, ElementKind] = {
    **dict.fromkeys(
        ("actor", "browser", "client", "customer", "external", "person", "user"), ElementKind.EXTERNAL_ENTITY
    ),
    **dict.fromkeys(
        ("bucket", "cache", "database", "db", "disk", "dynamodb", "file", "queue", "s3", "secret", "storage", "store"),
        ElementKind.DATA_STORE,
    ),
}
# The same of a foreign trust zone's name.
_BOUNDARY_WORDS: Mapping[str, BoundaryKind] = {
    "internet": BoundaryKind.INTERNET,
    "public": BoundaryKind.INTERNET,
    "account": BoundaryKind.ACCOUNT,
    "vpc": BoundaryKind.NETWORK,
    "subnet": BoundaryKind.NETWORK,
    "network": BoundaryKind.NETWORK,
    "cluster": BoundaryKind.CLUSTER,
    "kubernetes": BoundaryKind.CLUSTER,
}
_WORD = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class OtmReading:
    """What an OTM document holds.

    Args:
        model: What could be taken; None when not even the document is one.
        not_taken: Items that could not be taken.
        not_kept: What was taken, and lost something that `threatmodel.yaml` has no place for.
    """

    model: ThreatModel | None
    not_taken: tuple[NotTaken, ...] = ()
    not_kept: tuple[NotTaken, ...] = ()


def from_otm(document: Mapping[str, Any], *, control_ids: frozenset[str]) -> OtmReading:
    """Read an OTM document. Never raises.

    Args:
        document: A tree of JSON, read safely and bounded by the caller.
        control_ids: All controls that there are; others that it names are told as not kept.
    """
    problems = [
        NotTaken(pointer_to(*path), f"It {message}.")
        for error in validator_for(otm_schema()).iter_errors(document)
        for path, message in explain(error)
    ]
    if problems:
        return OtmReading(None, tuple(problems))
    reader = Collector()
    if document.get("representations"):
        reader.lose("/representations", "How it was drawn is not kept.")
    for name in sorted(set(document) - set(otm_schema()["properties"])):
        reader.lose(pointer_to(name), "There is no place for it.")
    assets = tuple(_asset(reader, *item) for item in reader.items(document, "assets"))
    zones = [(item, _zone(reader, *item)) for item in reader.items(document, "trustZones")]
    outside = {item["id"] for (_, item), _ in zones if _is_outside(item)}
    elements = tuple(_elements(reader, document, outside))
    flows = tuple(_flows(reader, document))
    threats = tuple(read_threats(reader, document, control_ids))
    about = read_project(reader, document["project"])
    model = ThreatModel(
        service=about.service,
        scope=about.scope,
        assets=assets,
        boundaries=_without_circles(reader, [(item[0], zone) for item, zone in zones if not _is_outside(item[1])]),
        elements=elements,
        flows=flows,
        assumptions=about.assumptions,
        threats=threats,
        dismissed=about.dismissed,
        sign_off=about.sign_off,
    )
    return OtmReading(model, tuple(reader.not_taken), tuple(reader.not_kept))


def _asset(reader: Collector, pointer: str, item: Mapping[str, Any]) -> Asset:
    rated = item["risk"]["confidentiality"]
    nearest = min(DataClass, key=lambda each: abs(CONFIDENTIALITY[each] - rated))
    return Asset(reader.ids["assets"][item["id"]], reader.title(pointer, item), nearest)


def _is_outside(item: Mapping[str, Any]) -> bool:
    """Whether it stands for no boundary at all."""
    return find_own_text(item, "outside") is not None


def _zone(reader: Collector, pointer: str, item: Mapping[str, Any]) -> Boundary:
    told = reader.own(pointer, item, "boundary", "kind")
    type_ = item.get("type") or ""
    if told is None and type_:
        reader.lose(f"{pointer}/type", "Kinds of trust zones of other tools are not kept.")
    around = item.get("parent") or {}
    within = reader.ids["trustZones"].get(around.get("trustZone", ""), "")
    if "component" in around:
        reader.lose(f"{pointer}/parent", "It is within a component, and no component is a boundary.")
    elif around and not within:
        reader.lose(f"{pointer}/parent", f"There is no trust zone {shown(around['trustZone'])}.")
    guessed = _guess(_BOUNDARY_WORDS, f"{item['name']} {type_}", BoundaryKind.OTHER)
    return Boundary(
        id=reader.ids["trustZones"][item["id"]],
        title=reader.title(pointer, item),
        kind=guessed if told is None else BoundaryKind(told),
        within=within,
        # What was guessed from a word, a person confirms.
        inferred=guessed is not BoundaryKind.OTHER if told is None else _is_inferred(reader, pointer, item, "boundary"),
    )


def _without_circles(reader: Collector, zones: list[tuple[str, Boundary]]) -> tuple[Boundary, ...]:
    """Zones that are within themselves are within nothing, and that is told."""
    around = {zone.id: zone.within for _, zone in zones}
    for pointer, zone in zones:
        seen = {zone.id}
        at = around[zone.id]
        while at and at not in seen:
            seen.add(at)
            at = around.get(at, "")
        if at == zone.id:
            reader.lose(f"{pointer}/parent", "It is within itself.")
            around[zone.id] = ""
    return tuple(replace(zone, within=around[zone.id] if around[zone.id] in around else "") for _, zone in zones)


def _elements(reader: Collector, document: Mapping[str, Any], outside: Collection[str]) -> Iterable[Element]:
    items = reader.items(document, "components")
    zones = _zones_of({item["id"]: item["parent"] for _, item in items})
    for pointer, item in items:
        zone = zones[item["id"]]
        boundary = reader.ids["trustZones"].get(zone)
        if boundary is None:
            why = f"There is no trust zone {shown(zone)}." if zone else "Its parents lead to no trust zone."
            reader.drop("components", item["id"], NotTaken(f"{pointer}/parent", why))
            continue
        if "component" in item["parent"]:
            reader.lose(f"{pointer}/parent", "It is a part of another component; its trust zone is kept.")
        yield _element(reader, pointer, item, "" if zone in outside else boundary)


def _zones_of(parents: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Of each component the document's id of its zone, over however many components; empty when there is none."""
    found: dict[str, str] = {}
    for id_ in parents:
        path: dict[str, None] = {}
        at = id_
        while at in parents and at not in found and at not in path:
            path[at] = None
            at = parents[at].get("component", "")
        last = next(reversed(path), "")
        zone = found.get(at, parents[last].get("trustZone", "") if last else "")
        found.update(dict.fromkeys(path, zone))
    return found


def _element(reader: Collector, pointer: str, item: Mapping[str, Any], boundary: str) -> Element:
    told = reader.own(pointer, item, "element", "kind")
    own_technology = reader.own(pointer, item, "element", "technology") or ""
    is_as_written = told is not None and item["type"] == (own_technology or told)
    held = item.get("assets") or {}
    return Element(
        id=reader.ids["components"][item["id"]],
        title=reader.title(pointer, item),
        kind=_guess(_ELEMENT_WORDS, item["type"], ElementKind.PROCESS) if told is None else ElementKind(told),
        technology=own_technology
        if is_as_written
        else reader.text(f"{pointer}/type", item["type"], _LONGEST_TECHNOLOGY),
        resources=tuple(reader.own(pointer, item, "element", "resources") or ()),
        boundary=boundary,
        assets=reader.assets(*((f"{pointer}/assets/{name}", held.get(name)) for name in ("stored", "processed"))),
        is_public=reader.own(pointer, item, "element", "public"),
        # What was guessed from a word, a person confirms.
        inferred=told is None or _is_inferred(reader, pointer, item, "element"),
    )


def _flows(reader: Collector, document: Mapping[str, Any]) -> Iterable[Flow]:
    items = reader.items(document, "dataflows", apart_from="components")
    taken = {*reader.ids["components"].values(), *reader.ids["dataflows"].values()}
    left = most_of("dataflows") - len(items)
    for pointer, item in items:
        ends = {name: reader.ids["components"].get(item[name]) for name in ("source", "destination")}
        missing = next((name for name, end in ends.items() if end is None), None)
        if missing is not None:
            why = f"There is no component {shown(item[missing])}."
            reader.drop("dataflows", item["id"], NotTaken(f"{pointer}/{missing}", why))
            continue
        flow = _flow(reader, pointer, item, ends["source"] or "", ends["destination"] or "")
        yield flow
        if item.get("bidirectional") is not True:
            continue
        if len(reader.backs) == left:
            reader.lose(f"{pointer}/bidirectional", f"There are more than {most_of('dataflows')} flows.")
            continue
        back = our_ids([f"{flow.id} back"], taken=taken)[f"{flow.id} back"]
        taken.add(back)
        reader.backs[item["id"]] = back
        yield replace(flow, id=back, source=flow.target, target=flow.source)


def _flow(reader: Collector, pointer: str, item: Mapping[str, Any], source: str, target: str) -> Flow:
    is_untitled = find_own_text(item, "untitled") is not None and item["name"] == item["id"]
    return Flow(
        id=reader.ids["dataflows"][item["id"]],
        source=source,
        target=target,
        title="" if is_untitled else reader.title(pointer, item),
        protocol=reader.own(pointer, item, "flow", "protocol") or "",
        assets=reader.assets((f"{pointer}/assets", item.get("assets"))),
        is_encrypted=reader.own(pointer, item, "flow", "encrypted"),
        is_authenticated=reader.own(pointer, item, "flow", "authenticated"),
        because=reader.own(pointer, item, "flow", "because") or "",
        inferred=_is_inferred(reader, pointer, item, "flow"),
    )


def _is_inferred(reader: Collector, pointer: str, item: Mapping[str, Any], place: str) -> bool:
    return reader.own(pointer, item, place, "inferred") is True


def _guess(words: Mapping[str, _T], text: str, otherwise: _T) -> _T:
    return next((words[word] for word in _WORD.findall(text.lower()) if word in words), otherwise)
