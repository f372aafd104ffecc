"""What controls read: resources gathered into what they mean, as typed three-valued facts, whatever cloud they are in.

A view exists for each resource that means that thing; its satellites are the resources that complete it. A rule imports
the view that it reads from the module of that view.
"""

from collections.abc import Mapping
from types import MappingProxyType

from pavior.resources.views import (
    access,
    control_plane,
    database,
    identity,
    keys,
    log_group,
    namespaced,
    network,
    object_store,
    service_account,
    tagged,
    workload,
)
from pavior.resources.views.index import GraphIndex, index_graph
from pavior.resources.views.kinds import View, ViewType

__all__ = ["VIEWS", "GraphIndex", "View", "ViewType", "index_graph"]

_MODULES = (
    access,
    control_plane,
    database,
    identity,
    keys,
    log_group,
    namespaced,
    network,
    object_store,
    service_account,
    tagged,
    workload,
)

VIEWS: Mapping[str, ViewType] = MappingProxyType({view.name: view for module in _MODULES for view in module.VIEW_TYPES})
