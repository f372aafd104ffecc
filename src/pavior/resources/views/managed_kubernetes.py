"""Kubernetes clusters that a provider runs, and the machines in them."""

from typing import Final

from msgspec import Struct

from pavior.resources.model import Resource, Unknown
from pavior.resources.views.facts import Fact, Leaf, Source, all_of, any_of, ask, negated, read_text
from pavior.resources.views.index import GraphIndex
from pavior.resources.views.kinds import ViewType, of_types
from pavior.resources.views.nested import blocks, is_given, unread

CLUSTER_TYPES: Final = ("aws_eks_cluster",)
NODE_TYPES: Final = ("aws_eks_node_group",)

_ENDPOINT = "vpc_config.0.endpoint_public_access"
_NETWORKS = "vpc_config.0.public_access_cidrs"
# What EKS takes when no network is named; docs.aws.amazon.com/eks/latest/APIReference/API_VpcConfigRequest.html.
_EVERYBODY = "0.0.0.0/0"


class ManagedCluster(Struct, frozen=True):
    """A Kubernetes cluster whose control plane the provider runs.

    Args:
        is_public: Its interface has an address on the internet.
        public_networks: From which networks that address can be reached.
        log_types: What the control plane logs.
        has_secrets_key: Secrets are encrypted with a key that is named.
        version: Such as `1.34`; empty for the newest when it was made.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    is_public: Fact[bool]
    public_networks: tuple[Fact[str], ...]
    log_types: tuple[Fact[str], ...]
    has_secrets_key: Fact[bool]
    version: Fact[str]


class NodeGroup(Struct, frozen=True):
    """Machines of a cluster. `has_open_ssh`: people may log in on them, and from where is not said."""

    resource: Resource
    satellites: tuple[Resource, ...]
    has_open_ssh: Fact[bool]


def build_managed_cluster(resource: Resource, index: GraphIndex) -> ManagedCluster:
    """From `aws_eks_cluster`."""
    del index
    own = Source(resource)
    return ManagedCluster(
        resource=resource,
        satellites=(),
        is_public=own.truth(_ENDPOINT),
        public_networks=_facts(own, _NETWORKS) or (own.fact(_NETWORKS, _EVERYBODY),),
        log_types=_facts(own, "enabled_cluster_log_types"),
        has_secrets_key=_secrets_key(own),
        version=own.text("version"),
    )


def build_node_group(resource: Resource, index: GraphIndex) -> NodeGroup:
    """From `aws_eks_node_group`."""
    del index
    own = Source(resource)
    has_key = is_given(own, "remote_access.0.ec2_ssh_key")
    has_groups = is_given(own, "remote_access.0.source_security_group_ids")
    return NodeGroup(resource, (), own.fact("remote_access", all_of((has_key.value, negated(has_groups.value)))))


def _leaves(own: Source, path: str) -> tuple[Leaf, ...]:
    value = own.value(path)
    if value is None:
        return ()
    return tuple(read_text(item) for item in value) if isinstance(value, list) else (unread(value),)


def _facts(own: Source, path: str) -> tuple[Fact[str], ...]:
    return tuple(own.fact(path, item) for item in _leaves(own, path))


def _secrets_key(own: Source) -> Fact[bool]:
    paths = blocks(own, "encryption_config")
    if isinstance(paths, Unknown):
        return own.fact("encryption_config", paths)
    found = any_of(
        all_of(
            (
                any_of(ask(item, lambda word: word == "secrets") for item in _leaves(own, f"{place}.resources")),
                is_given(own, f"{place}.provider.0.key_arn").value,
            )
        )
        for place in paths
    )
    return own.fact("encryption_config", found)


VIEW_TYPES: Final = (
    ViewType("ManagedCluster", of_types(*CLUSTER_TYPES), build_managed_cluster),
    ViewType("NodeGroup", of_types(*NODE_TYPES), build_node_group),
)
