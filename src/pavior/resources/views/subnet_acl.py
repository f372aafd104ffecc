"""Who may come in to a subnet: its network access control list."""

from typing import Final

from msgspec import Struct

from pavior.resources.defaults import get_default
from pavior.resources.model import Resource, Unknown, Value
from pavior.resources.views.facts import Leaf, Source, Truth, not_understood, read_number, read_text
from pavior.resources.views.index import GraphIndex, Link
from pavior.resources.views.kinds import ViewType, of_types
from pavior.resources.views.network import read_protocol
from pavior.resources.views.written import block_paths

_LIST_TYPES = ("aws_network_acl", "aws_default_network_acl")
_RULE_TYPE = "aws_network_acl_rule"
_RULES = Link(_RULE_TYPE, "network_acl_id", _LIST_TYPES)
_NETWORKS = ("cidr_block", "ipv6_cidr_block")
_WAYS = {True: "egress", False: "ingress", "true": "egress", "false": "ingress"}


class AclEntry(Struct, frozen=True):
    """One line of the list. Of the lines that are about a packet, the one with the lowest number decides.

    Args:
        allows: False for a line that denies.
        protocol: `tcp`, `udp`, another name or number, or `all`.
        first_port: With `last_port` the range, both inside; of no meaning for `all` protocols.
        attribute: Dotted path that says it.
        decided_by: Address of the line's own resource when it is not the view's; empty otherwise.
    """

    number: int | Unknown
    allows: Truth
    protocol: Leaf
    first_port: int | Unknown
    last_port: int | Unknown
    networks: tuple[Leaf, ...]
    attribute: str
    decided_by: str = ""


class SubnetAcl(Struct, frozen=True):
    """What a list, or one line that is a resource of its own, lets in.

    Args:
        entries: The lines that this resource says.
        others: The other lines of the same list, which may come before them.
        unread: Why not every line could be read, or None.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    entries: tuple[AclEntry, ...]
    others: tuple[AclEntry, ...] = ()
    unread: Unknown | None = None


def build_subnet_acl(resource: Resource, index: GraphIndex) -> SubnetAcl | None:
    """From a list with the blocks inside it, or from a line alone; None for a line about going out."""
    if resource.type == _RULE_TYPE:
        entry = _line(Source(resource))
        return None if entry is None else SubnetAcl(resource, (), (entry,), _siblings(resource, index))
    attached = index.attached(resource, _RULES).satellites
    entries, unread = _inline(Source(resource))
    others = tuple(entry for item in attached if (entry := _line(Source(item, item.address))) is not None)
    return SubnetAcl(resource, attached, entries, others, unread)


def _siblings(resource: Resource, index: GraphIndex) -> tuple[AclEntry, ...]:
    found: list[AclEntry] = []
    for owner in index.of_type(*_LIST_TYPES):
        attached = index.attached(owner, _RULES).satellites
        if resource in attached:
            found += _inline(Source(owner, owner.address))[0]
            found += _lines(attached, resource)
    if not found:
        name = resource.values.get("network_acl_id")
        same = [item for item in index.of_type(_RULE_TYPE) if item.values.get("network_acl_id") == name]
        found += _lines(same, resource) if isinstance(name, str) else []
    return tuple(found)


def _lines(items: tuple[Resource, ...] | list[Resource], but: Resource) -> list[AclEntry]:
    lines = (_line(Source(item, item.address)) for item in items if item is not but)
    return [line for line in lines if line is not None]


def _inline(own: Source) -> tuple[tuple[AclEntry, ...], Unknown | None]:
    paths = block_paths(own, "ingress")
    if isinstance(paths, Unknown):
        places = (*own.resource.references, *own.resource.attribute_positions)
        return (), paths if any(place.startswith("ingress") for place in places) else None
    return tuple(_entry(own, path) for path in paths), None


def _line(own: Source) -> AclEntry | None:
    way = own.value("egress")
    if way is None:
        way = get_default(_RULE_TYPE, "egress")
    if isinstance(way, bool | str) and _WAYS.get(way) == "egress":
        return None
    values = own.resource.values
    given = next((name for name in _NETWORKS if values.get(name)), "")
    return AclEntry(
        number=read_number(own.value("rule_number")),
        # Of a line whose direction nobody knows, nobody knows whether it lets anything in.
        allows=way if isinstance(way, Unknown) else _allows(own.value("rule_action")),
        protocol=read_protocol(own.value("protocol")),
        first_port=_port(own.value("from_port")),
        last_port=_port(own.value("to_port")),
        networks=tuple(read_text(values[name]) for name in _NETWORKS if values.get(name)),
        attribute=given,
        decided_by=own.decided_by,
    )


def _entry(own: Source, path: str) -> AclEntry:
    given = (own.value(f"{path}.{name}") for name in _NETWORKS)
    return AclEntry(
        number=read_number(own.value(f"{path}.rule_no")),
        allows=_allows(own.value(f"{path}.action")),
        protocol=read_protocol(own.value(f"{path}.protocol")),
        first_port=_port(own.value(f"{path}.from_port")),
        last_port=_port(own.value(f"{path}.to_port")),
        networks=tuple(read_text(value) for value in given if value),
        attribute=path,
        decided_by=own.decided_by,
    )


def _port(value: Value) -> int | Unknown:
    return read_number(value) if value is not None else not_understood(value)


def _allows(value: Value) -> Truth:
    action = read_text(value)
    return action if isinstance(action, Unknown) else action.lower() == "allow"


VIEW_TYPES: Final = (ViewType("SubnetAcl", of_types(*_LIST_TYPES, _RULE_TYPE), build_subnet_acl),)
