"""What a plan opens to everybody: places, things and functions that anybody reaches, or may reach. Pure.

What cannot be read, and what nobody knows, may be open.
"""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final, cast

from msgspec import Struct

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import Action, PlanReading, Resource, ResourceGraph, Unknown
from pavior.resources.views import VIEWS, GraphIndex, View, index_graph
from pavior.resources.views.database_recovery import is_shared_with_everybody
from pavior.resources.views.facts import Source, Truth, all_of, any_of, ask, negated
from pavior.resources.views.functions import may_everybody_call
from pavior.resources.views.network import NetworkRule
from pavior.resources.views.object_store import (
    OBJECT_STORE_TYPES,
    ObjectStore,
    ObjectStoreAcl,
    ObjectStoreConnection,
    build_object_store_connection,
)
from pavior.resources.views.openness import is_for_everybody
from pavior.resources.views.policy_openness import is_public
from pavior.resources.views.resource_policy import ResourcePolicy

# docs.aws.amazon.com/AWSEC2/latest/UserGuide/sharingamis-intro.html: the group of everybody with an account.
_IMAGE_TYPE, _EVERY_ACCOUNT = "aws_ami_launch_permission", "all"


class Way(Struct, frozen=True):
    """One way to a thing.

    Args:
        view: Name of the view that tells of it.
        parts: Addresses of the thing and of what completes it.
        is_open: Whether everybody may take it.
    """

    address: str
    view: str
    parts: frozenset[str]
    is_open: Truth


def find_exposed(reading: PlanReading) -> tuple[str, ...]:
    """Addresses of what everybody reaches, or may reach, after the apply because of this plan.

    Either it is made or changed itself, or what completes it is, or it was closed before: what closed it may be gone.
    """
    changed = {change.address for change in reading.changes if change.action is not Action.DELETE}
    found = _open_ways(reading.graph)
    before: dict[str, bool] = {}
    if any(not changed & way.parts for way in found):
        for way in find_ways(index_graph(reading.prior)):
            before[way.address] = before.get(way.address, False) or way.is_open is not False
    return tuple(dict.fromkeys(way.address for way in found if changed & way.parts or before.get(way.address) is False))


def _open_ways(graph: ResourceGraph) -> list[Way]:
    return [way for way in find_ways(index_graph(graph)) if way.is_open is not False]


def find_ways(index: GraphIndex) -> Iterator[Way]:
    """Every way to something that a graph tells of, be it open or not; one that could not be read is not known."""
    for name, is_open in _OPENINGS.items():
        for resource in VIEWS[name].select(index):
            way = _way(resource, index, name, is_open)
            if way is not None:
                yield way
    for resource in index.of_type(_IMAGE_TYPE):
        yield Way(resource.address, _IMAGE_TYPE, frozenset({resource.address}), _shares_image(resource))


def _way(resource: Resource, index: GraphIndex, name: str, is_open: Callable[[Any, GraphIndex], Truth]) -> Way | None:
    try:
        view = VIEWS[name].build(resource, index)
        return None if view is None else Way(resource.address, name, _parts(view), is_open(view, index))
    except Exception:  # noqa: BLE001 - what cannot be read may be open; the controls tell of the error
        unread = Unknown(UnknownReason.NOT_EVALUATED, "it could not be read")
        return Way(resource.address, name, frozenset({resource.address}), unread)


def _parts(view: View) -> frozenset[str]:
    return frozenset({view.resource.address, *(item.address for item in view.satellites)})


def _rule_is_open(rule: NetworkRule, _: GraphIndex) -> Truth:
    return any_of((False if rule.unread is None else rule.unread, *map(is_for_everybody, rule.ingress)))


def _acl_is_open(acl: ObjectStoreAcl, index: GraphIndex) -> Truth:
    lets = any_of((acl.lets_anybody_read.value, acl.lets_anybody_write.value))
    if acl.resource.type not in OBJECT_STORE_TYPES:
        # Elsewhere the view knows what the bucket or the account says of its lists.
        return lets
    return all_of((lets, negated(_store(acl.resource, index).ignores_public_acls.value)))


def _bucket_is_open(bucket: ObjectStoreConnection, index: GraphIndex) -> Truth:
    policy = is_public(bucket.policy.value)
    if policy is False:
        return False
    return all_of((policy, negated(_store(bucket.resource, index).restricts_public_access.value)))


def _shares_image(permission: Resource) -> Truth:
    own = Source(permission)
    # Without a group it names an account or an organisation.
    return own.is_written("group") and ask(own.text("group").value, lambda name: name == _EVERY_ACCOUNT)


def _store(resource: Resource, index: GraphIndex) -> ObjectStore:
    return cast("ObjectStore", VIEWS["ObjectStore"].build(resource, index))


def _policy_is_open(policy: ResourcePolicy, index: GraphIndex) -> Truth:
    # The bucket knows whether its policy has an effect.
    return policy.resource.address not in index.once(_of_buckets) and is_public(policy.document.value)


def _of_buckets(index: GraphIndex) -> frozenset[str]:
    """Buckets, and the policies that stand on them."""
    buckets = index.of_type(*OBJECT_STORE_TYPES)
    return frozenset(part for item in buckets for part in _parts(build_object_store_connection(item, index)))


# View to whether everybody reaches it.
_OPENINGS: Final[Mapping[str, Callable[[Any, GraphIndex], Truth]]] = MappingProxyType(
    {
        "WebEntry": lambda entry, _: entry.needs_firewall,
        "NetworkRule": _rule_is_open,
        "ObjectStoreAcl": _acl_is_open,
        "ObjectStoreConnection": _bucket_is_open,
        "ResourcePolicy": _policy_is_open,
        "SharedSnapshot": lambda snapshot, _: is_shared_with_everybody(snapshot),
        "CallPermission": lambda permission, _: may_everybody_call(permission),
    }
)
