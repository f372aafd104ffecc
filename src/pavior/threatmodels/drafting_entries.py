"""Where anybody on the internet comes in. What is not known stays unknown: it is neither public nor not. Pure."""

from collections.abc import Callable, Mapping
from typing import Any, Final, cast

from msgspec import Struct

from pavior.kernel.verdicts import UnknownReason
from pavior.policy.exposure import Way, find_ways
from pavior.resources.model import Resource, Unknown
from pavior.resources.views import VIEWS, GraphIndex
from pavior.resources.views.database_access import DatabaseEndpoint
from pavior.resources.views.facts import Source, Truth, all_of, any_of, equals, negated
from pavior.resources.views.machine import Machine
from pavior.resources.views.network import NetworkRule
from pavior.resources.views.openness import is_for_everybody
from pavior.resources.views.written import as_written
from pavior.threatmodels.drafting_elements import Grouping, block_of
from pavior.threatmodels.drafting_flows import PROTOCOLS

# What a protocol says of itself.
_ENCRYPTED: Final = {"ssh": True, "https": True, "http": False}
_NOT_KNOWN: Final = Unknown(UnknownReason.NOT_EVALUATED, "what stands before the cluster is not known")
_GROUP, _ENTRY = "NetworkRule", "WebEntry"


class Entry(Struct, frozen=True):
    """Whether anybody on the internet may reach a thing.

    Args:
        is_open: Whether it is so.
        because: Why, in one sentence without its full stop; empty where it is not open.
    """

    is_open: Truth
    because: str = ""
    protocol: str = ""
    is_encrypted: bool | None = None
    is_authenticated: bool | None = None


def find_entries(grouping: Grouping) -> dict[str, Entry]:
    """Each thing of which something is known, by its block, to what is known."""
    ways: dict[str, list[Way]] = {}
    for way in find_ways(grouping.index):
        for thing in grouping.things.get(block_of(way.address), ()):
            ways.setdefault(thing, []).append(way)
    found = {
        whole: entry for whole in grouping.wholes if (entry := _entry(whole, ways.get(whole, []), grouping)) is not None
    }
    for address, is_open, because in grouping.manifests.entries():
        found[block_of(address)] = Entry(_NOT_KNOWN if is_open is None else is_open, because)
    return found


def _entry(whole: str, ways: list[Way], grouping: Grouping) -> Entry | None:
    own = [resource for resource in grouping.blocks[whole] if resource.mode == "managed"]
    if not own:
        return None
    groups = [way for way in ways if way.view == _GROUP]
    others = [way for way in ways if way.view not in (_GROUP, _ENTRY)]
    answer = _opened(others)
    addressed = _ADDRESSES.get(own[0].type)
    if addressed is not None:
        reached = any_of(addressed(resource, grouping.index) for resource in own)
        let_in = any_of(way.is_open for way in groups) if groups else True
        answer = _strongest(answer, _through_network(all_of((reached, let_in)), reached, groups, own[0], grouping))
    if answer is None and own[0].type.startswith("aws_") and own[0].type not in _MAY_HAVE_ADDRESSES:
        # All ways to these are known, unless something was not read.
        is_all = grouping.index.graph.complete
        return Entry(is_open=False) if is_all else None
    return answer


def _strongest(one: Entry | None, other: Entry) -> Entry:
    if one is None or other.is_open is True or one.is_open is False:
        return other
    return one


def _opened(ways: list[Way]) -> Entry | None:
    if not ways:
        return None
    is_open = any_of(way.is_open for way in ways)
    if is_open is not True:
        return Entry(is_open)
    way = next(way for way in ways if way.is_open is True)
    is_call = way.view == "CallPermission"
    return Entry(
        is_open,
        f"{way.address} lets everybody in",
        # The interfaces of AWS may be spoken to in plain text too, but those of functions.
        protocol="https" if is_call else "",
        is_encrypted=True if is_call else None,
        is_authenticated=False,
    )


