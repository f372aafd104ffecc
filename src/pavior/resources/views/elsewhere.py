"""What other clouds call the things that views are about, and where each is read.

A type stands here with the module and the function that make the view of it. The module is imported when such a
resource is met for the first time, so that who has none pays nothing for it.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType

from pavior.resources.model import Resource
from pavior.resources.views.index import GraphIndex
from pavior.resources.views.kinds import Selection, View, ViewType

_Build = Callable[[Resource, GraphIndex], View | None]

# View to Terraform type to `module:function`, the module below `pavior.resources.views`.
ELSEWHERE: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "Cache": {
            "google_redis_instance": "google_databases:build_cache",
        },
        "CallPermission": {
            "google_cloud_run_service_iam_binding": "google_grants:build_call_permission",
            "google_cloud_run_service_iam_member": "google_grants:build_call_permission",
            "google_cloud_run_v2_service_iam_binding": "google_grants:build_call_permission",
            "google_cloud_run_v2_service_iam_member": "google_grants:build_call_permission",
            "google_cloudfunctions2_function_iam_binding": "google_grants:build_call_permission",
            "google_cloudfunctions2_function_iam_member": "google_grants:build_call_permission",
            "google_cloudfunctions_function_iam_binding": "google_grants:build_call_permission",
            "google_cloudfunctions_function_iam_member": "google_grants:build_call_permission",
        },
        "Database": {
            "azurerm_cosmosdb_account": "azure_databases:build_database",
            "azurerm_mysql_flexible_server": "azure_databases:build_database",
            "azurerm_postgresql_flexible_server": "azure_databases:build_database",
            "google_alloydb_cluster": "google_databases:build_database",
            "google_bigquery_dataset": "google_databases:build_database",
            "google_spanner_database": "google_databases:build_database",
            "google_sql_database_instance": "google_databases:build_database",
        },
        "DatabaseConnection": {
            "azurerm_mariadb_server": "azure_databases:build_database_connection",
            "azurerm_mysql_flexible_server": "azure_databases:build_database_connection",
            "azurerm_mysql_server": "azure_databases:build_database_connection",
            "azurerm_postgresql_flexible_server": "azure_databases:build_database_connection",
            "azurerm_postgresql_server": "azure_databases:build_database_connection",
            "azurerm_redis_cache": "azure_databases:build_database_connection",
            "google_redis_instance": "google_databases:build_database_connection",
            "google_sql_database_instance": "google_databases:build_database_connection",
        },
        "DatabaseEndpoint": {
            "azurerm_cosmosdb_account": "azure_databases:build_database_endpoint",
            "azurerm_mariadb_server": "azure_databases:build_database_endpoint",
            "azurerm_mssql_managed_instance": "azure_databases:build_database_endpoint",
            "azurerm_mssql_server": "azure_databases:build_database_endpoint",
            "azurerm_mysql_flexible_server": "azure_databases:build_database_endpoint",
            "azurerm_mysql_server": "azure_databases:build_database_endpoint",
            "azurerm_postgresql_flexible_server": "azure_databases:build_database_endpoint",
            "azurerm_postgresql_server": "azure_databases:build_database_endpoint",
            "azurerm_redis_cache": "azure_databases:build_database_endpoint",
            "azurerm_search_service": "azure_databases:build_database_endpoint",
            "azurerm_synapse_workspace": "azure_databases:build_database_endpoint",
            "google_alloydb_instance": "google_databases:build_database_endpoint",
            "google_sql_database_instance": "google_databases:build_database_endpoint",
        },
        "DatabaseLogin": {
            "azurerm_mssql_managed_instance": "azure_databases:build_database_login",
            "azurerm_mssql_server": "azure_databases:build_database_login",
            "azurerm_postgresql_flexible_server": "azure_databases:build_database_login",
            "google_sql_database_instance": "google_databases:build_database_login",
        },
        "DatabaseProtection": {
            "google_spanner_database": "google_databases:build_database_protection",
            "google_sql_database_instance": "google_databases:build_database_protection",
        },
        "DatabaseRecovery": {
            "azurerm_cosmosdb_account": "azure_databases:build_database_recovery",
            "azurerm_mariadb_server": "azure_databases:build_database_recovery",
            "azurerm_mssql_database": "azure_databases:build_database_recovery",
            "azurerm_mysql_flexible_server": "azure_databases:build_database_recovery",
            "azurerm_mysql_server": "azure_databases:build_database_recovery",
            "azurerm_postgresql_flexible_server": "azure_databases:build_database_recovery",
            "azurerm_postgresql_server": "azure_databases:build_database_recovery",
            "google_sql_database_instance": "google_databases:build_database_recovery",
        },
        "DatabaseStandby": {
            "azurerm_mysql_flexible_server": "azure_databases:build_database_standby",
            "azurerm_postgresql_flexible_server": "azure_databases:build_database_standby",
            "google_sql_database_instance": "google_databases:build_database_standby",
        },
        "Disks": {
            "azurerm_linux_virtual_machine": "azure_compute:build_disks",
            "azurerm_linux_virtual_machine_scale_set": "azure_compute:build_disks",
            "azurerm_managed_disk": "azure_compute:build_disks",
            "azurerm_windows_virtual_machine": "azure_compute:build_disks",
            "azurerm_windows_virtual_machine_scale_set": "azure_compute:build_disks",
            "google_compute_disk": "google_compute:build_disks",
            "google_compute_instance": "google_compute:build_disks",
            "google_compute_instance_template": "google_compute:build_disks",
        },
        "EntryTraffic": {
            "azurerm_app_service": "azure_services:build_entry_traffic",
            "azurerm_app_service_slot": "azure_services:build_entry_traffic",
            "azurerm_function_app": "azure_services:build_entry_traffic",
            "azurerm_function_app_slot": "azure_services:build_entry_traffic",
            "azurerm_linux_function_app": "azure_services:build_entry_traffic",
            "azurerm_linux_function_app_slot": "azure_services:build_entry_traffic",
            "azurerm_linux_web_app": "azure_services:build_entry_traffic",
            "azurerm_linux_web_app_slot": "azure_services:build_entry_traffic",
            "azurerm_windows_function_app": "azure_services:build_entry_traffic",
            "azurerm_windows_function_app_slot": "azure_services:build_entry_traffic",
            "azurerm_windows_web_app": "azure_services:build_entry_traffic",
            "azurerm_windows_web_app_slot": "azure_services:build_entry_traffic",
        },
        "KeyRotation": {
            "azurerm_key_vault_key": "azure_keys:build_key_rotation",
            "google_kms_crypto_key": "google_keys:build_key_rotation",
        },
        "LogGroup": {
            "azurerm_log_analytics_workspace": "azure_services:build_log_group",
            "google_logging_project_bucket_config": "google_services:build_log_group",
        },
        "Machine": {
            "azurerm_linux_virtual_machine_scale_set": "azure_compute:build_machine",
            "azurerm_network_interface": "azure_compute:build_machine",
            "azurerm_windows_virtual_machine_scale_set": "azure_compute:build_machine",
            "google_compute_instance": "google_compute:build_machine",
            "google_compute_instance_template": "google_compute:build_machine",
        },
        "ManagedCluster": {
            "azurerm_kubernetes_cluster": "azure_compute:build_managed_cluster",
            "google_container_cluster": "google_compute:build_managed_cluster",
        },
        "MessageChannel": {
            "azurerm_eventhub_namespace": "azure_services:build_message_channel",
            "azurerm_servicebus_namespace": "azure_services:build_message_channel",
            "google_pubsub_topic": "google_services:build_message_channel",
        },
        "NetworkRule": {
            "azurerm_network_security_group": "azure_network:build_network_rule",
            "azurerm_network_security_rule": "azure_network:build_network_rule",
            "google_compute_firewall": "google_network:build_network_rule",
        },
        "ObjectStore": {
            "azurerm_storage_account": "azure_storage:build_object_store",
            "google_storage_bucket": "google_storage:build_object_store",
        },
        "ObjectStoreAcl": {
            "azurerm_storage_container": "azure_storage:build_object_store_acl",
            "google_storage_bucket_access_control": "google_storage:build_object_store_acl",
            "google_storage_bucket_acl": "google_storage:build_object_store_acl",
            "google_storage_default_object_access_control": "google_storage:build_object_store_acl",
            "google_storage_default_object_acl": "google_storage:build_object_store_acl",
            "google_storage_object_access_control": "google_storage:build_object_store_acl",
            "google_storage_object_acl": "google_storage:build_object_store_acl",
        },
        "ObjectStoreConnection": {
            "azurerm_storage_account": "azure_storage:build_object_store_connection",
        },
        "RecoveryWindow": {
            "azurerm_cosmosdb_account": "azure_databases:build_recovery_window",
            "azurerm_mariadb_server": "azure_databases:build_recovery_window",
            "azurerm_mssql_database": "azure_databases:build_recovery_window",
            "azurerm_mysql_flexible_server": "azure_databases:build_recovery_window",
            "azurerm_mysql_server": "azure_databases:build_recovery_window",
            "azurerm_postgresql_flexible_server": "azure_databases:build_recovery_window",
            "azurerm_postgresql_server": "azure_databases:build_recovery_window",
            "google_sql_database_instance": "google_databases:build_recovery_window",
        },
        "ResourcePolicy": {
            "google_artifact_registry_repository_iam_binding": "google_grants:build_resource_policy",
            "google_artifact_registry_repository_iam_member": "google_grants:build_resource_policy",
            "google_bigquery_dataset_iam_binding": "google_grants:build_resource_policy",
            "google_bigquery_dataset_iam_member": "google_grants:build_resource_policy",
            "google_bigquery_table_iam_binding": "google_grants:build_resource_policy",
            "google_bigquery_table_iam_member": "google_grants:build_resource_policy",
            "google_dataproc_cluster_iam_binding": "google_grants:build_resource_policy",
            "google_dataproc_cluster_iam_member": "google_grants:build_resource_policy",
            "google_kms_crypto_key_iam_binding": "google_grants:build_resource_policy",
            "google_kms_crypto_key_iam_member": "google_grants:build_resource_policy",
            "google_kms_crypto_key_iam_policy": "google_grants:build_resource_policy",
            "google_kms_key_ring_iam_binding": "google_grants:build_resource_policy",
            "google_kms_key_ring_iam_member": "google_grants:build_resource_policy",
            "google_kms_key_ring_iam_policy": "google_grants:build_resource_policy",
            "google_pubsub_subscription_iam_binding": "google_grants:build_resource_policy",
            "google_pubsub_subscription_iam_member": "google_grants:build_resource_policy",
            "google_pubsub_topic_iam_binding": "google_grants:build_resource_policy",
            "google_pubsub_topic_iam_member": "google_grants:build_resource_policy",
            "google_pubsub_topic_iam_policy": "google_grants:build_resource_policy",
            "google_secret_manager_secret_iam_binding": "google_grants:build_resource_policy",
            "google_secret_manager_secret_iam_member": "google_grants:build_resource_policy",
            "google_secret_manager_secret_iam_policy": "google_grants:build_resource_policy",
            "google_storage_bucket_iam_binding": "google_grants:build_resource_policy",
            "google_storage_bucket_iam_member": "google_grants:build_resource_policy",
            "google_storage_bucket_iam_policy": "google_grants:build_resource_policy",
        },
        "TlsEndpoint": {
            "azurerm_app_service": "azure_services:build_tls_endpoint",
            "azurerm_app_service_slot": "azure_services:build_tls_endpoint",
            "azurerm_function_app": "azure_services:build_tls_endpoint",
            "azurerm_function_app_slot": "azure_services:build_tls_endpoint",
            "azurerm_linux_function_app": "azure_services:build_tls_endpoint",
            "azurerm_linux_function_app_slot": "azure_services:build_tls_endpoint",
            "azurerm_linux_web_app": "azure_services:build_tls_endpoint",
            "azurerm_linux_web_app_slot": "azure_services:build_tls_endpoint",
            "azurerm_storage_account": "azure_storage:build_tls_endpoint",
            "azurerm_windows_function_app": "azure_services:build_tls_endpoint",
            "azurerm_windows_function_app_slot": "azure_services:build_tls_endpoint",
            "azurerm_windows_web_app": "azure_services:build_tls_endpoint",
            "azurerm_windows_web_app_slot": "azure_services:build_tls_endpoint",
            "google_compute_region_target_https_proxy": "google_services:build_tls_endpoint",
            "google_compute_target_https_proxy": "google_services:build_tls_endpoint",
            "google_compute_target_ssl_proxy": "google_services:build_tls_endpoint",
        },
    }
)


def in_all_clouds(view: ViewType) -> ViewType:
    """The view, also of what other clouds call the same thing."""
    places = ELSEWHERE[view.name]

    def select(index: GraphIndex) -> Iterator[Resource]:
        yield from view.selection.choose(index)
        yield from index.of_type(*places)

    def build(resource: Resource, index: GraphIndex) -> View | None:
        place = places.get(resource.type)
        return view.build(resource, index) if place is None else find_build(place)(resource, index)

    return ViewType(view.name, Selection((*view.selection.types, *places), select), build)


@cache
def find_build(place: str) -> _Build:
    """The function at `module:function`."""
    module, _, name = place.partition(":")
    build: _Build = getattr(import_module(f"pavior.resources.views.{module}"), name)
    return build
