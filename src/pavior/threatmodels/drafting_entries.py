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
from pavior.threatmodels.drafting_addresses import ADDRESSES, GUARDED_BY_GROUPS, MAY_HAVE_ADDRESSES, WEB_APPS
from pavior.threatmodels.drafting_elements import Grouping, block_of
from pavior.threatmodels.drafting_flows import PROTOCOLS

# What a protocol says of itself.
_ENCRYPTED: Final = {"ssh": True, "https": True, "http": False}
_NOT_KNOWN: Final = Unknown(UnknownReason.NOT_EVALUATED, "what stands before the cluster is not known")
_NO_GROUP: Final = Unknown(UnknownReason.NOT_EVALUATED, "the security groups are not here")
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
        for thing in grouping.things.get(block_of(address), ()):
            found[thing] = Entry(_NOT_KNOWN if is_open is None else is_open, because)
    return found


def _entry(whole: str, ways: list[Way], grouping: Grouping) -> Entry | None:
    own = next((resource for resource in grouping.blocks[whole] if resource.mode == "managed"), None)
    if own is None:
        return None
    groups = [way for way in ways if way.view == _GROUP]
    opened = _opened([way for way in ways if way.view not in (_GROUP, _ENTRY)])
    if opened is not None and opened.is_open is True:
        return opened
    if own.type in ADDRESSES:
        return _through_network(own, groups, grouping)
    if opened is None and own.type.startswith("aws_") and own.type not in MAY_HAVE_ADDRESSES:
        # All ways to these are known, unless something was not read.
        return Entry(is_open=False) if grouping.index.graph.complete else None
    return opened


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


def _through_network(own: Resource, groups: list[Way], grouping: Grouping) -> Entry:
    """Whether a thing that may have an address is reached there."""
    is_addressed = any_of(ADDRESSES[own.type](item, grouping.index) for item in grouping.blocks[block_of(own.address)])
    is_let_in = _lets_in(own, groups)
    is_open = all_of((is_addressed, is_let_in))
    if is_open is False:
        return Entry(is_open=False)
    opening = next((way for way in groups if way.is_open is True), None)
    port, protocol = ("", "") if opening is None else _through(opening, grouping)
    addressed = f"{own.address} has an address on the internet" if is_addressed is True else ""
    let_in = "" if opening is None else f"{opening.address} lets everybody in{port}"
    if addressed and let_in:
        because = f"{addressed}, and {let_in}"
    elif addressed:
        because = addressed if is_let_in is True else f"{addressed}; whom it lets in there is not known"
    else:
        because = let_in and f"{let_in}; whether it has an address on the internet is not known"
    protocol, is_encrypted = _traffic(own, grouping) or (protocol, _ENCRYPTED.get(protocol))
    return Entry(is_open, because, protocol, is_encrypted)


def _lets_in(own: Resource, groups: list[Way]) -> Truth:
    """Whether everybody gets in at its address; what groups guard has one somewhere, also where none is here."""
    if own.type not in GUARDED_BY_GROUPS:
        return True
    if groups:
        return any_of(way.is_open for way in groups)
    return True if own.values.get("load_balancer_type") == "network" else _NO_GROUP


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