def _through_network(is_open: Truth, reached: Truth, groups: list[Way], own: Resource, grouping: Grouping) -> Entry:
    if is_open is False:
        return Entry(is_open=False)
    opening = next((way for way in groups if way.is_open is True), None)
    port, protocol = _through(opening, grouping) if opening is not None else ("", "")
    if reached is True and opening is not None:
        because = f"{own.address} has an address on the internet, and {opening.address} lets everybody in{port}"
    elif reached is True:
        because = f"{own.address} has an address on the internet"
    elif opening is not None:
        because = f"{opening.address} lets everybody in{port}; whether it has an address on the internet is not known"
    else:
        because = "" if isinstance(is_open, Unknown) else f"{own.address} may be reached from the internet"
    protocol, is_encrypted = _traffic(own, grouping) or (protocol, _ENCRYPTED.get(protocol))
    return Entry(is_open, because, protocol, is_encrypted)


def _through(way: Way, grouping: Grouping) -> tuple[str, str]:
    """On which ports a group lets everybody in, as told, and the protocol when it is one."""
    resource = grouping.index.find(way.address)
    view = None if resource is None else VIEWS[_GROUP].build(resource, grouping.index)
    if view is None:
        return "", ""
    open_rules = [rule for rule in cast("NetworkRule", view).ingress if is_for_everybody(rule) is True]
    if any(rule.protocol == "all" for rule in open_rules):
        return " on every port", ""
    ranges = dict.fromkeys((rule.first_port, rule.last_port) for rule in open_rules)
    known = [(first, last) for first, last in ranges if isinstance(first, int) and isinstance(last, int)]
    words = [str(first) if first == last else f"{first} to {last}" for first, last in known]
    names = {PROTOCOLS.get(first, "") if first == last else "" for first, last in known}
    told = f" on port{'s' if len(words) > 1 else ''} {', '.join(words)}" if words else ""
    return told, names.pop() if len(names) == 1 and len(known) == len(ranges) else ""


def _traffic(own: Resource, grouping: Grouping) -> tuple[str, bool | None] | None:
    """The protocol of a thing that speaks HTTP, and whether every way to it is encrypted."""
    if own.type not in _SPEAKING_HTTP:
        return None
    view: Any = VIEWS["EntryTraffic"].build(own, grouping.index) if own.type in _WITH_LISTENERS else None
    if view is None:
        # An API of AWS is spoken to over TLS alone.
        return ("https", True) if own.type not in _WITH_LISTENERS else ("", None)
    ways = all_of(way.value for way in view.ways)
    return ("http" if ways is False else "https" if ways is True else ""), None if isinstance(ways, Unknown) else ways


_WITH_LISTENERS: Final = ("aws_alb", "aws_cloudfront_distribution", "aws_elb", "aws_lb")
_SPEAKING_HTTP: Final = (
    *_WITH_LISTENERS,
    "aws_api_gateway_rest_api",
    "aws_apigatewayv2_api",
    "aws_appsync_graphql_api",
    "aws_apprunner_service",
    "aws_cognito_user_pool",
    "aws_eks_cluster",
)


# Things of AWS that may have an address on the internet, which nothing here tells.
_MAY_HAVE_ADDRESSES: Final = frozenset(
    {
        "aws_batch_compute_environment",
        "aws_ecs_task_definition",
        "aws_eks_fargate_profile",
        "aws_eks_node_group",
        "aws_elastic_beanstalk_environment",
        "aws_emr_cluster",
        "aws_msk_cluster",
        "aws_sagemaker_notebook_instance",
    }
)


def _is_machine_addressed(resource: Resource, index: GraphIndex) -> Truth:
    machine = cast("Machine", VIEWS["Machine"].build(resource, index))
    return machine.has_public_address.value


def _is_endpoint_public(resource: Resource, index: GraphIndex) -> Truth:
    view = cast("DatabaseEndpoint | None", VIEWS["DatabaseEndpoint"].build(resource, index))
    return False if view is None else view.is_public.value


