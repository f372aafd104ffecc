"""Things of a cluster that live in a namespace."""

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from pavior.resources.model import Resource
from pavior.resources.views.access import GRANT_KINDS, ROLE_KINDS
from pavior.resources.views.facts import Fact
from pavior.resources.views.index import GraphIndex
from pavior.resources.views.kinds import Selection, ViewType
from pavior.resources.views.manifests import is_of, name_of, namespace_of
from pavior.resources.views.workload import WORKLOAD_KINDS

_NETWORK = ("networking.k8s.io", "extensions")
NAMESPACED_KINDS: Final = {
    **WORKLOAD_KINDS,
    "ConfigMap": ("",),
    "HorizontalPodAutoscaler": ("autoscaling",),
    "Ingress": _NETWORK,
    "LimitRange": ("",),
    "NetworkPolicy": _NETWORK,
    "PersistentVolumeClaim": ("",),
    "PodDisruptionBudget": ("policy",),
    "ResourceQuota": ("",),
    "Role": ROLE_KINDS["Role"],
    "RoleBinding": GRANT_KINDS["RoleBinding"],
    "Secret": ("",),
    "Service": ("",),
    "ServiceAccount": ("",),
}
# The cluster itself makes these in the namespace `default`, and they cannot live anywhere else.
_OF_THE_CLUSTER = (("Service", "kubernetes"), ("ServiceAccount", "default"))


class Namespaced(Struct, frozen=True):
    """Something that lives in a namespace."""

    resource: Resource
    satellites: tuple[Resource, ...]
    namespace: Fact[str]


def select_namespaced(index: GraphIndex) -> Iterable[Resource]:
    """All of `NAMESPACED_KINDS`."""
    return (item for item in index.of_type(*NAMESPACED_KINDS) if is_of(item, NAMESPACED_KINDS))


def build_namespaced(resource: Resource, index: GraphIndex) -> Namespaced | None:
    """From any of them; None for what the cluster makes itself."""
    if (resource.type, name_of(resource)) in _OF_THE_CLUSTER:
        return None
    return Namespaced(resource, (), namespace_of(resource, index))


VIEW_TYPES: Final = (ViewType("Namespaced", Selection(tuple(NAMESPACED_KINDS), select_namespaced), build_namespaced),)
