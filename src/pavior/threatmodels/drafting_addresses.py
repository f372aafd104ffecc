"""Which things have an address on the internet; whether somebody gets in there is for others to say. Pure."""

from collections.abc import Callable, Mapping
from typing import Final, cast

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import Resource, Unknown
from pavior.resources.views import VIEWS, GraphIndex
from pavior.resources.views.database_access import DatabaseEndpoint
from pavior.resources.views.facts import Source, Truth, any_of, equals, negated
from pavior.resources.views.machine import Machine
from pavior.resources.views.written import as_written

# Of Azure and Google Cloud.
WEB_APPS: Final = (
    "azurerm_app_service",
    "azurerm_function_app",
    "azurerm_linux_function_app",
    "azurerm_linux_web_app",
    "azurerm_windows_function_app",
    "azurerm_windows_web_app",
)
_DATABASES: Final = (
    "azurerm_cosmosdb_account",
    "azurerm_mariadb_server",
    "azurerm_mssql_managed_instance",
    "azurerm_mssql_server",
    "azurerm_mysql_flexible_server",
    "azurerm_mysql_server",
    "azurerm_postgresql_flexible_server",
    "azurerm_postgresql_server",
    "azurerm_redis_cache",
    "azurerm_search_service",
    "azurerm_synapse_workspace",
    "google_sql_database_instance",
)
# What is guarded by security groups: one of the network's own where none is named.
GUARDED_BY_GROUPS: Final = frozenset(
    {
        "aws_alb",
        "aws_autoscaling_group",
        "aws_db_instance",
        "aws_dms_replication_instance",
        "aws_ecs_service",
        "aws_elb",
        "aws_instance",
        "aws_launch_configuration",
        "aws_launch_template",
        "aws_lb",
        "aws_mq_broker",
        "aws_redshift_cluster",
        "aws_redshiftserverless_workgroup",
        "aws_spot_instance_request",
        "azurerm_linux_virtual_machine",
        "azurerm_windows_virtual_machine",
    }
)
# Things of AWS that may have an address on the internet, which nothing here tells.
MAY_HAVE_ADDRESSES: Final = frozenset(
    {
        "aws_batch_compute_environment",
        "aws_ecs_task_definition",
        "aws_eks_fargate_profile",
        "aws_eks_node_group",
        "aws_elastic_beanstalk_environment",
        "aws_emr_cluster",
        "aws_msk_cluster",
        "aws_sagemaker_notebook_instance",
    }
)


_TEMPLATES: Final = ("launch_template", "launch_configuration", "mixed_instances_policy")


def _is_machine_addressed(resource: Resource, index: GraphIndex) -> Truth:
    machine = cast("Machine", VIEWS["Machine"].build(resource, index))
    return machine.has_public_address.value


def _is_endpoint_public(resource: Resource, index: GraphIndex) -> Truth:
    view = cast("DatabaseEndpoint | None", VIEWS["DatabaseEndpoint"].build(resource, index))
    return False if view is None else view.is_public.value


def _is_not_internal(attribute: str) -> Callable[[Resource, GraphIndex], Truth]:
    def is_reached(resource: Resource, _: GraphIndex) -> Truth:
        own = Source(as_written(resource))
        return negated(own.truth(attribute).value) if own.is_written(attribute) else True

    return is_reached


def _says(attribute: str, *, unless: bool = False) -> Callable[[Resource, GraphIndex], Truth]:
    """Whether an attribute says yes; `unless` where nothing is written."""

    def is_reached(resource: Resource, _: GraphIndex) -> Truth:
        own = Source(as_written(resource))
        return own.truth(attribute).value if own.is_written(attribute) else unless

    return is_reached


def _is_api_public(resource: Resource, _: GraphIndex) -> Truth:
    own = Source(as_written(resource))
    kinds = own.value("endpoint_configuration.0.types")
    if isinstance(kinds, Unknown):
        return kinds
    leaves = [kind for kind in kinds if isinstance(kind, str | Unknown)] if isinstance(kinds, list) else []
    return negated(any_of(equals(kind, "PRIVATE") for kind in leaves))


def _is_template_addressed(resource: Resource, index: GraphIndex) -> Truth:
    """Whether the template of a group gives its machines public addresses."""
    named = dict.fromkeys(address for path in _TEMPLATES for address in Source(resource).references(path))
    templates = [found for address in named if (found := index.find(address)) is not None]
    known = [item for item in templates if item.type in ADDRESSES]
    if not known:
        return Unknown(UnknownReason.NOT_EVALUATED, "the template of the machines is not in sight")
    return any_of(_is_machine_addressed(item, index) for item in known)


def _is_transfer_public(resource: Resource, _: GraphIndex) -> Truth:
    own = Source(as_written(resource))
    # docs.aws.amazon.com/transfer/latest/APIReference/API_CreateServer.html: public unless it is said.
    return equals(own.text("endpoint_type").value, "PUBLIC") if own.is_written("endpoint_type") else True


def _is_interface_addressed(resource: Resource, index: GraphIndex) -> Truth:
    """Whether one of the network interfaces that a machine names has a public address."""
    named = (index.find(address) for address in Source(resource).references("network_interface_ids"))
    interfaces = [item for item in named if item is not None and item.type == "azurerm_network_interface"]
    if not interfaces:
        return Unknown(UnknownReason.NOT_EVALUATED, "the interfaces of the machine are not in sight")
    return any_of(_is_machine_addressed(item, index) for item in interfaces)


def _always(_: Resource, __: GraphIndex) -> Truth:
    return True


# Type to whether it has an address on the internet; whether somebody gets in there is for its security groups to say.
ADDRESSES: Final[Mapping[str, Callable[[Resource, GraphIndex], Truth]]] = {
    "aws_alb": _is_not_internal("internal"),
    "aws_api_gateway_rest_api": _is_api_public,
    "aws_apigatewayv2_api": _is_not_internal("disable_execute_api_endpoint"),
    "aws_apprunner_service": _always,
    "aws_autoscaling_group": _is_template_addressed,
    "aws_appsync_graphql_api": _always,
    "aws_cloudfront_distribution": _says("enabled", unless=True),
    "aws_cognito_user_pool": _always,
    "aws_db_instance": _is_endpoint_public,
    "aws_dms_replication_instance": _is_endpoint_public,
    "aws_ecs_service": _says("network_configuration.0.assign_public_ip"),
    "aws_eks_cluster": _says("vpc_config.0.endpoint_public_access", unless=True),
    "aws_elasticsearch_domain": _is_endpoint_public,
    "aws_elb": _is_not_internal("internal"),
    "aws_instance": _is_machine_addressed,
    "aws_launch_configuration": _is_machine_addressed,
    "aws_launch_template": _is_machine_addressed,
    "aws_lb": _is_not_internal("internal"),
    "aws_mq_broker": _says("publicly_accessible"),
    "aws_opensearch_domain": _is_endpoint_public,
    "aws_redshift_cluster": _is_endpoint_public,
    "aws_redshiftserverless_workgroup": _is_endpoint_public,
    "aws_spot_instance_request": _is_machine_addressed,
    "aws_transfer_server": _is_transfer_public,
    **dict.fromkeys(WEB_APPS, _says("public_network_access_enabled", unless=True)),
    "azurerm_linux_virtual_machine": _is_interface_addressed,
    "azurerm_windows_virtual_machine": _is_interface_addressed,
    **dict.fromkeys(_DATABASES, _is_endpoint_public),
}
