"""Reads an OTM document into a threat model, and says what of it was not taken and what is not kept. Pure.

Ids that are not of our form become some, the same each time. Nothing in the document is evaluated.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pavior.catalog.schemas import explain, validator_for
from pavior.threatmodels.model import Asset, Boundary, BoundaryKind, DataClass, Element, ElementKind, Flow, ThreatModel
from pavior.threatmodels.otm import CONFIDENTIALITY, OUTSIDE, otm_schema, read_own, read_own_text
from pavior.threatmodels.otm_collecting import Collector, NotTaken, our_id
from pavior.threatmodels.otm_threats import read_project, read_threats, texts

# Words of a foreign component's type that say what it is; anything else works on data.
_OUTSIDE_WORDS = frozenset({"actor", "browser", "client", "customer", "external", "person", "user"})
_STORE_WORDS = frozenset(
    {
        "bucket",
        "cache",
        "database",
        "db",
        "disk",
        "dynamodb",
        "file",
        "queue",
        "s3",
        "secret",
        "storage",
        "store",
        "topic",
    }
)
_WORD = re.compile(r"[a-z0-9]+")
_ANSWERS = {"yes": True, "no": False}


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
        NotTaken("".join(f"/{part}" for part in path), f"It {message}.")
        for error in validator_for(otm_schema()).iter_errors(document)
        for path, message in explain(error)
    ]
    if problems:
        return OtmReading(None, tuple(problems))
    reader = Collector()
    if document.get("representations"):
        reader.not_kept.append(NotTaken("/representations", "How it was drawn is not kept."))
    assets = tuple(_asset(item, reader.ids["assets"]) for _, item in reader.items(document, "assets"))
    zones = [_zone(reader, *item) for item in reader.items(document, "trustZones")]
    elements = tuple(_elements(reader, document))
    flows = tuple(flow for item in reader.items(document, "dataflows") for flow in _flows(reader, *item))
    threats = tuple(read_threats(reader, document, control_ids, (*elements, *flows)))
    service, scope, assumptions, dismissed, sign_off = read_project(reader, document["project"])
    model = ThreatModel(
        service=service,
        scope=scope,
        assets=assets,
        boundaries=_without_circles(reader, [zone for zone in zones if zone.id != OUTSIDE]),
        elements=elements,
        flows=flows,
        assumptions=assumptions,
        threats=threats,
        dismissed=dismissed,
        sign_off=sign_off,
    )
    return OtmReading(model, tuple(reader.not_taken), tuple(reader.not_kept))


def _asset(item: Mapping[str, Any], ids: Mapping[str, str]) -> Asset:
    rated = item["risk"]["confidentiality"]
    nearest = min(DataClass, key=lambda each: abs(CONFIDENTIALITY[each] - rated))
    told = read_own_text(item, "data_class")
    return Asset(ids[item["id"]], item["name"], DataClass(told) if told in set(DataClass) else nearest)


def _zone(reader: Collector, pointer: str, item: Mapping[str, Any]) -> Boundary:
    kind = item.get("type") or ""
    if kind and kind not in set(BoundaryKind):
        reader.not_kept.append(NotTaken(f"{pointer}/type", f"{kind[:100]} is no kind of boundary."))
    around = item.get("parent") or {}
    within = reader.ids["trustZones"].get(around.get("trustZone", ""), "")
    if around and not within:
        reader.not_kept.append(NotTaken(f"{pointer}/parent", "It is no trust zone that stands before it."))
    return Boundary(
        id=reader.ids["trustZones"][item["id"]],
        title=item["name"],
        kind=BoundaryKind(kind) if kind in set(BoundaryKind) else BoundaryKind.OTHER,
        within=within,
        inferred=read_own(item, "inferred") is True,
    )


def _without_circles(reader: Collector, zones: list[Boundary]) -> tuple[Boundary, ...]:
    """Zones that are within themselves are within nothing, and that is told."""
    around = {zone.id: zone.within for zone in zones}
    found: list[Boundary] = []
    for zone in zones:
        seen = {zone.id}
        at = around[zone.id]
        while at and at not in seen:
            seen.add(at)
            at = around.get(at, "")
        if at == zone.id:
            reader.not_kept.append(NotTaken("/trustZones", f"{zone.id} is within itself."))
            around[zone.id] = ""
        found.append(replace(zone, within=around[zone.id]))
    return tuple(found)


def _elements(reader: Collector, document: Mapping[str, Any]) -> Iterable[Element]:
    items = reader.items(document, "components")
    parents = {item["id"]: item["parent"] for _, item in items}
    for pointer, item in items:
        zone, is_direct = _zone_of(item["id"], parents)
        boundary = reader.ids["trustZones"].get(zone)
        if boundary is None:
            why = f"There is no trust zone {zone[:100]}." if zone else "Its parents lead to no trust zone."
            reader.drop("components", item["id"], NotTaken(f"{pointer}/parent", why))
            continue
        if not is_direct:
            reader.not_kept.append(NotTaken(f"{pointer}/parent", "It is a part of another component."))
        yield _element(reader, pointer, item, "" if zone == OUTSIDE else boundary)


def _zone_of(id_: str, parents: Mapping[str, Mapping[str, str]]) -> tuple[str, bool]:
    """The document's id of the zone of a component, and whether it is directly in it; empty when there is none."""
    seen: set[str] = set()
    parent: Mapping[str, str] = parents[id_]
    while "trustZone" not in parent:
        above = parent["component"]
        if above in seen or above not in parents:
            return "", False
        seen.add(above)
        parent = parents[above]
    return parent["trustZone"], not seen


