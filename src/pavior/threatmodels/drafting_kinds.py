"""What resources are in a data-flow diagram, by type: what they do with data, and what people call them. Pure."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from pavior.resources.views.workload import WORKLOAD_KINDS
from pavior.threatmodels.model import ElementKind


class Meaning(Struct, frozen=True):
    """What a type of resource is in the diagram.

    Args:
        word: What people call it, such as `Bucket`.
    """

    kind: ElementKind
    word: str


_PROCESSES: Final = {
    "aws_api_gateway_rest_api": "API",
    "aws_apigatewayv2_api": "API",
    "aws_apprunner_service": "Service",
    "aws_appsync_graphql_api": "API",
    "aws_autoscaling_group": "Machines",
    "aws_batch_compute_environment": "Batch machines",
    "aws_cloudfront_distribution": "Distribution",
    "aws_cloudwatch_event_rule": "Event rule",
    "aws_codebuild_project": "Build",
    "aws_codepipeline": "Pipeline",
    "aws_cognito_user_pool": "Sign-in",
    "aws_dms_replication_instance": "Replication",
    "aws_ecs_service": "Service",
    "aws_eks_cluster": "Kubernetes control plane",
    "aws_eks_fargate_profile": "Pods",
    "aws_eks_node_group": "Kubernetes nodes",
    "aws_elastic_beanstalk_environment": "Application",
    "aws_elb": "Load balancer",
    "aws_emr_cluster": "Cluster",
    "aws_glue_crawler": "Crawler",
    "aws_glue_job": "Job",
    "aws_instance": "Machine",
    "aws_kinesis_firehose_delivery_stream": "Delivery stream",
    "aws_lambda_function": "Function",
    "aws_alb": "Load balancer",
    "aws_lb": "Load balancer",
    "aws_mwaa_environment": "Workflows",
    "aws_sagemaker_endpoint": "Model endpoint",
    "aws_sagemaker_notebook_instance": "Notebook",
    "aws_scheduler_schedule": "Schedule",
    "aws_sfn_state_machine": "State machine",
    "aws_spot_instance_request": "Machine",
    "aws_transfer_server": "File transfer",
    "azurerm_api_management": "API",
    "azurerm_app_service": "Application",
    "azurerm_application_gateway": "Gateway",
    "azurerm_container_app": "Application",
    "azurerm_container_group": "Containers",
    "azurerm_frontdoor": "Front door",
    "azurerm_function_app": "Function",
    "azurerm_kubernetes_cluster": "Kubernetes cluster",
    "azurerm_lb": "Load balancer",
    "azurerm_linux_function_app": "Function",
    "azurerm_linux_virtual_machine": "Machine",
    "azurerm_linux_virtual_machine_scale_set": "Machines",
    "azurerm_linux_web_app": "Application",
    "azurerm_virtual_machine": "Machine",
    "azurerm_windows_function_app": "Function",
    "azurerm_windows_virtual_machine": "Machine",
    "azurerm_windows_virtual_machine_scale_set": "Machines",
    "azurerm_windows_web_app": "Application",
    "google_app_engine_standard_app_version": "Application",
    "google_cloud_run_service": "Service",
    "google_cloud_run_v2_service": "Service",
    "google_cloudfunctions2_function": "Function",
    "google_cloudfunctions_function": "Function",
    "google_compute_global_forwarding_rule": "Load balancer",
    "google_compute_forwarding_rule": "Load balancer",
    "google_compute_instance": "Machine",
    "google_compute_instance_group_manager": "Machines",
    "google_container_cluster": "Kubernetes cluster",
    "google_container_node_pool": "Kubernetes nodes",
    "google_dataproc_cluster": "Cluster",
    **dict.fromkeys(WORKLOAD_KINDS, "Workload"),
    "Ingress": "Ingress",
}
_STORES: Final = {
    "aws_backup_vault": "Backups",
    "aws_cloudtrail": "Audit trail",
    "aws_cloudwatch_event_bus": "Event bus",
    "aws_cloudwatch_log_group": "Log",
    "aws_codecommit_repository": "Source",
    "aws_db_instance": "Database",
    "aws_docdb_cluster": "Database",
    "aws_dynamodb_global_table": "Table",
    "aws_dynamodb_table": "Table",
    "aws_ebs_volume": "Volume",
    "aws_ecr_repository": "Image registry",
    "aws_efs_file_system": "File system",
    "aws_elasticache_cluster": "Cache",
    "aws_elasticache_replication_group": "Cache",
    "aws_elasticsearch_domain": "Search",
    "aws_fsx_lustre_file_system": "File system",
    "aws_fsx_windows_file_system": "File system",
    "aws_glacier_vault": "Archive",
    "aws_kinesis_stream": "Stream",
    "aws_kms_key": "Key",
    "aws_memorydb_cluster": "Cache",
    "aws_mq_broker": "Broker",
    "aws_msk_cluster": "Broker",
    "aws_neptune_cluster": "Database",
    "aws_opensearch_domain": "Search",
    "aws_qldb_ledger": "Ledger",
    "aws_rds_cluster": "Database",
    "aws_redshift_cluster": "Warehouse",
    "aws_redshiftserverless_workgroup": "Warehouse",
    "aws_s3_bucket": "Bucket",
    "aws_secretsmanager_secret": "Secret",
    "aws_sns_topic": "Topic",
    "aws_sqs_queue": "Queue",
    "aws_ssm_parameter": "Parameter",
    "aws_timestreamwrite_database": "Database",
    "azurerm_container_registry": "Image registry",
    "azurerm_cosmosdb_account": "Database",
    "azurerm_eventhub_namespace": "Stream",
    "azurerm_key_vault": "Key vault",
    "azurerm_log_analytics_workspace": "Log",
    "azurerm_managed_disk": "Volume",
    "azurerm_mariadb_server": "Database",
    "azurerm_mssql_managed_instance": "Database",
    "azurerm_mssql_server": "Database",
    "azurerm_mysql_flexible_server": "Database",
    "azurerm_mysql_server": "Database",
    "azurerm_postgresql_flexible_server": "Database",
    "azurerm_postgresql_server": "Database",
    "azurerm_redis_cache": "Cache",
    "azurerm_search_service": "Search",
    "azurerm_servicebus_namespace": "Queue",
    "azurerm_sql_server": "Database",
    "azurerm_storage_account": "Storage",
    "azurerm_synapse_workspace": "Warehouse",
    "google_alloydb_cluster": "Database",
    "google_artifact_registry_repository": "Image registry",
    "google_bigquery_dataset": "Warehouse",
    "google_bigtable_instance": "Table",
    "google_compute_disk": "Volume",
    "google_container_registry": "Image registry",
    "google_filestore_instance": "File system",
    "google_firestore_database": "Database",
    "google_kms_crypto_key": "Key",
    "google_logging_project_bucket_config": "Log",
    "google_pubsub_topic": "Topic",
    "google_redis_instance": "Cache",
    "google_secret_manager_secret": "Secret",
    "google_spanner_instance": "Database",
    "google_sql_database_instance": "Database",
    "google_storage_bucket": "Bucket",
    "PersistentVolumeClaim": "Volume",
    "Secret": "Secret",
}
_OUTSIDERS: Final = {"aws_iam_user": "User"}
# What completes something else, and stands for itself where nobody is there that it completes.
_WHEN_ALONE: Final = {
    "aws_iam_role": "Program with the role",
    "aws_launch_configuration": "Machines",
    "aws_launch_template": "Machines",
    "aws_ecs_task_definition": "Task",
    "aws_batch_job_definition": "Job",
    "google_compute_instance_template": "Machines",
}

# What a store holds, where it is not what the service was made to keep; nothing of its own in the last.
_OF_SECRETS: Final = (
    "aws_kms_key",
    "aws_secretsmanager_secret",
    "azurerm_key_vault",
    "google_kms_crypto_key",
    "google_secret_manager_secret",
    "Secret",
)
_OF_LOGS: Final = (
    "aws_cloudtrail",
    "aws_cloudwatch_log_group",
    "azurerm_log_analytics_workspace",
    "google_logging_project_bucket_config",
)
_OF_SOURCE: Final = (
    "aws_codecommit_repository",
    "aws_ecr_repository",
    "azurerm_container_registry",
    "google_artifact_registry_repository",
    "google_container_registry",
)
DATA, SECRETS, LOGS, PROGRAMS = "data", "secrets", "logs", "programs"
HOLDINGS: Final[Mapping[str, str]] = MappingProxyType(
    {**dict.fromkeys(_OF_SECRETS, SECRETS), **dict.fromkeys(_OF_LOGS, LOGS), **dict.fromkeys(_OF_SOURCE, PROGRAMS)}
)

MEANINGS: Final[Mapping[str, Meaning]] = MappingProxyType(
    {
        **{name: Meaning(ElementKind.PROCESS, word) for name, word in _PROCESSES.items()},
        **{name: Meaning(ElementKind.DATA_STORE, word) for name, word in _STORES.items()},
        **{name: Meaning(ElementKind.EXTERNAL_ENTITY, word) for name, word in _OUTSIDERS.items()},
    }
)
MEANINGS_ALONE: Final[Mapping[str, Meaning]] = MappingProxyType(
    {name: Meaning(ElementKind.PROCESS, word) for name, word in _WHEN_ALONE.items()}
)

# Types that complete what one of their attributes names, where their own name does not tell it: `aws_s3_bucket_policy`
# completes an `aws_s3_bucket` without being listed here.
NAMES_ITS_WHOLE: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "aws_api_gateway_deployment": ("rest_api_id",),
        "aws_api_gateway_method": ("rest_api_id",),
        "aws_api_gateway_method_settings": ("rest_api_id",),
        "aws_api_gateway_stage": ("rest_api_id",),
        "aws_apigatewayv2_authorizer": ("api_id",),
        "aws_apigatewayv2_route": ("api_id",),
        "aws_apigatewayv2_stage": ("api_id",),
        # The log of a function or an API bears its name; what people look for is the function.
        "aws_cloudwatch_log_group": ("name",),
        "aws_docdb_cluster_instance": ("cluster_identifier",),
        "aws_ecr_lifecycle_policy": ("repository",),
        "aws_efs_access_point": ("file_system_id",),
        "aws_efs_backup_policy": ("file_system_id",),
        "aws_efs_mount_target": ("file_system_id",),
        "aws_eip": ("instance",),
        "aws_eip_association": ("instance_id",),
        "aws_eks_addon": ("cluster_name",),
        "aws_iam_access_key": ("user",),
        "aws_iam_group_policy": ("group",),
        "aws_iam_policy_attachment": ("roles", "users"),
        "aws_iam_role_policies_exclusive": ("role_name",),
        "aws_iam_role_policy": ("role",),
        "aws_iam_role_policy_attachment": ("role",),
        "aws_iam_user_login_profile": ("user",),
        "aws_iam_user_policy": ("user",),
        "aws_iam_user_policy_attachment": ("user",),
        "aws_kms_alias": ("target_key_id",),
        "aws_lambda_alias": ("function_name",),
        "aws_lambda_event_source_mapping": ("function_name",),
        "aws_lambda_permission": ("function_name",),
        "aws_lambda_provisioned_concurrency_config": ("function_name",),
        "aws_lb_listener": ("load_balancer_arn",),
        "aws_alb_listener": ("load_balancer_arn",),
        "aws_lb_listener_certificate": ("listener_arn",),
        "aws_lb_listener_rule": ("listener_arn",),
        "aws_alb_listener_rule": ("listener_arn",),
        "aws_rds_cluster_instance": ("cluster_identifier",),
        "aws_neptune_cluster_instance": ("cluster_identifier",),
        "aws_security_group_rule": ("security_group_id",),
        "aws_volume_attachment": ("volume_id",),
        "aws_vpc_security_group_egress_rule": ("security_group_id",),
        "aws_vpc_security_group_ingress_rule": ("security_group_id",),
        "aws_wafv2_web_acl_association": ("resource_arn",),
        "azurerm_container_registry_scope_map": ("container_registry_name",),
        "azurerm_key_vault_access_policy": ("key_vault_id",),
        "azurerm_key_vault_key": ("key_vault_id",),
        "azurerm_key_vault_secret": ("key_vault_id",),
        "azurerm_key_vault_certificate": ("key_vault_id",),
        "azurerm_mssql_database": ("server_id",),
        "azurerm_mssql_firewall_rule": ("server_id",),
        "azurerm_mysql_firewall_rule": ("server_name",),
        "azurerm_network_interface_security_group_association": ("network_interface_id",),
        "azurerm_network_security_rule": ("network_security_group_name",),
        "azurerm_postgresql_configuration": ("server_name",),
        "azurerm_postgresql_firewall_rule": ("server_name",),
        "azurerm_sql_database": ("server_name",),
        "azurerm_sql_firewall_rule": ("server_name",),
        "azurerm_storage_blob": ("storage_account_name",),
        "azurerm_storage_container": ("storage_account_name", "storage_account_id"),
        "google_bigquery_table": ("dataset_id",),
        "google_kms_crypto_key_iam_member": ("crypto_key_id",),
        "google_sql_database": ("instance",),
        "google_sql_user": ("instance",),
        "google_spanner_database": ("instance",),
    }
)

# Types that complete whatever names them in an attribute with one of these words in it.
NAMED_BY_ITS_WHOLE: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "aws_batch_job_definition": ("job_definition",),
        "aws_db_parameter_group": ("parameter_group",),
        "aws_db_subnet_group": ("subnet_group",),
        "aws_ecs_cluster": ("cluster",),
        "aws_ecs_task_definition": ("task_definition",),
        "aws_elasticache_subnet_group": ("subnet_group",),
        "aws_iam_instance_profile": ("instance_profile",),
        "aws_iam_policy": ("policy_arn",),
        "aws_iam_role": ("role",),
        "aws_alb_target_group": ("action",),
        "aws_launch_configuration": ("launch_configuration",),
        "aws_launch_template": ("launch_template",),
        # Those of a listener: others name it to be reached through it.
        "aws_lb_target_group": ("action",),
        "aws_network_interface": ("network_interface",),
        "aws_rds_cluster_parameter_group": ("parameter_group",),
        "aws_redshift_subnet_group": ("subnet_group",),
        "aws_security_group": ("security_group",),
        "azurerm_network_interface": ("network_interface",),
        "azurerm_network_security_group": ("network_security_group",),
        "google_compute_instance_template": ("instance_template",),
        "google_service_account": ("service_account",),
    }
)

# Services whose name in actions and ARNs is not in the types of their resources.
_SERVICES: Final = {
    "elasticfilesystem": ("efs",),
    "es": ("elasticsearch", "opensearch"),
    "events": ("cloudwatch_event",),
    "execute-api": ("api",),
    "logs": ("cloudwatch_log",),
    "rds": ("rds", "db"),
    "rds-db": ("rds", "db"),
    "states": ("sfn",),
}


def services_of(name: str) -> tuple[str, ...]:
    """Words of which one is in the types of a service's resources, by its name in actions and ARNs."""
    return _SERVICES.get(name, (name,))
