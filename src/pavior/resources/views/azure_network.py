"""Network security groups of Azure, and the rules that stand beside them.

Source: https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview. Rules are tried by priority,
the lowest number first, and the first that matches decides; so a rule that lets in is without effect behind one that
refuses all that it is about.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.documents import scalar_text
from pavior.resources.model import Resource, Unknown, Value
from pavior.resources.views.facts import Leaf, Source, not_understood, read_number, read_text, unread
from pavior.resources.views.index import GraphIndex, Link
from pavior.resources.views.network import AccessRule, NetworkRule
from pavior.resources.views.written import as_written

GROUP_TYPE: Final = "azurerm_network_security_group"
RULE_TYPE: Final = "azurerm_network_security_rule"
_RULES = Link(RULE_TYPE, "network_security_group_name", (GROUP_TYPE,), ("name",))
_SOURCES = ("source_address_prefix", "source_address_prefixes")
_PORTS = ("destination_port_range", "destination_port_ranges")
_TARGETS = ("destination_address_prefix", "destination_address_prefixes")
_FROM_PORTS = ("source_port_range", "source_port_ranges")
_EVERY_PORT = ("*", "0-65535")
_GROUPS = "source_application_security_group_ids"
_ANYWHERE = ("0.0.0.0/0", "::/0")
# Words for everything; as a target, Internet is none of ours.
_EVERYTHING = ("*", "any")
# Words for everybody; other words, such as VirtualNetwork, are for some.
_EVERYBODY = (*_EVERYTHING, "internet")
_ALL = "all"
_LAST_PORT = 65535
_WITH_PORTS = ("tcp", "udp")


class _Rule(Struct, frozen=True):
    """One rule, about one range of ports.

    Args:
        access: Of a refusal, the networks are those from which it surely refuses all to everything behind the group.
        is_refusal: It refuses; else it lets in.
    """

    access: AccessRule
    is_refusal: bool
    priority: int | Unknown


def build_network_rule(resource: Resource, index: GraphIndex) -> NetworkRule | None:
    """From a group with its rules, or a rule whose group is not in this graph; None for a rule of a group that is."""
    own = Source(as_written(resource))
    if resource.type == RULE_TYPE:
        groups = index.of_type(GROUP_TYPE)
        if any(resource in index.attached(group, _RULES).satellites for group in groups):
            return None
        rules = list(_rules(own, own.resource.values, ""))
        return NetworkRule(resource, (), _open(rules)) if rules else None
    satellites = index.attached(resource, _RULES).satellites
    blocks = own.value("security_rule")
    inline = [
        rule
        for number, block in enumerate(blocks if isinstance(blocks, list) else ())
        for rule in _block(own, block, f"security_rule.{number}")
    ]
    apart = [
        rule
        for item in satellites
        for rule in _rules(Source(as_written(item), item.address), as_written(item).values, "")
        if not (rule.is_refusal and _is_of_namesake(item, resource))
    ]
    is_read = blocks is None or isinstance(blocks, list)
    return NetworkRule(resource, satellites, _open([*inline, *apart]), None if is_read else unread(blocks))


def _open(rules: list[_Rule]) -> tuple[AccessRule, ...]:
    refusals = [rule for rule in rules if rule.is_refusal]
    return tuple(
        rule.access
        for rule in rules
        if not rule.is_refusal and not any(_is_before(refusal, rule) for refusal in refusals)
    )


def _is_of_namesake(item: Resource, group: Resource) -> bool:
    """Whether the rule is of another group, whose name is the same in another resource group."""
    places = [resource.values.get("resource_group_name") for resource in (item, group)]
    return len({place.lower() for place in places if isinstance(place, str)}) > 1


def _is_before(refusal: _Rule, rule: _Rule) -> bool:
    """Whether the refusal surely comes first, and is about all that the rule is about."""
    first, later = refusal.access, rule.access
    numbers = (refusal.priority, rule.priority, first.first_port, first.last_port, later.first_port, later.last_port)
    if any(isinstance(item, Unknown) for item in (*numbers, first.protocol)):
        return False
    is_earlier = _less(refusal.priority, rule.priority)
    holds_ports = not _less(later.first_port, first.first_port) and not _less(first.last_port, later.last_port)
    holds_sources = all(place in first.networks for leaf in later.networks for place in _families(leaf))
    return is_earlier and holds_ports and first.protocol in (_ALL, later.protocol) and holds_sources


def _families(network: Leaf) -> tuple[str, ...]:
    """All of IPv4, all of IPv6, or both: what surely holds the network."""
    if isinstance(network, Unknown) or "/" not in network:
        return _ANYWHERE
    return _ANYWHERE[1:] if ":" in network else _ANYWHERE[:1]


def _less(left: int | Unknown, right: int | Unknown) -> bool:
    return isinstance(left, int) and isinstance(right, int) and left < right


def _block(own: Source, block: Value, path: str) -> Iterator[_Rule]:
    if isinstance(block, dict):
        yield from _rules(own, block, f"{path}.")
        return
    unknown = block if isinstance(block, Unknown) else not_understood(block)
    access = AccessRule(unknown, unknown, unknown, (unknown,), (), path, own.decided_by)
    yield _Rule(access, is_refusal=False, priority=unknown)


def _rules(own: Source, block: Mapping[str, Value], prefix: str) -> Iterator[_Rule]:
    """The rule once for each range of ports; nothing for one about going out."""
    said = Source(Resource("", "", block))
    direction = read_text(said.value("direction"))
    if isinstance(direction, str) and direction.lower() == "outbound":
        return
    access = read_text(said.value("access"))
    is_refusal = isinstance(access, str) and access.lower() == "deny"
    doubt = next((leaf for leaf in (direction, access) if isinstance(leaf, Unknown)), None)
    networks = tuple(network for leaf in _texts(said, _SOURCES) for network in _networks(leaf))
    if doubt is not None:
        # It may be about going out, or refuse.
        networks = tuple(leaf if isinstance(leaf, str) and leaf not in _ANYWHERE else doubt for leaf in networks)
    if not networks and not is_refusal and said.value(_GROUPS) in (None, []):
        networks = (Unknown(UnknownReason.NOT_EVALUATED, "a rule names no source"),)
    at = next((name for name in (*_SOURCES, _GROUPS) if said.value(name) not in (None, [])), "access")
    if is_refusal:
        refused = _refused(said)
        networks = tuple(leaf for leaf in networks if leaf in refused)
    priority = read_number(said.value("priority"))
    for first, last in _ranges(said):
        for protocol in _protocols(read_text(said.value("protocol")), first, last):
            rule = AccessRule(protocol, first, last, networks, (), f"{prefix}{at}", own.decided_by)
            yield _Rule(rule, is_refusal, priority)


def _refused(said: Source) -> tuple[str, ...]:
    """Of IPv4 and IPv6 what a refusal is about, as far as its targets and the ports that one comes from tell."""
    ports = _texts(said, _FROM_PORTS)
    if ports and not any(leaf in _EVERY_PORT for leaf in ports):
        return ()
    targets = [leaf.lower() for leaf in _texts(said, _TARGETS) if isinstance(leaf, str)]
    return tuple(place for place in _ANYWHERE if place in targets or any(word in targets for word in _EVERYTHING))


def _protocols(protocol: Leaf, first: int | Unknown, last: int | Unknown) -> tuple[Leaf, ...]:
    """Any protocol on some ports is both protocols that have ports."""
    if isinstance(protocol, Unknown):
        return (protocol,)
    if protocol != "*":
        return (protocol.lower(),)
    return (_ALL,) if (first, last) == (0, _LAST_PORT) else _WITH_PORTS


def _ranges(said: Source) -> Iterator[tuple[int | Unknown, int | Unknown]]:
    for leaf in _texts(said, _PORTS) or [Unknown(UnknownReason.NOT_EVALUATED, "a rule names no port")]:
        if isinstance(leaf, Unknown):
            yield leaf, leaf
        elif leaf == "*":
            yield 0, _LAST_PORT
        else:
            first, dash, last = leaf.partition("-")
            yield read_number(first.strip()), read_number((last if dash else first).strip())


def _networks(leaf: Leaf) -> tuple[Leaf, ...]:
    return _ANYWHERE if isinstance(leaf, str) and leaf.lower() in _EVERYBODY else (leaf,)


def _texts(said: Source, paths: tuple[str, ...]) -> list[Leaf]:
    found: list[Leaf] = []
    for path in paths:
        value = said.value(path)
        items = value if isinstance(value, list) else [] if value in (None, "") else [value]
        # A port without quotes is a number, which the provider makes a text of.
        found += [read_text(scalar_text(item) if isinstance(item, int) else item) for item in items]
    return found