def _element(reader: Collector, pointer: str, item: Mapping[str, Any], boundary: str) -> Element:
    told = read_own_text(item, "kind")
    is_ours = told in set(ElementKind)
    held = item.get("assets") or {}
    ids = [*(held.get("stored") or ()), *(held.get("processed") or ())]
    return Element(
        id=reader.ids["components"][item["id"]],
        title=item["name"],
        kind=ElementKind(told) if is_ours else _kind(item["type"]),
        technology=read_own_text(item, "technology") if is_ours else item["type"],
        resources=texts(read_own(item, "resources")),
        boundary=boundary,
        assets=reader.several("assets", ids, f"{pointer}/assets", "asset"),
        is_public=_ANSWERS.get(read_own_text(item, "public")),
        # What it is was guessed from a word, so a person confirms it.
        inferred=read_own(item, "inferred") is True if is_ours else True,
    )


def _kind(type_: str) -> ElementKind:
    words = set(_WORD.findall(type_.lower()))
    if words & _OUTSIDE_WORDS:
        return ElementKind.EXTERNAL_ENTITY
    return ElementKind.DATA_STORE if words & _STORE_WORDS else ElementKind.PROCESS


def _flows(reader: Collector, pointer: str, item: Mapping[str, Any]) -> Iterable[Flow]:
    ends = {name: reader.ids["components"].get(item[name]) for name in ("source", "destination")}
    for name, end in ends.items():
        if end is None:
            why = NotTaken(f"{pointer}/{name}", f"There is no component {item[name][:100]}.")
            reader.drop("dataflows", item["id"], why)
            return
    flow = Flow(
        id=reader.ids["dataflows"][item["id"]],
        source=ends["source"] or "",
        target=ends["destination"] or "",
        title="" if read_own(item, "untitled") is True else item["name"],
        protocol=read_own_text(item, "protocol"),
        assets=reader.several("assets", item.get("assets"), f"{pointer}/assets", "asset"),
        is_encrypted=_ANSWERS.get(read_own_text(item, "encrypted")),
        is_authenticated=_ANSWERS.get(read_own_text(item, "authenticated")),
        because=read_own_text(item, "because"),
        inferred=read_own(item, "inferred") is True,
    )
    yield flow
    if item.get("bidirectional") is True:
        back = our_id(f"{flow.id}-back", reader.ids["dataflows"].values())
        reader.ids["dataflows"][f"{item['id']} back"] = back
        yield replace(flow, id=back, source=flow.target, target=flow.source)
