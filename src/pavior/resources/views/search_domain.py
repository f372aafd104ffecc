"""Indexes that are searched, such as an OpenSearch domain."""

from typing import Final

from msgspec import Struct

from pavior.resources.model import Resource
from pavior.resources.views.database_access import SEARCH_TYPES
from pavior.resources.views.facts import Fact, Source, any_of
from pavior.resources.views.index import GraphIndex
from pavior.resources.views.kinds import ViewType, of_types


class SearchDomain(Struct, frozen=True):
    """An index that is searched.

    Args:
        has_several_nodes: Something passes between its nodes.
        are_nodes_encrypted: What passes between its nodes is encrypted.
        knows_users: It asks who somebody is, and what they may do with which index and which document.
        tls_policy: The provider's name for the versions and ciphers of TLS that are taken.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    has_several_nodes: Fact[bool]
    are_nodes_encrypted: Fact[bool]
    tls_policy: Fact[str]
    knows_users: Fact[bool]


def build_search_domain(resource: Resource, index: GraphIndex) -> SearchDomain:
    """From `aws_opensearch_domain`, or `aws_elasticsearch_domain` as it was called."""
    del index
    own = Source(resource)
    count = own.number("cluster_config.0.instance_count")
    several = any_of(
        (
            count.value if not isinstance(count.value, int) else count.value > 1,
            own.truth("cluster_config.0.dedicated_master_enabled").value,
            own.truth("cluster_config.0.warm_enabled").value,
        )
    )
    return SearchDomain(
        resource=resource,
        satellites=(),
        has_several_nodes=own.fact(count.attribute, several),
        are_nodes_encrypted=own.truth("node_to_node_encryption.0.enabled"),
        tls_policy=own.text("domain_endpoint_options.0.tls_security_policy"),
        knows_users=own.truth("advanced_security_options.0.enabled"),
    )


VIEW_TYPES: Final = (ViewType("SearchDomain", of_types(*SEARCH_TYPES), build_search_domain),)
