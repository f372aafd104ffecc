"""Networks of our own, and their parts."""

from typing import Final

from msgspec import Struct

from pavior.resources.defaults import get_default
from pavior.resources.model import Resource, Unknown
from pavior.resources.views.facts import Fact, Leaf, Source, Truth, all_of, any_of, ask
from pavior.resources.views.index import Attached, GraphIndex, Link
from pavior.resources.views.kinds import ViewType, of_types
from pavior.resources.views.network import EGRESS_LINKS, INGRESS_LINKS, read_blocks
from pavior.resources.views.written import as_written

NETWORK_TYPES: Final = ("aws_vpc", "aws_default_vpc")
_TRAFFIC = ("ALL", "ACCEPT", "REJECT")
_RECORD = Link("aws_flow_log", "vpc_id", NETWORK_TYPES)
# The network itself tells which group is its default one, so rules may name it without a resource of its own.
_RULE_TYPES = tuple(dict.fromkeys(link.satellite_type for link in (*INGRESS_LINKS, *EGRESS_LINKS)))
_GROUP = "security_group_id"
_RULES = tuple(Link(name, _GROUP, NETWORK_TYPES, ("default_security_group_id",)) for name in _RULE_TYPES)
_DEFAULT_GROUP = Link("aws_default_security_group", "vpc_id", NETWORK_TYPES)


class PrivateNetwork(Struct, frozen=True):
    """A network of our own.

    Args:
        records_traffic: Who spoke to whom is written down.
        default_group_is_closed: The group that machines are in when nobody chose one lets nothing in and nothing out.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    records_traffic: Fact[bool]
    default_group_is_closed: Fact[bool]


class Subnet(Struct, frozen=True):
    """A part of a network.

    Args:
        gives_public_addresses: Every machine that starts there gets an address on the Internet.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    gives_public_addresses: Fact[bool]


def build_private_network(resource: Resource, index: GraphIndex) -> PrivateNetwork:
    """From `aws_vpc` with its flow logs and its default security group."""
    record, group = index.attached(resource, _RECORD), index.attached(resource, _DEFAULT_GROUP)
    return PrivateNetwork(
        resource=resource,
        satellites=(*record.satellites, *group.satellites),
        records_traffic=_records_traffic(index, record),
        default_group_is_closed=_is_closed(resource, index, group),
    )


def build_subnet(resource: Resource, index: GraphIndex) -> Subnet:
    """From `aws_subnet`."""
    del index
    return Subnet(resource, (), Source(as_written(resource)).truth("map_public_ip_on_launch"))


def _records_traffic(index: GraphIndex, attached: Attached) -> Fact[bool]:
    # Several are no contradiction: each writes to another place, and some write one half each.
    if attached.satellites:
        kinds = [Source(item).text("traffic_type").value for item in attached.satellites]
        every, accepted, rejected = (any_of(_is_of(kind, word) for kind in kinds) for word in _TRAFFIC)
        whole = any_of((every, all_of((accepted, rejected))))
        if whole is not False or attached.loose is None:
            return Fact(whole, "traffic_type", attached.satellites[0].address)
        attached = Attached((), attached.loose)
    source = index.decide(attached, Fact(get_default("aws_vpc", "flow_log") is True))
    return source if isinstance(source, Fact) else Fact(value=True)


def _is_of(kind: Leaf, word: str) -> Truth:
    return ask(kind, lambda text: text == word)


def _is_closed(network: Resource, index: GraphIndex, attached: Attached) -> Fact[bool]:
    rule = next((item for link in _RULES for item in index.attached(network, link).satellites), None)
    if rule is not None:
        return Fact(value=False, attribute=_GROUP, decided_by=rule.address)
    own = _is_group_closed(index, attached)
    return own if own.value is not True else _without_strays(index, own)


def _without_strays(index: GraphIndex, closed: Fact[bool]) -> Fact[bool]:
    """Unknown when a rule names a group of which nobody knows which it is."""
    for item in index.of_type(*_RULE_TYPES):
        source = Source(item, item.address)
        value = source.text(_GROUP).value
        if isinstance(value, Unknown) and not source.references(_GROUP):
            return source.fact(_GROUP, value)
    return closed


def _is_group_closed(index: GraphIndex, attached: Attached) -> Fact[bool]:
    source = index.decide(attached, Fact(get_default("aws_vpc", "default_security_group.closed") is True))
    if isinstance(source, Fact):
        return source
    group = source.resource
    for way, links in (("ingress", INGRESS_LINKS), ("egress", EGRESS_LINKS)):
        rules, unread = read_blocks(source, way)
        if rules:
            return source.fact(rules[0].attribute, value=False)
        if unread is not None:
            return source.fact(way, unread)
        for link in links:
            rule = next(iter(index.attached(group, link).satellites), None)
            if rule is not None:
                return Fact(value=False, decided_by=rule.address)
    return source.fact("", value=True)


def gives_public_addresses(subnet: Resource) -> bool | Unknown:
    """Whether machines in this subnet get public addresses unless they say otherwise."""
    return Source(as_written(subnet)).truth("map_public_ip_on_launch").value


VIEW_TYPES: Final = (
    ViewType("PrivateNetwork", of_types(*NETWORK_TYPES), build_private_network),
    ViewType("Subnet", of_types("aws_subnet"), build_subnet),
)
