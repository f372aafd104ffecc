"""Where requests come in: load balancers, distributions and stages of an API."""

from collections.abc import Callable
from typing import Final

from msgspec import Struct

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import Resource, Unknown
from pavior.resources.views.facts import Fact, Source, Truth, all_of, any_of, negated
from pavior.resources.views.index import GraphIndex, Link, is_meant
from pavior.resources.views.kinds import ViewType, of_types
from pavior.resources.views.load_balancer import BALANCER_TYPES, CLASSIC_TYPE, is_of_kind
from pavior.resources.views.written import as_written, block_paths, is_set

DISTRIBUTION_TYPE: Final = "aws_cloudfront_distribution"
STAGE_TYPE: Final = "aws_api_gateway_stage"
STAGE_V2_TYPE: Final = "aws_apigatewayv2_stage"
API_V2_TYPE: Final = "aws_apigatewayv2_api"
_GUARDED_TYPES = (*BALANCER_TYPES, STAGE_TYPE, API_V2_TYPE)
FIREWALL_LINKS: Final = (
    Link("aws_wafv2_web_acl_association", "resource_arn", _GUARDED_TYPES, ("arn",)),
    Link("aws_wafregional_web_acl_association", "resource_arn", _GUARDED_TYPES, ("arn",)),
)
_DELIVERY = Link("aws_cloudwatch_log_delivery_source", "resource_arn", (DISTRIBUTION_TYPE,), ("arn",))


class WebEntry(Struct, frozen=True):
    """Where requests come in.

    Args:
        records_requests: Who asked for what, when and from where is written down.
        needs_firewall: It is reached from the Internet, and is of a kind that a web firewall can stand before.
        has_firewall: A web firewall looks at requests first.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    records_requests: Fact[bool]
    needs_firewall: Truth
    has_firewall: Fact[bool]


def build_web_entry(resource: Resource, index: GraphIndex) -> WebEntry | None:
    """From a load balancer, a distribution or a stage; None for a gateway balancer, which passes on packets."""
    own = Source(as_written(resource))
    if is_balancer(resource) and is_of_kind(own, "gateway") is True:
        return None
    firewalls = tuple(item for link in FIREWALL_LINKS for item in index.attached(resource, link).satellites)
    return WebEntry(
        resource=resource,
        satellites=firewalls,
        records_requests=_RECORDS[resource.type](own, index),
        needs_firewall=_needs_firewall(own, index),
        has_firewall=_has_firewall(own, index, firewalls),
    )


def is_balancer(resource: Resource) -> bool:
    """Whether it is a load balancer of the newer generation."""
    return resource.type in BALANCER_TYPES


def _balancer_records(own: Source, index: GraphIndex) -> Fact[bool]:
    del index
    return own.truth("access_logs.0.enabled")


def _classic_records(own: Source, index: GraphIndex) -> Fact[bool]:
    del index
    if own.value("access_logs") in (None, []):
        return own.fact("access_logs", value=False)
    return own.truth("access_logs.0.enabled")


def _distribution_records(own: Source, index: GraphIndex) -> Fact[bool]:
    paths = block_paths(own, "logging_config")
    if isinstance(paths, Unknown):
        return own.fact("logging_config", paths)
    if paths:
        # The bucket may be left out where only cookies are meant, with the newer kind of logs.
        return own.fact("logging_config.0.bucket", is_set(own, "logging_config.0.bucket"))
    attached = index.attached(own.resource, _DELIVERY)
    source = index.decide(attached, own.fact("logging_config", value=False))
    return source if isinstance(source, Fact) else Fact(value=True, decided_by=source.decided_by)


def _stage_records(own: Source, index: GraphIndex) -> Fact[bool]:
    del index
    paths = block_paths(own, "access_log_settings")
    known = paths if isinstance(paths, Unknown) else bool(paths)
    return own.fact("access_log_settings", known)


_RECORDS: dict[str, Callable[[Source, GraphIndex], Fact[bool]]] = {
    **dict.fromkeys(BALANCER_TYPES, _balancer_records),
    CLASSIC_TYPE: _classic_records,
    DISTRIBUTION_TYPE: _distribution_records,
    STAGE_TYPE: _stage_records,
    STAGE_V2_TYPE: _stage_records,
}


def _needs_firewall(own: Source, index: GraphIndex) -> Truth:
    if is_balancer(own.resource):
        return all_of((is_of_kind(own, "application"), negated(own.truth("internal").value)))
    if own.resource.type == DISTRIBUTION_TYPE:
        return own.truth("enabled").value
    return own.resource.type == STAGE_TYPE and _is_public_stage(own, index)


def _is_public_stage(own: Source, index: GraphIndex) -> Truth:
    """Whether its API has an endpoint that is not private."""
    apis = [index.find(address) for address in own.references("rest_api_id")]
    known = [api for api in apis if api is not None and api.type == "aws_api_gateway_rest_api"]
    if len(known) != 1 or not is_meant(own.value("rest_api_id"), known[0]):
        return Unknown(UnknownReason.NOT_EVALUATED, "its API is not in sight, and may be private")
    api = Source(as_written(known[0]))
    kinds = api.value("endpoint_configuration.0.types")
    if isinstance(kinds, Unknown):
        return kinds
    if not isinstance(kinds, list):
        return True
    return negated(any_of(kind if isinstance(kind, Unknown) else kind == "PRIVATE" for kind in kinds))


def _has_firewall(own: Source, index: GraphIndex, firewalls: tuple[Resource, ...]) -> Fact[bool]:
    if own.resource.type == DISTRIBUTION_TYPE:
        return own.fact("web_acl_id", is_set(own, "web_acl_id"))
    if firewalls:
        return Fact(value=True, decided_by=firewalls[0].address)
    if own.resource.type not in _GUARDED_TYPES:
        return Fact(value=False)
    found = (index.decide(index.attached(own.resource, link), Fact(value=False)) for link in FIREWALL_LINKS)
    # Nothing is attached, so what is decided is a fact: there is none, or that is not known.
    facts = [fact for fact in found if isinstance(fact, Fact)]
    return next((fact for fact in facts if isinstance(fact.value, Unknown)), Fact(value=False))


VIEW_TYPES: Final = (ViewType("WebEntry", of_types(*_RECORDS), build_web_entry),)
