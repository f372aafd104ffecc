"""Networks of our own, and their parts."""

from dataclasses import dataclass
from typing import Final

from pavior.resources.defaults import get_default
from pavior.resources.model import Resource, Unknown
from pavior.resources.views.facts import Fact, Source
from pavior.resources.views.index import Attached, GraphIndex, Link
from pavior.resources.views.kinds import ViewType, of_types
from pavior.resources.views.network import EGRESS_LINKS, INGRESS_LINKS, read_blocks
from pavior.resources.views.written import as_written

NETWORK_TYPES: Final = ("aws_vpc", "aws_default_vpc")
_RECORD = Link("aws_flow_log", "vpc_id", NETWORK_TYPES)
_DEFAULT_GROUP = Link("aws_default_security_group", "vpc_id", NETWORK_TYPES)


@dataclass(frozen=True, slots=True)
class PrivateNetwork:
    """A network of our own.

    Args:
        records_traffic: Who spoke to whom is written down.
        default_group_is_closed: The group that machines are in when nobody chose one lets nothing in and nothing out.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    records_traffic: Fact[bool]
    default_group_is_closed: Fact[bool]


@dataclass(frozen=True, slots=True)
class Subnet:
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
        default_group_is_closed=_is_closed(index, group),
    )


def build_subnet(resource: Resource, index: GraphIndex) -> Subnet:
    """From `aws_subnet`."""
    del index
    return Subnet(resource, (), Source(as_written(resource)).truth("map_public_ip_on_launch"))


def _records_traffic(index: GraphIndex, attached: Attached) -> Fact[bool]:
    # Several are no contradiction: each writes to another place.
    if attached.satellites:
        return Fact(value=True, decided_by=attached.satellites[0].address)
    source = index.decide(attached, Fact(get_default("aws_vpc", "flow_log") is True))
    return source if isinstance(source, Fact) else Fact(value=True)


def _is_closed(index: GraphIndex, attached: Attached) -> Fact[bool]:
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
