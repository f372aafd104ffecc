"""Which attributes are maps. In JSON a map and a block look the same, and only the provider's schema tells them apart.

Source: `terraform providers schema -json` of hashicorp/aws 6, optional and required attributes of a map or object type;
for others the documentation of hashicorp/kubernetes, hashicorp/google and hashicorp/azurerm.
"""

# Attributes of this name are maps wherever they stand.
_MAPS = frozenset(
    """
    additional_encryption_context additional_version_weights advanced_options airflow_configuration_options
    allocation_resource_tags ami_tags arguments athena_properties attribute_mapping authentication_request_extra_params
    backup_options client_metadata client_properties column_to_json_key_mappings command_line_arguments
    connector_configuration container_environment_variables credentials_map custom_properties default_arguments
    default_run_properties driver_opts dynamic_parameters encryption_context_equals encryption_context_subset
    entity_overrides environment_variables event_configurations expression_attribute_names extra_params
    final_backup_tags global_settings group_weights header_parameters hyperparameters incident_tags input_paths
    instance_tags job_tags
    label_set labels locale_specification log_destination maintenance_configuration mappings non_overridable_arguments
    parameter_overrides ports principal_tags profile_properties property_map provider_details query_string_parameters
    recovery_point_tags regional_parameters request_models request_parameters request_templates requests required_claims
    resource_type_management_preference resource_type_opt_in_preference response_models response_templates
    restore_metadata_overrides roles runtime_environment_secrets runtime_environment_variables session_attributes
    skewed_column_value_location_maps stage_variable_overrides stage_variables staging_area_tags
    supported_login_providers table_configurations tag_map tags tags_all tags_to_add target_tags task_properties
    test_bot_alias_tags token_signing_public_keys token_url_custom_properties triggers validation_data
    values_importance_map variable_tags variables video_codec_options volume_tags weights
    annotations binary_data data match_labels node_selector selector string_data
    app_settings default_labels effective_labels keepers resource_labels terraform_labels triggers_replace user_labels
    """.split()  # noqa: SIM905 - a word a name
)
# Elsewhere these are blocks.
_MAPS_OF_TYPES = {
    "attributes": frozenset(
        ("aws_appmesh_virtual_node", "aws_cognito_user", "aws_customerprofiles_profile", "aws_iot_thing")
    ),
    "configuration": frozenset(("aws_codepipeline",)),
    "connection_properties": frozenset(("aws_glue_connection",)),
    "context": frozenset(("aws_kms_ciphertext", "aws_kms_secret", "aws_kms_secrets")),
    "dimensions": frozenset(
        ("aws_autoscalingplans_scaling_plan", "aws_cloudwatch_log_metric_filter", "aws_cloudwatch_metric_alarm")
    ),
    "encryption_configuration": frozenset(("aws_s3tables_table", "aws_s3tables_table_bucket")),
    "environment": frozenset(
        (
            "aws_lightsail_container_service_deployment_version",
            "aws_sagemaker_data_quality_job_definition",
            "aws_sagemaker_model",
        )
    ),
    "metadata": frozenset(
        ("aws_s3_bucket_object", "aws_s3_object", "aws_s3_object_copy", "google_compute_instance",
         "google_compute_instance_template", "google_compute_project_metadata")
    ),
    "permissions": frozenset(("aws_ssm_document",)),
    "properties": frozenset(
        ("aws_athena_database", "aws_ecs_task_definition", "aws_emr_cluster", "aws_emr_instance_fleet")
    ),
    "response_parameters": frozenset(
        (
            "aws_api_gateway_gateway_response",
            "aws_api_gateway_integration_response",
            "aws_api_gateway_method_response",
        )
    ),
    "resource_tags": frozenset(
        ("aws_ecr_repository_creation_template", "aws_fms_policy", "aws_imagebuilder_infrastructure_configuration")
    ),
}  # fmt: skip
# Of these even that is decided by where the attribute stands, so both are possible within one type.
_EITHER = frozenset(("limits", "options", "parameters", "user_defined_fields"))
_COST_EXPLORER = "aws_ce_"
# Stands around such an object, as a function that nobody can write.
EITHER = "a block or a map"


def is_map(resource_type: str, name: str) -> bool | None:
    """Whether an object under this name is a map; False for a block, None when that cannot be told."""
    if name in _EITHER:
        return None
    if name == "tags" and resource_type.startswith(_COST_EXPLORER):
        return False
    return name in _MAPS or resource_type in _MAPS_OF_TYPES.get(name, ())
