"""Firewall rules of Google Cloud.

Source: https://cloud.google.com/firewall/docs/firewalls. Each is a resource of its own; what another one refuses first
is not weighed, since it may be of any network.
"""

from collections.abc import Iterator

from pavior.resources.model import Resource, Unknown
from pavior.resources.views.facts import Leaf, Source, any_of, read_number
from pavior.resources.views.index import GraphIndex
from pavior.resources.views.network import AccessRule, NetworkRule, read_protocol
from pavior.resources.views.settings import texts
from pavior.resources.views.written import as_written, block_paths, is_set

_SOURCES = "source_ranges"
# Who comes from these is a machine of ours.
_OWN_SOURCES = ("source_tags", "source_service_accounts")
_ANYWHERE = "0.0.0.0/0"
_ALL_PORTS = (0, 65535)


def build_network_rule(resource: Resource, index: GraphIndex) -> NetworkRule | None:
    """From `google_compute_firewall`; None for one about going out, that only refuses, or is off."""
    del index
    own = Source(as_written(resource))
    direction = own.text("direction")
    if isinstance(direction.value, str) and direction.value.upper() == "EGRESS":
        return None
    is_off = own.truth("disabled")
    paths = block_paths(own, "allow")
    if paths == () or is_off.value is True:
        return None
    networks = _networks(own)
    doubt = next((fact.value for fact in (direction, is_off) if isinstance(fact.value, Unknown)), None)
    if doubt is not None:
        networks = (doubt,)
    if isinstance(paths, Unknown):
        return NetworkRule(resource, (), (), paths)
    rules = tuple(rule for path in paths for rule in _rules(own, path, networks))
    return NetworkRule(resource, (), rules)


def _networks(own: Source) -> tuple[Leaf, ...]:
    named = texts(own, _SOURCES)
    is_limited = any_of(is_set(own, path) for path in _OWN_SOURCES)
    if named or is_limited is True:
        return named
    # Nobody named means everybody.
    return (is_limited or _ANYWHERE,)


def _rules(own: Source, path: str, networks: tuple[Leaf, ...]) -> Iterator[AccessRule]:
    protocol = read_protocol(own.value(f"{path}.protocol"))
    at = _SOURCES if own.value(_SOURCES) is not None else path
    for first, last in _ranges(texts(own, f"{path}.ports")) or [_ALL_PORTS]:
        yield AccessRule(protocol, first, last, networks, (), at)


def _ranges(ports: tuple[Leaf, ...]) -> list[tuple[int | Unknown, int | Unknown]]:
    found: list[tuple[int | Unknown, int | Unknown]] = []
    for leaf in ports:
        if isinstance(leaf, Unknown):
            found.append((leaf, leaf))
        else:
            first, dash, last = leaf.partition("-")
            found.append((read_number(first), read_number(last if dash else first)))
    return found
