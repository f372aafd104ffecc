"""What controls read: resources gathered into what they mean, as typed three-valued facts, whatever cloud they are in.

A view exists for each resource that means that thing; its satellites are the resources that complete it. A rule imports
the view that it reads from the module of that view.
"""

from collections.abc import Mapping
from types import MappingProxyType

from pavior.resources.views import (
    audit_trail,
    backups,
    build_logs,
    certificate,
    database,
    database_access,
    database_connection,
    database_recovery,
    database_upkeep,
    disk,
    file_system,
    identity,
    image_registry,
    keys,
    load_balancer,
    log_group,
    machine,
    messaging,
    network,
    object_store,
    private_network,
    resource_policy,
    search_domain,
    secrets,
    stored_object,
    subnet_acl,
    tagged,
    tls_endpoint,
    web_api,
    web_entry,
    web_firewall,
    web_tls,
)
from pavior.resources.views.index import GraphIndex, index_graph
from pavior.resources.views.kinds import View, ViewType

__all__ = ["VIEWS", "GraphIndex", "View", "ViewType", "index_graph"]

_MODULES = (
    audit_trail,
    backups,
    build_logs,
    certificate,
    database,
    database_access,
    database_connection,
    database_recovery,
    database_upkeep,
    disk,
    file_system,
    identity,
    image_registry,
    keys,
    load_balancer,
    log_group,
    machine,
    messaging,
    network,
    object_store,
    private_network,
    resource_policy,
    search_domain,
    secrets,
    stored_object,
    subnet_acl,
    tagged,
    tls_endpoint,
    web_api,
    web_entry,
    web_firewall,
    web_tls,
)

VIEWS: Mapping[str, ViewType] = MappingProxyType({view.name: view for module in _MODULES for view in module.VIEW_TYPES})
