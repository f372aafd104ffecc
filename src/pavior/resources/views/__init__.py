"""What controls read: resources gathered into what they mean, as typed three-valued facts, whatever cloud they are in.

A view exists for each resource that means that thing; its satellites are the resources that complete it. A rule imports
the view that it reads from the module of that view. Modules are loaded when one of their views is asked for: a check of
three buckets needs no databases.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import Final

from pavior.resources.views.index import GraphIndex, index_graph
from pavior.resources.views.kinds import Selection, View, ViewType

__all__ = ["VIEWS", "GraphIndex", "Selection", "View", "ViewType", "index_graph"]

# Each module to the views that its VIEW_TYPES hold.
MODULES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "access": ("AccessRole", "AccessGrant"),
        "audit_trail": ("AuditTrail", "AuditStore"),
        "backups": ("BackupStore",),
        "builds": ("BuildProject",),
        "certificate": ("Certificate",),
        "containers": ("ContainerCluster", "ContainerPrivilege", "ContainerService", "ContainerTask"),
        "control_plane": ("ApiServer", "ControllerManager", "ClusterStore"),
        "database": ("Database",),
        "database_access": ("DatabaseEndpoint", "DatabaseAdministrator", "DatabaseLogin", "Cache"),
        "database_connection": ("DatabaseConnection",),
        "database_recovery": (
            "DatabaseRecovery",
            "RecoveryWindow",
            "SnapshotStore",
            "DatabaseProtection",
            "DatabaseStandby",
            "SnapshotTags",
            "SharedSnapshot",
        ),
        "database_upkeep": (
            "DatabaseLogs",
            "DatabaseAudit",
            "DatabaseInsights",
            "DatabaseUpgrades",
            "DatabaseHost",
            "PostgresEngine",
        ),
        "disk": ("Disks", "DiskDefault"),
        "file_system": ("FileSystem", "FileBackup", "FileAccessPoint"),
        "functions": ("CallPermission", "Function"),
        "identity": ("IdentityPolicy", "TrustPolicy"),
        "image_registry": ("ImageRegistry",),
        "keys": ("Key",),
        "load_balancer": ("LoadBalancer",),
        "log_group": ("LogGroup",),
        "machine": ("Machine",),
        "machine_images": ("MachineImage",),
        "managed_kubernetes": ("ManagedCluster", "NodeGroup"),
        "messaging": ("MessageChannel",),
        "namespaced": ("Namespaced",),
        "network": ("NetworkRule", "NetworkExit"),
        "notebooks": ("Notebook",),
        "object_store": ("ObjectStore",),
        "people": ("Grant", "PasswordRules"),
        "private_network": ("PrivateNetwork", "Subnet"),
        "program_environment": ("ProgramEnvironment",),
        "query_results": ("QueryResults",),
        "request_log": ("RequestLog",),
        "resource_policy": ("ResourcePolicy",),
        "search_domain": ("SearchDomain",),
        "secrets": ("Secret",),
        "service_account": ("ServiceAccount",),
        "stacks": ("Stack",),
        "stored_object": ("StoredObject",),
        "subnet_acl": ("SubnetAcl",),
        "tagged": ("Tagged",),
        "tls_endpoint": ("TlsEndpoint",),
        "traced": ("Traced",),
        "web_api": ("ApiStage", "ApiMethod"),
        "web_entry": ("WebEntry",),
        "web_firewall": ("FirewallRules",),
        "web_tls": ("EntryTraffic", "BackendTraffic"),
        "workload": ("Workload",),
    }
)


class _Views(Mapping[str, ViewType]):
    """Every view by name, in the order of `MODULES`."""

    def __init__(self) -> None:
        self._places = {name: module for module, names in MODULES.items() for name in names}

    def __getitem__(self, name: str) -> ViewType:
        return _load(self._places[name])[name]

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


@cache
def _load(module: str) -> Mapping[str, ViewType]:
    return {view.name: view for view in import_module(f"{__name__}.{module}").VIEW_TYPES}


VIEWS: Final[Mapping[str, ViewType]] = _Views()
