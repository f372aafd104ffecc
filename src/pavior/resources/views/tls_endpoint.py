"""Where TLS begins, and which versions of it are spoken there."""

import re
from typing import Final

from msgspec import Struct, structs

from pavior.resources.model import Resource, Unknown
from pavior.resources.views.facts import Fact, Source, ask
from pavior.resources.views.index import GraphIndex
from pavior.resources.views.kinds import ViewType, of_types
from pavior.resources.views.web_entry import DISTRIBUTION_TYPE
from pavior.resources.views.web_tls import LISTENER_TYPES
from pavior.resources.views.written import as_written, truth_at

_DOMAIN, _DOMAIN_V2 = "aws_api_gateway_domain_name", "aws_apigatewayv2_domain_name"
_WITH_TLS = ("HTTPS", "TLS")
# docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
_BALANCER_POLICY = re.compile(r"ELBSecurityPolicy-(TLS|FS|TLS13)-1-[23]\b")
# docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies-list.html
_API_POLICY = re.compile(r"TLS_1_[23]$|SecurityPolicy_TLS1[23]_")
# docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-viewer-protocols-ciphers.html
_VIEWER_POLICY = re.compile(r"TLSv1\.[23](_|$)")
_SECURITY_POLICY: Final = "security_policy"


class TlsEndpoint(Struct, frozen=True):
    """Where TLS begins.

    Args:
        refuses_old_versions: TLS 1.2 is the oldest that it speaks.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    refuses_old_versions: Fact[bool]


def build_tls_endpoint(resource: Resource, index: GraphIndex) -> TlsEndpoint | None:
    """From a listener, a domain of an API or a distribution; None for a listener without TLS."""
    del index
    own = Source(as_written(resource))
    if resource.type in LISTENER_TYPES:
        protocol = own.text("protocol").value
        if isinstance(protocol, str) and protocol.upper() not in _WITH_TLS:
            return None
        fact = _matches(own.text("ssl_policy"), _BALANCER_POLICY)
        if isinstance(protocol, Unknown):
            fact = own.fact("protocol", protocol)
    elif resource.type == _DOMAIN:
        fact = _matches(own.text(_SECURITY_POLICY), _API_POLICY)
    elif resource.type == _DOMAIN_V2:
        fact = _matches(own.text(f"domain_name_configuration.0.{_SECURITY_POLICY}"), _API_POLICY)
    else:
        fact = _viewer(own)
    return TlsEndpoint(resource, (), fact)


def _matches(policy: Fact[str], modern: re.Pattern[str]) -> Fact[bool]:
    return truth_at(policy, ask(policy.value, lambda name: modern.match(name) is not None))


def _viewer(own: Source) -> Fact[bool]:
    # With CloudFront's own certificate, TLS 1.0 is spoken whatever else is written.
    shared = own.truth("viewer_certificate.0.cloudfront_default_certificate")
    if shared.value is True:
        return structs.replace(shared, value=False)
    modern = _matches(own.text("viewer_certificate.0.minimum_protocol_version"), _VIEWER_POLICY)
    if isinstance(shared.value, Unknown) and modern.value is not False:
        return shared
    return modern


VIEW_TYPES: Final = (
    ViewType("TlsEndpoint", of_types(*LISTENER_TYPES, _DOMAIN, _DOMAIN_V2, DISTRIBUTION_TYPE), build_tls_endpoint),
)
