"""Where anybody on the internet comes in. What is not known stays unknown: it is neither public nor not. Pure."""

from typing import Any, Final, cast

from msgspec import Struct

from pavior.kernel.verdicts import UnknownReason
from pavior.policy.exposure import Way, find_ways
from pavior.resources.model import Resource, Unknown
from pavior.resources.views import VIEWS
from pavior.resources.views.facts import Truth, all_of, any_of
from pavior.resources.views.network import NetworkRule
from pavior.resources.views.openness import is_for_everybody
from pavior.threatmodels.drafting_addresses import ADDRESSES, MAY_HAVE_ADDRESSES, WEB_APPS
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
    addressed = ADDRESSES.get(own[0].type)
    if addressed is not None:
        reached = any_of(addressed(resource, grouping.index) for resource in own)
        let_in = any_of(way.is_open for way in groups) if groups else True
        answer = _strongest(answer, _through_network(all_of((reached, let_in)), reached, groups, own[0], grouping))
    if answer is None and own[0].type.startswith("aws_") and own[0].type not in MAY_HAVE_ADDRESSES:
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


_WITH_LISTENERS: Final = ("aws_alb", "aws_cloudfront_distribution", "aws_elb", "aws_lb", *WEB_APPS)
_SPEAKING_HTTP: Final = (
    *_WITH_LISTENERS,
    "aws_api_gateway_rest_api",
    "aws_apigatewayv2_api",
    "aws_appsync_graphql_api",
    "aws_apprunner_service",
    "aws_cognito_user_pool",
    "aws_eks_cluster",
)
