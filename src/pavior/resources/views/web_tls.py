"""Whether what travels to a web entry, and on behind it, can be read on the way."""

from typing import Final

from msgspec import Struct

from pavior.resources.model import Resource, Unknown
from pavior.resources.views.elsewhere import in_all_clouds
from pavior.resources.views.facts import Fact, Source, Truth, all_of, any_of, ask, negated
from pavior.resources.views.index import GraphIndex, Link
from pavior.resources.views.kinds import Selection, ViewType, of_types
from pavior.resources.views.load_balancer import BALANCER_TYPES, CLASSIC_TYPE
from pavior.resources.views.web_entry import DISTRIBUTION_TYPE
from pavior.resources.views.written import as_written, block_paths, is_set, truth_at

LISTENER_TYPES: Final = ("aws_lb_listener", "aws_alb_listener")
TARGET_TYPES: Final = ("aws_lb_target_group", "aws_alb_target_group")
_RULE_TYPES = ("aws_lb_listener_rule", "aws_alb_listener_rule")
_LISTENERS = tuple(Link(name, "load_balancer_arn", BALANCER_TYPES, ("arn", "id")) for name in LISTENER_TYPES)
_RULES = tuple(Link(name, "listener_arn", LISTENER_TYPES, ("arn", "id")) for name in _RULE_TYPES)
_HTTP, _HTTPS = "HTTP", "HTTPS"
_WITH_TLS = ("HTTPS", "TLS", "SSL")


class EntryTraffic(Struct, frozen=True):
    """How requests may reach a web entry.

    Args:
        ways: One fact for each: it is encrypted, or does nothing but send on to what is. A way that passes on bytes as
            they are leaves that to both ends, and is true.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    ways: tuple[Fact[bool], ...]


class BackendTraffic(Struct, frozen=True):
    """How requests travel on behind a web entry.

    Args:
        ways: One fact for each: it is encrypted. One that passes on bytes as they are is true.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    ways: tuple[Fact[bool], ...]


def select_entry_traffic(index: GraphIndex) -> tuple[Resource, ...]:
    """Balancers, distributions, and the listeners of balancers that are not in this graph."""
    owners = index.of_type(*BALANCER_TYPES)
    attached = {item.address for owner in owners for item in _listeners_of(owner, index)}
    alone = (item for item in index.of_type(*LISTENER_TYPES) if item.address not in attached)
    return (*owners, *alone, *index.of_type(CLASSIC_TYPE, DISTRIBUTION_TYPE))


def build_entry_traffic(resource: Resource, index: GraphIndex) -> EntryTraffic | None:
    """From a balancer with its listeners, a listener alone, or a distribution; None where nothing listens."""
    own = Source(as_written(resource))
    satellites: tuple[Resource, ...] = ()
    if resource.type in BALANCER_TYPES:
        satellites = _listeners_of(resource, index)
        ways = [way for item in satellites for way in _listener_ways(Source(item, item.address), index)]
    elif resource.type in LISTENER_TYPES:
        ways = _listener_ways(own, index)
    elif resource.type == CLASSIC_TYPE:
        ways = _classic_ways(own)
    else:
        ways = _viewer_ways(own)
    return EntryTraffic(resource, satellites, tuple(ways)) if ways else None


def build_backend_traffic(resource: Resource, index: GraphIndex) -> BackendTraffic | None:
    """From a target group or a distribution; None where there is nothing behind, or nobody comes in."""
    del index
    own = Source(as_written(resource))
    ways = [_target_way(own)] if resource.type in TARGET_TYPES else _origin_ways(own)
    return BackendTraffic(resource, (), tuple(way for way in ways if way is not None)) if any(ways) else None


def _listeners_of(owner: Resource, index: GraphIndex) -> tuple[Resource, ...]:
    return tuple(item for link in _LISTENERS for item in index.attached(owner, link).satellites)


def _listener_ways(own: Source, index: GraphIndex) -> list[Fact[bool]]:
    """What it does by itself, and what each of its rules does instead."""
    rules = (item for link in _RULES for item in index.attached(own.resource, link).satellites)
    return [_listener_way(own), *(_rule_way(own, Source(item, item.address)) for item in rules)]


