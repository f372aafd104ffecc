"""Which resources the places of a threat stand for. Pure."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fnmatch import translate

from pavior.threatmodels.model import Element, Threat, ThreatModel

# `[0]` and `["a"]`: source says one resource, and what is deployed may be several of it.
_INSTANCE_KEY = re.compile(r'\[(?:\d+|"(?:[^"\\]|\\.)*")\]')


@dataclass(frozen=True, slots=True)
class Subjects:
    """Addresses of resources, and patterns of such; none at all means every resource."""

    exact: frozenset[str]
    matchers: tuple[Callable[[str], object], ...]

    def include(self, address: str) -> bool:
        """Whether this resource is one of them; an address without instance keys means all its instances."""
        if not self.exact and not self.matchers:
            return True
        spellings = (address, _INSTANCE_KEY.sub("", address)) if "[" in address else (address,)
        return any(item in self.exact or any(match(item) for match in self.matchers) for item in spellings)


def subjects_by_threat(model: ThreatModel) -> dict[str, Subjects]:
    """By id of a threat: the resources of its elements, and of both ends of its flows."""
    elements, ends = {item.id: item for item in model.elements}, _ends(model)
    return {threat.id: _subjects(threat, elements, ends) for threat in model.threats}


def addresses_by_threat(model: ThreatModel) -> dict[str, tuple[str, ...]]:
    """The addresses and patterns that each threat is about, by id, in order; none for one that names no resource."""
    elements, ends = {item.id: item for item in model.elements}, _ends(model)
    return {threat.id: tuple(sorted(_addresses(threat, elements, ends))) for threat in model.threats}


def among(addresses: Iterable[str]) -> Subjects:
    """The resources with these addresses, of which some may be patterns."""
    unique = frozenset(addresses)
    wild = sorted(address for address in unique if "*" in address)
    return Subjects(unique.difference(wild), tuple(_matcher(address) for address in wild))


def _ends(model: ThreatModel) -> dict[str, tuple[str, str]]:
    return {flow.id: (flow.source, flow.target) for flow in model.flows}


def _subjects(threat: Threat, elements: dict[str, Element], ends: dict[str, tuple[str, str]]) -> Subjects:
    return among(_addresses(threat, elements, ends))


def _addresses(threat: Threat, elements: dict[str, Element], ends: dict[str, tuple[str, str]]) -> set[str]:
    ids = {end for place in threat.places for end in ends.get(place, (place,))}
    return {address for id_ in ids if id_ in elements for address in elements[id_].resources}


def _matcher(address: str) -> Callable[[str], object]:
    # Only `*` means something else than itself; what `translate` makes of it never backtracks exponentially.
    return re.compile(translate(address.replace("[", "[[]").replace("?", "[?]"))).match
