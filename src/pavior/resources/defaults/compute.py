"""Functions, containers, builds, notebooks and images."""

from pavior.resources.defaults.row import AWS, PROVIDER, Default

_EXEC = "configuration.execute_command_configuration"
_CONTAINERS = f"{AWS}/AmazonECS/latest/APIReference"

ROWS = (
    Default("aws_lambda_function", "package_type", value="Zip", source=f"{PROVIDER}/lambda_function#package_type"),
    # -1 is the provider's word for no limit of its own.
    Default(
        "aws_lambda_function",
        "reserved_concurrent_executions",
        value=-1,
        source=f"{PROVIDER}/lambda_function#reserved_concurrent_executions",
    ),
    Default(
        "aws_lambda_function",
        "tracing_config.mode",
        value="PassThrough",
        source=f"{AWS}/lambda/latest/api/API_TracingConfig.html",
    ),
    Default(
        "aws_sfn_state_machine",
        "tracing_configuration.enabled",
        value=False,
        source=f"{PROVIDER}/sfn_state_machine#enabled",
    ),
    Default(
        "aws_appsync_graphql_api", "xray_enabled", value=False, source=f"{PROVIDER}/appsync_graphql_api#xray_enabled"
    ),
    Default(
        "aws_sfn_state_machine",
        "logging_configuration.level",
        value="OFF",
        source=f"{PROVIDER}/sfn_state_machine#level",
    ),
    Default(
        "aws_appsync_graphql_api",
        "log_config.field_log_level",
        value="NONE",
        source=f"{AWS}/appsync/latest/devguide/monitoring.html",
    ),
    Default(
        "aws_athena_workgroup",
        "configuration.enforce_workgroup_configuration",
        value=True,
        source=f"{PROVIDER}/athena_workgroup#enforce_workgroup_configuration",
    ),
    Default(
        "aws_codebuild_project",
        "environment.environment_variable.type",
        value="PLAINTEXT",
        source=f"{PROVIDER}/codebuild_project#type",
    ),
    Default(
        "aws_codebuild_project",
        "environment.privileged_mode",
        value=False,
        source=f"{PROVIDER}/codebuild_project#privileged_mode",
    ),
    Default(
        "aws_codebuild_project",
        "artifacts.encryption_disabled",
        value=False,
        source=f"{PROVIDER}/codebuild_project#encryption_disabled",
    ),
    Default(
        "aws_codebuild_project",
        "secondary_artifacts.encryption_disabled",
        value=False,
        source=f"{PROVIDER}/codebuild_project#encryption_disabled",
    ),
    Default(
        "aws_codebuild_project",
        "logs_config.cloudwatch_logs.status",
        value="ENABLED",
        source=f"{PROVIDER}/codebuild_project#status",
    ),
    Default(
        "aws_codebuild_project",
        "logs_config.s3_logs.status",
        value="DISABLED",
        source=f"{PROVIDER}/codebuild_project#status",
    ),
    Default(
        "aws_codebuild_project",
        "logs_config.s3_logs.encryption_disabled",
        value=False,
        source=f"{PROVIDER}/codebuild_project#encryption_disabled",
    ),
    Default(
        "aws_ecs_cluster",
        "setting.container_insights",
        value=False,
        source=f"{AWS}/AmazonECS/latest/developerguide/cloudwatch-container-insights.html",
    ),
    Default("aws_ecs_cluster", f"{_EXEC}.logging", value="DEFAULT", source=f"{PROVIDER}/ecs_cluster#logging"),
    Default(
        "aws_ecs_cluster",
        f"{_EXEC}.log_configuration.cloud_watch_encryption_enabled",
        value=False,
        source=f"{_CONTAINERS}/API_ExecuteCommandLogConfiguration.html",
    ),
    Default(
        "aws_ecs_cluster",
        f"{_EXEC}.log_configuration.s3_bucket_encryption_enabled",
        value=False,
        source=f"{_CONTAINERS}/API_ExecuteCommandLogConfiguration.html",
    ),
    Default(
        "aws_ecs_service",
        "network_configuration.assign_public_ip",
        value=False,
        source=f"{PROVIDER}/ecs_service#assign_public_ip",
    ),
    Default(
        "aws_ecs_task_set",
        "network_configuration.assign_public_ip",
        value=False,
        source=f"{PROVIDER}/ecs_task_set#assign_public_ip",
    ),
    Default(
        "aws_ecs_task_definition",
        "volume.efs_volume_configuration.transit_encryption",
        value="DISABLED",
        source=f"{_CONTAINERS}/API_EFSVolumeConfiguration.html",
    ),
    Default(
        "aws_eks_cluster",
        "vpc_config.endpoint_public_access",
        value=True,
        source=f"{PROVIDER}/eks_cluster#endpoint_public_access",
    ),
    # Empty for the newest that EKS has when the cluster is made.
    Default("aws_eks_cluster", "version", value="", source=f"{PROVIDER}/eks_cluster#version"),
    Default("aws_ami", "ebs_block_device.encrypted", value=False, source=f"{PROVIDER}/ami#encrypted"),
    Default("aws_ami_copy", "encrypted", value=False, source=f"{PROVIDER}/ami_copy#encrypted"),
    Default(
        "aws_imagebuilder_image_recipe",
        "block_device_mapping.ebs.encrypted",
        value=False,
        source=f"{AWS}/imagebuilder/latest/APIReference/API_EbsInstanceBlockDeviceSpecification.html",
    ),
    Default(
        "aws_sagemaker_notebook_instance",
        "instance_metadata_service_configuration.minimum_instance_metadata_service_version",
        value=1,
        source=f"{AWS}/sagemaker/latest/APIReference/API_InstanceMetadataServiceConfiguration.html",
    ),
)
