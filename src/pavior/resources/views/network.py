"""Who may reach what over the network."""

from typing import Final

from msgspec import Struct

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import Resource, Sensitive, Unknown, Value
from pavior.resources.views.facts import Leaf, Source, hidden, not_understood, read_number, read_text
from pavior.resources.views.index import GraphIndex, Link
from pavior.resources.views.kinds import Selection, ViewType

GROUP_TYPES: Final = ("aws_security_group", "aws_default_security_group")
_EITHER_WAY = Link("aws_security_group_rule", "security_group_id", GROUP_TYPES)
INGRESS_LINKS: Final = (_EITHER_WAY, Link("aws_vpc_security_group_ingress_rule", "security_group_id", GROUP_TYPES))
EGRESS_LINKS: Final = (_EITHER_WAY, Link("aws_vpc_security_group_egress_rule", "security_group_id", GROUP_TYPES))

_NETWORKS = ("cidr_blocks", "ipv6_cidr_blocks", "cidr_ipv4", "cidr_ipv6")
_ALL_PROTOCOLS = ("-1", "all")
# Protocols by number, as AWS also takes them; iana.org/assignments/protocol-numbers.
_PROTOCOL_NAMES = {"6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6"}


class AccessRule(Struct, frozen=True):
    """One permission to come in, or to go out.

    Args:
        protocol: `tcp`, `udp`, `icmp`, `icmpv6`, another name or number, or `all`.
        first_port: With `last_port` the range, both inside; of no meaning for `all` protocols.
        networks: Who may come in, or where one may go, as `10.0.0.0/8` or `::/0`.
        prefix_lists: Lists of networks that are kept elsewhere.
        attribute: Dotted path that says it.
        decided_by: Address of the rule's own resource, or empty when it stands in the group.
    """

    protocol: Leaf
    first_port: int | Unknown
    last_port: int | Unknown
    networks: tuple[Leaf, ...]
    prefix_lists: tuple[Leaf, ...]
    attribute: str
    decided_by: str = ""


class NetworkRule(Struct, frozen=True):
    """Everything that may come in to one group of network interfaces, wherever it is written.

    Args:
        unread: Why not every rule could be read, or None.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    ingress: tuple[AccessRule, ...]
    unread: Unknown | None = None


class NetworkExit(Struct, frozen=True):
    """Everywhere that one group of network interfaces may go, wherever it is written.

    Args:
        unread: Why not every rule could be read, or None.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    egress: tuple[AccessRule, ...]
    unread: Unknown | None = None


def select_network_rules(index: GraphIndex) -> tuple[Resource, ...]:
    """The groups, and the rules of groups that are not in this graph."""
    return _select(index, INGRESS_LINKS)


def build_network_rule(resource: Resource, index: GraphIndex) -> NetworkRule | None:
    """From a security group with its rules, or from a rule alone; None for a rule about going out."""
    gathered = _gather(resource, index, "ingress", INGRESS_LINKS)
    return None if gathered is None else NetworkRule(resource, *gathered)


def select_network_exits(index: GraphIndex) -> tuple[Resource, ...]:
    """The groups, and the rules of groups that are not in this graph."""
    return _select(index, EGRESS_LINKS)


def build_network_exit(resource: Resource, index: GraphIndex) -> NetworkExit | None:
    """From a security group with its rules, or from a rule alone; None for a rule about coming in."""
    gathered = _gather(resource, index, "egress", EGRESS_LINKS)
    return None if gathered is None else NetworkExit(resource, *gathered)


def _select(index: GraphIndex, links: tuple[Link, ...]) -> tuple[Resource, ...]:
    groups = index.of_type(*GROUP_TYPES)
    attached = {rule.address for group in groups for link in links for rule in index.attached(group, link).satellites}
    rules = index.of_type(*(link.satellite_type for link in links))
    return (*groups, *(rule for rule in rules if rule.address not in attached))


