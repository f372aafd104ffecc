"""Drafts a threat model from what is there: elements, boundaries and flows of graphs, all of it inferred. Pure."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Final

from pavior.resources.model import ResourceGraph, Unknown
from pavior.threatmodels.drafting_boundaries import INTERNET, Places, find_places
from pavior.threatmodels.drafting_elements import Grouping, block_of, group
from pavior.threatmodels.drafting_encryption import find_tls_only
from pavior.threatmodels.drafting_entries import Entry, find_entries
from pavior.threatmodels.drafting_flows import FoundFlow, Surety, write_flows
from pavior.threatmodels.drafting_grants import find_grants
from pavior.threatmodels.drafting_kinds import DATA, HOLDINGS, LOGS, PROGRAMS, SECRETS
from pavior.threatmodels.drafting_mentions import find_mentions
from pavior.threatmodels.drafting_names import distinct_ids, id_of_block, pattern_of, title_of
from pavior.threatmodels.drafting_outsiders import find_outsiders
from pavior.threatmodels.drafting_wires import find_admitted, find_wires
from pavior.threatmodels.model import Asset, Boundary, DataClass, Element, ElementKind, Flow, ThreatModel

ANYBODY: Final = Element(
    "internet", "Anybody on the internet", ElementKind.EXTERNAL_ENTITY, boundary=INTERNET.id, inferred=True
)
# As many as the file of a threat model takes; that of the thing itself comes first.
_MOST_RESOURCES: Final = 1_000


def draft_model(
    *graphs: ResourceGraph, service: str, scope: str = "", data_class: DataClass = DataClass.INTERNAL
) -> ThreatModel:
    """The model of a service as far as its resources tell it, without threats; everything in it is inferred.

    Args:
        graphs: One for each stack or set of manifests. What has one address in several is one thing.
        scope: What it is about; a sentence that says that nobody wrote one when it is empty.
        data_class: How careful to be with what the service keeps.
    """
    drafts = [_draft(graph) for graph in graphs]
    elements: dict[str, Element] = {}
    for element in (item for elements_, _, _ in drafts for item in elements_):
        same = elements.get(element.id)
        elements[element.id] = element if same is None else _both(same, element)
    boundaries = {item.id: item for _, _, around in drafts for item in around}
    if any(item.boundary == INTERNET.id for item in elements.values()):
        boundaries = {INTERNET.id: INTERNET, **boundaries}
    holding = {item.id: item.assets for item in elements.values()}
    flows = {item.id: replace(item, assets=_sent(item, holding)) for _, found, _ in drafts for item in found}
    held = {asset for assets in holding.values() for asset in assets}
    return ThreatModel(
        service=service,
        scope=scope or f"Drafted from what lies in the repository of {service}; nobody described it yet.",
        assets=_assets(service, data_class, held),
        boundaries=tuple(boundaries.values()),
        elements=tuple(elements.values()),
        flows=tuple(flows.values()),
    )


def _assets(service: str, data_class: DataClass, held: set[str]) -> tuple[Asset, ...]:
    known = (
        Asset(DATA, f"What {service} keeps", data_class),
        Asset(SECRETS, "Keys and secrets", DataClass.RESTRICTED),
        Asset(LOGS, "Logs", DataClass.INTERNAL),
        Asset(PROGRAMS, "Programs that will run", DataClass.INTERNAL),
    )
    return tuple(item for item in known if item.id in held or item.id == DATA)


def _sent(flow: Flow, holding: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """What a store gives or takes; between two that hold nothing themselves, what the service was made for."""
    return holding.get(flow.source) or holding.get(flow.target) or (DATA,)


def _draft(graph: ResourceGraph) -> tuple[tuple[Element, ...], tuple[Flow, ...], tuple[Boundary, ...]]:
    grouping = group(graph)
    places = find_places(grouping)
    entries = find_entries(grouping)
    ids = distinct_ids({whole: id_of_block(whole) for whole in grouping.wholes}, taken=[ANYBODY.id])
    outsiders = find_outsiders(grouping, ids)
    flows = write_flows(
        (
            *_from_anybody(entries, ids),
            *outsiders.flows,
            *find_wires(grouping, ids),
            *find_grants(grouping, ids),
            *find_admitted(grouping, ids),
            *_from_manifests(grouping, ids),
            *find_mentions(grouping, ids),
        )
    )
    flows = _encrypted(flows, {ids[whole] for whole in find_tls_only(grouping)})
    elements = [_element(whole, ids[whole], grouping, places, entries.get(whole)) for whole in grouping.wholes]
    flowing = {end for flow in flows for end in (flow.source, flow.target)}
    # What is only looked up is of interest where something flows.
    kept = [item for item in elements if item.id in flowing or item.resources[0].split(".")[0] != "data"]
    people = (ANYBODY,) if ANYBODY.id in flowing else ()
    return (*people, *outsiders.elements, *kept), flows, (*places.boundaries, *outsiders.boundaries)


def _encrypted(flows: tuple[Flow, ...], tls_only: Collection[str]) -> tuple[Flow, ...]:
    return tuple(
        replace(flow, is_encrypted=True)
        if flow.is_encrypted is None and not {flow.source, flow.target}.isdisjoint(tls_only)
        else flow
        for flow in flows
    )


def _from_manifests(grouping: Grouping, ids: Mapping[str, str]) -> Iterator[FoundFlow]:
    for source, target, because, surety in grouping.manifests.flows():
        for sender in grouping.things.get(block_of(source), ()):
            for receiver in grouping.things.get(block_of(target), ()):
                yield FoundFlow(ids[sender], ids[receiver], because, surety)


def _from_anybody(entries: dict[str, Entry], ids: dict[str, str]) -> Iterator[FoundFlow]:
    for whole, entry in entries.items():
        if entry.because:
            yield FoundFlow(
                ANYBODY.id,
                ids[whole],
                entry.because,
                Surety.WIRED,
                entry.protocol,
                entry.is_encrypted,
                entry.is_authenticated,
            )


def _element(whole: str, id_: str, grouping: Grouping, places: Places, entry: Entry | None) -> Element:
    own = grouping.blocks[whole][0]
    meaning = grouping.wholes[whole]
    is_outside = meaning.kind is ElementKind.EXTERNAL_ENTITY
    return Element(
        id=id_,
        title=title_of(meaning.word, own.name),
        kind=meaning.kind,
        technology=own.type,
        resources=tuple(dict.fromkeys(pattern_of(item.address) for item in grouping.resources_of(whole)))[
            :_MOST_RESOURCES
        ],
        # The keys of a user work from anywhere.
        boundary=INTERNET.id if is_outside else places.of[whole],
        assets=(HOLDINGS.get(own.type, DATA),) if meaning.kind is ElementKind.DATA_STORE else (),
        is_public=None if is_outside or entry is None or isinstance(entry.is_open, Unknown) else entry.is_open,
        inferred=True,
    )


def _both(one: Element, other: Element) -> Element:
    return replace(
        one,
        resources=tuple(dict.fromkeys((*one.resources, *other.resources))),
        is_public=True if True in (one.is_public, other.is_public) else one.is_public and other.is_public,
    )