def _rule_way(own: Source, rule: Source) -> Fact[bool]:
    is_plain = ask(own.text("protocol").value, lambda name: name.upper() == _HTTP)
    paths = block_paths(rule, "action")
    forwards = (
        paths
        if isinstance(paths, Unknown)
        else any_of(ask(rule.text(f"{path}.type").value, lambda name: name == "forward") for path in paths)
    )
    return rule.fact("action", negated(all_of((is_plain, forwards))))


def _listener_way(own: Source) -> Fact[bool]:
    if own.value("protocol") is None and own.value("port") is None:
        # Only the listener of a gateway balancer has neither.
        return own.fact("protocol", value=True)
    protocol = own.text("protocol")
    is_plain = ask(protocol.value, lambda name: name.upper() == _HTTP)
    return truth_at(protocol, any_of((negated(is_plain), _sends_on(own))))


def _sends_on(own: Source) -> Truth:
    """Whether the default is to send on to HTTPS."""
    paths = block_paths(own, "default_action")
    if isinstance(paths, Unknown):
        return paths
    # Without a protocol, the one that was used is kept.
    return any_of(
        ask(own.text(f"{path}.redirect.0.protocol").value, lambda name: name.upper() == _HTTPS)
        for path in paths
        if own.value(f"{path}.redirect") not in (None, [])
    )


def _classic_ways(own: Source) -> list[Fact[bool]]:
    paths = block_paths(own, "listener")
    if isinstance(paths, Unknown):
        return [own.fact("listener", paths)]
    return [_classic_way(own, path) for path in paths]


def _classic_way(own: Source, path: str) -> Fact[bool]:
    protocol = own.text(f"{path}.lb_protocol")
    is_encrypted = ask(protocol.value, lambda name: name.upper() in _WITH_TLS)
    has_certificate = is_set(own, f"{path}.ssl_certificate_id")
    passes_on = ask(protocol.value, lambda name: name.upper() == "TCP")
    return truth_at(protocol, any_of((passes_on, all_of((is_encrypted, has_certificate)))))


def _viewer_ways(own: Source) -> list[Fact[bool]]:
    if own.truth("enabled").value is False:
        return []
    found: list[Fact[bool]] = []
    for name in ("default_cache_behavior", "ordered_cache_behavior"):
        paths = block_paths(own, name)
        if isinstance(paths, Unknown):
            found.append(own.fact(name, paths))
            continue
        for path in paths:
            policy = own.text(f"{path}.viewer_protocol_policy")
            found.append(truth_at(policy, ask(policy.value, lambda name: name != "allow-all")))
    return found


def _target_way(own: Source) -> Fact[bool] | None:
    if own.value("target_type") == "lambda":
        return None
    protocol = own.text("protocol")
    return truth_at(protocol, ask(protocol.value, lambda name: name.upper() != _HTTP))


def _origin_ways(own: Source) -> list[Fact[bool] | None]:
    if own.truth("enabled").value is False:
        return []
    paths = block_paths(own, "origin")
    if isinstance(paths, Unknown):
        return [own.fact("origin", paths)]
    found: list[Fact[bool] | None] = []
    for path in paths:
        settings = block_paths(own, f"{path}.custom_origin_config")
        if isinstance(settings, Unknown):
            found.append(own.fact(path, settings))
        elif settings:
            policy = own.text(f"{path}.custom_origin_config.0.origin_protocol_policy")
            found.append(truth_at(policy, ask(policy.value, lambda name: name == "https-only")))
    return found


VIEW_TYPES: Final = (
    in_all_clouds(
        ViewType(
            "EntryTraffic",
            Selection((*BALANCER_TYPES, *LISTENER_TYPES, CLASSIC_TYPE, DISTRIBUTION_TYPE), select_entry_traffic),
            build_entry_traffic,
        )
    ),
    ViewType("BackendTraffic", of_types(*TARGET_TYPES, DISTRIBUTION_TYPE), build_backend_traffic),
)
