"""Load balancers, channels of messages and logs that Google Cloud keeps."""

from typing import Final

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import Resource, Unknown
from pavior.resources.views.facts import Fact, Source, ask
from pavior.resources.views.index import GraphIndex
from pavior.resources.views.log_group import LogGroup
from pavior.resources.views.messaging import MessageChannel
from pavior.resources.views.nested import is_given
from pavior.resources.views.settings import find_named, is_set
from pavior.resources.views.tls_endpoint import TlsEndpoint
from pavior.resources.views.written import as_written, truth_at

_POLICY: Final = "google_compute_ssl_policy"
_MODERN = ("TLS_1_2", "TLS_1_3")


def build_tls_endpoint(resource: Resource, index: GraphIndex) -> TlsEndpoint:
    """From a proxy in front of a load balancer, and the policy that it names; without one it speaks TLS 1.0.

    Source: https://cloud.google.com/load-balancing/docs/ssl-policies-concepts.
    """
    own = Source(as_written(resource))
    if not is_set(own, "ssl_policy"):
        return TlsEndpoint(resource, (), own.fact("ssl_policy", value=False))
    policy = find_named(index, own, "ssl_policy", _POLICY)
    if policy is None:
        why = Unknown(UnknownReason.NOT_EVALUATED, "its SSL policy is not among what was read")
        return TlsEndpoint(resource, (), own.fact("ssl_policy", why))
    written = Source(as_written(policy.resource), policy.decided_by)
    version = written.text("min_tls_version")
    return TlsEndpoint(resource, (policy.resource,), truth_at(version, ask(version.value, _MODERN.__contains__)))


def build_log_group(resource: Resource, index: GraphIndex) -> LogGroup:
    """From a bucket of Cloud Logging."""
    del index
    return LogGroup(resource, (), Source(as_written(resource)).number("retention_days"))


def build_message_channel(resource: Resource, index: GraphIndex) -> MessageChannel:
    """From a topic of Pub/Sub, which is always encrypted: https://cloud.google.com/pubsub/docs/encryption."""
    del index
    own = Source(as_written(resource))
    always: Fact[bool] = own.fact("kms_key_name", value=True)
    return MessageChannel(resource, (), always, is_given(own, "kms_key_name"))
