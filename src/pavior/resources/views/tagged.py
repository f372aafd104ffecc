"""Everything that can say whose it is."""

from dataclasses import dataclass

from pavior.resources.model import Resource, Sensitive, Unknown, Value
from pavior.resources.views.facts import Fact, Source, hidden, read_text
from pavior.resources.views.index import GraphIndex

# Types with `tags`, for sources that do not say so themselves; plans and states list the attribute even when empty.
# From the schema of hashicorp/aws 5.100.0, kept to what services commonly use.
_NAMES = """
    acm_certificate ami api_gateway_rest_api api_gateway_stage apigatewayv2_api apigatewayv2_stage appautoscaling_target
    athena_workgroup backup_plan backup_vault batch_compute_environment batch_job_queue cloudformation_stack
    cloudfront_distribution cloudtrail cloudwatch_event_bus cloudwatch_event_rule cloudwatch_log_group
    cloudwatch_metric_alarm codebuild_project codecommit_repository codepipeline cognito_user_pool customer_gateway
    db_instance db_option_group db_parameter_group db_subnet_group dms_replication_instance docdb_cluster
    docdb_cluster_instance dynamodb_table ebs_snapshot ebs_volume ecr_repository ecs_capacity_provider ecs_cluster
    ecs_service ecs_task_definition efs_access_point efs_file_system eip eks_cluster eks_fargate_profile eks_node_group
    elastic_beanstalk_application elastic_beanstalk_environment elasticache_cluster elasticache_replication_group
    elasticache_subnet_group elb emr_cluster flow_log fsx_lustre_file_system glacier_vault glue_job
    guardduty_detector iam_instance_profile iam_openid_connect_provider iam_policy iam_role iam_user instance
    internet_gateway kinesis_firehose_delivery_stream kinesis_stream kms_external_key kms_key kms_replica_key
    lambda_function launch_template lb lb_listener lb_listener_rule lb_target_group memorydb_cluster mq_broker
    msk_cluster nat_gateway neptune_cluster network_acl network_interface networkfirewall_firewall
    opensearch_domain rds_cluster rds_cluster_instance redshift_cluster route53_health_check route53_zone route_table
    s3_bucket s3_object sagemaker_notebook_instance secretsmanager_secret security_group service_discovery_service
    sfn_state_machine sns_topic sqs_queue ssm_document ssm_parameter subnet transfer_server vpc vpc_endpoint
    vpc_peering_connection vpn_connection vpn_gateway wafv2_web_acl
"""
_TAGGABLE_TYPES = frozenset(f"aws_{name}" for name in _NAMES.split())


@dataclass(frozen=True, slots=True)
class Tagged:
    """A resource with the tags that it will have."""

    resource: Resource
    satellites: tuple[Resource, ...]
    tags: Value
    tags_all: Value

    def tag(self, name: str) -> Fact[str]:
        """The tag's value, empty when there is no such tag."""
        # What the provider adds to everything stands in `tags_all` only.
        for attribute, tags in (("tags", self.tags), ("tags_all", self.tags_all)):
            if isinstance(tags, dict) and tags.get(name) is not None:
                return Fact(read_text(tags[name]), f"{attribute}.{name}")
        if isinstance(self.tags, Unknown):
            return Fact(self.tags, "tags")
        if isinstance(self.tags, Sensitive):
            return Fact(hidden(), "tags")
        return Fact("", "tags")


def select_tagged(index: GraphIndex) -> tuple[Resource, ...]:
    """Every resource that can have tags."""
    return tuple(
        resource
        for resource in index.graph.resources
        if resource.mode == "managed" and (resource.type in _TAGGABLE_TYPES or "tags" in resource.values)
    )


def build_tagged(resource: Resource, index: GraphIndex) -> Tagged:
    """From any resource with tags."""
    del index
    own = Source(resource)
    return Tagged(resource, (), own.value("tags"), own.value("tags_all"))