def _gather(
    resource: Resource, index: GraphIndex, way: str, links: tuple[Link, ...]
) -> tuple[tuple[Resource, ...], tuple[AccessRule, ...], Unknown | None] | None:
    """The satellites, the rules of this way, and why not every rule could be read; None for a rule of the other way."""
    if resource.type not in GROUP_TYPES:
        rule = _rule_of(Source(resource), way)
        return None if rule is None else ((), (rule,), None)
    rules, unread = read_blocks(Source(resource), way)
    satellites = tuple(rule for link in links for rule in index.attached(resource, link).satellites)
    separate = tuple(rule for item in satellites if (rule := _rule_of(Source(item, item.address), way)) is not None)
    return satellites, (*rules, *separate), unread


def read_blocks(own: Source, way: str) -> tuple[tuple[AccessRule, ...], Unknown | None]:
    """The rules that stand in a group's own blocks, and why not every one could be read.

    Args:
        way: `ingress` or `egress`.
    """
    blocks = own.value(way)
    if isinstance(blocks, list):
        return tuple(_rule(own, block, f"{way}.{number}") for number, block in enumerate(blocks)), None
    if blocks is None:
        return (), None
    if isinstance(blocks, Unknown):
        # A provider also reports rules there that have their own resources, so before the apply it is unknown
        # though nobody set it; the separate rules are looked at one by one.
        places = (*own.resource.references, *own.resource.attribute_positions)
        is_set = any(place.startswith(way) for place in places)
        return (), blocks if is_set or blocks.reason is UnknownReason.NOT_EVALUATED else None
    return (), hidden() if isinstance(blocks, Sensitive) else not_understood(blocks)


def _rule(own: Source, block: Value, path: str) -> AccessRule:
    if not isinstance(block, dict):
        unknown = block if isinstance(block, Unknown) else not_understood(block)
        return AccessRule(unknown, unknown, unknown, (unknown,), (), path, own.decided_by)
    return AccessRule(
        protocol=read_protocol(block.get("protocol")),
        first_port=read_number(block.get("from_port")),
        last_port=read_number(block.get("to_port")),
        networks=tuple(leaf for name in _NETWORKS for leaf in _leaves(block.get(name))),
        prefix_lists=_leaves(block.get("prefix_list_ids")),
        attribute=path,
        decided_by=own.decided_by,
    )


def _rule_of(own: Source, way: str) -> AccessRule | None:
    values = own.resource.values
    other = "egress" if way == "ingress" else "ingress"
    if values.get("type") == other:
        return None
    block = {
        "protocol": values.get("protocol", values.get("ip_protocol")),
        "from_port": values.get("from_port"),
        "to_port": values.get("to_port"),
        "prefix_list_ids": values.get("prefix_list_ids", values.get("prefix_list_id")),
        **{name: values.get(name) for name in _NETWORKS},
    }
    given = next((name for name in (*_NETWORKS, "prefix_list_ids", "prefix_list_id") if values.get(name)), "")
    return _rule(own, block, given)


def read_protocol(value: Value) -> Leaf:
    """`tcp`, `udp` or another name, however it is written, or `all`."""
    text = read_text(str(value) if isinstance(value, int) and not isinstance(value, bool) else value)
    if isinstance(text, Unknown):
        return text
    name = text.lower()
    return "all" if name in _ALL_PROTOCOLS else _PROTOCOL_NAMES.get(name, name)


def _leaves(value: Value) -> tuple[Leaf, ...]:
    if value is None:
        return ()
    if isinstance(value, list):
        return tuple(read_text(item) for item in value)
    return (read_text(value),)


def _types(links: tuple[Link, ...]) -> tuple[str, ...]:
    return (*GROUP_TYPES, *(link.satellite_type for link in links))


VIEW_TYPES: Final = (
    ViewType("NetworkRule", Selection(_types(INGRESS_LINKS), select_network_rules), build_network_rule),
    ViewType("NetworkExit", Selection(_types(EGRESS_LINKS), select_network_exits), build_network_exit),
)