def _is_not_internal(attribute: str) -> Callable[[Resource, GraphIndex], Truth]:
    def is_reached(resource: Resource, _: GraphIndex) -> Truth:
        own = Source(as_written(resource))
        return negated(own.truth(attribute).value) if own.is_written(attribute) else True

    return is_reached


def _says(attribute: str, *, unless: bool = False) -> Callable[[Resource, GraphIndex], Truth]:
    """Whether an attribute says yes; `unless` where nothing is written."""

    def is_reached(resource: Resource, _: GraphIndex) -> Truth:
        own = Source(as_written(resource))
        return own.truth(attribute).value if own.is_written(attribute) else unless

    return is_reached


def _is_api_public(resource: Resource, _: GraphIndex) -> Truth:
    own = Source(as_written(resource))
    kinds = own.value("endpoint_configuration.0.types")
    if isinstance(kinds, Unknown):
        return kinds
    leaves = [kind for kind in kinds if isinstance(kind, str | Unknown)] if isinstance(kinds, list) else []
    return negated(any_of(equals(kind, "PRIVATE") for kind in leaves))


def _is_template_addressed(resource: Resource, index: GraphIndex) -> Truth:
    """Whether the template of a group gives its machines public addresses."""
    named = dict.fromkeys(address for path in _TEMPLATES for address in Source(resource).references(path))
    templates = [found for address in named if (found := index.find(address)) is not None]
    known = [item for item in templates if item.type in _ADDRESSES]
    if not known:
        return Unknown(UnknownReason.NOT_EVALUATED, "the template of the machines is not in sight")
    return any_of(_is_machine_addressed(item, index) for item in known)


def _is_transfer_public(resource: Resource, _: GraphIndex) -> Truth:
    own = Source(as_written(resource))
    # docs.aws.amazon.com/transfer/latest/APIReference/API_CreateServer.html: public unless it is said.
    return equals(own.text("endpoint_type").value, "PUBLIC") if own.is_written("endpoint_type") else True


def _always(_: Resource, __: GraphIndex) -> Truth:
    return True


# Type to whether it has an address on the internet; whether somebody gets in there is for its security groups to say.
_ADDRESSES: Final[Mapping[str, Callable[[Resource, GraphIndex], Truth]]] = {
    "aws_alb": _is_not_internal("internal"),
    "aws_api_gateway_rest_api": _is_api_public,
    "aws_apigatewayv2_api": _is_not_internal("disable_execute_api_endpoint"),
    "aws_apprunner_service": _always,
    "aws_autoscaling_group": _is_template_addressed,
    "aws_appsync_graphql_api": _always,
    "aws_cloudfront_distribution": _says("enabled", unless=True),
    "aws_cognito_user_pool": _always,
    "aws_db_instance": _is_endpoint_public,
    "aws_dms_replication_instance": _is_endpoint_public,
    "aws_ecs_service": _says("network_configuration.0.assign_public_ip"),
    "aws_eks_cluster": _says("vpc_config.0.endpoint_public_access", unless=True),
    "aws_elasticsearch_domain": _is_endpoint_public,
    "aws_elb": _is_not_internal("internal"),
    "aws_instance": _is_machine_addressed,
    "aws_launch_configuration": _is_machine_addressed,
    "aws_launch_template": _is_machine_addressed,
    "aws_lb": _is_not_internal("internal"),
    "aws_mq_broker": _says("publicly_accessible"),
    "aws_opensearch_domain": _is_endpoint_public,
    "aws_redshift_cluster": _is_endpoint_public,
    "aws_redshiftserverless_workgroup": _is_endpoint_public,
    "aws_spot_instance_request": _is_machine_addressed,
    "aws_transfer_server": _is_transfer_public,
}
_TEMPLATES: Final = ("launch_template", "launch_configuration", "mixed_instances_policy")
