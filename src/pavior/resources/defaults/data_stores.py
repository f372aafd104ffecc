"""Relational databases, warehouses, caches and search domains."""

from pavior.resources.defaults.row import AWS, PROVIDER, Default

# What the provider's page of the type says beside the attribute.
_ON_THE_TYPES_PAGE: tuple[tuple[str, str, bool | int | str], ...] = (
    ("aws_dax_cluster", "cluster_endpoint_encryption_type", "NONE"),
    ("aws_dax_cluster", "server_side_encryption.enabled", False),
    ("aws_db_instance", "auto_minor_version_upgrade", True),
    ("aws_db_instance", "backup_retention_period", 0),
    ("aws_db_instance", "copy_tags_to_snapshot", False),
    ("aws_db_instance", "deletion_protection", False),
    ("aws_db_instance", "iam_database_authentication_enabled", False),
    ("aws_db_instance", "monitoring_interval", 0),
    ("aws_db_instance", "multi_az", False),
    ("aws_db_instance", "performance_insights_enabled", False),
    ("aws_db_instance", "publicly_accessible", False),
    ("aws_db_instance", "storage_encrypted", False),
    ("aws_dms_replication_instance", "auto_minor_version_upgrade", False),
    ("aws_dms_replication_instance", "multi_az", False),
    ("aws_dms_replication_instance", "publicly_accessible", False),
    ("aws_docdb_cluster", "backup_retention_period", 1),
    ("aws_docdb_cluster", "deletion_protection", False),
    ("aws_docdb_cluster", "storage_encrypted", False),
    ("aws_elasticache_cluster", "snapshot_retention_limit", 0),
    ("aws_elasticache_replication_group", "at_rest_encryption_enabled", False),
    ("aws_elasticache_replication_group", "auto_minor_version_upgrade", True),
    ("aws_elasticache_replication_group", "multi_az_enabled", False),
    ("aws_elasticache_replication_group", "snapshot_retention_limit", 0),
    ("aws_memorydb_cluster", "auto_minor_version_upgrade", True),
    ("aws_memorydb_cluster", "snapshot_retention_limit", 0),
    ("aws_memorydb_cluster", "tls_enabled", True),
    ("aws_neptune_cluster", "backup_retention_period", 1),
    ("aws_neptune_cluster", "copy_tags_to_snapshot", False),
    ("aws_neptune_cluster", "deletion_protection", False),
    ("aws_neptune_cluster", "iam_database_authentication_enabled", False),
    ("aws_neptune_cluster", "storage_encrypted", False),
    ("aws_neptune_cluster_instance", "auto_minor_version_upgrade", True),
    ("aws_neptune_cluster_instance", "publicly_accessible", False),
    ("aws_rds_cluster", "backup_retention_period", 1),
    ("aws_rds_cluster", "copy_tags_to_snapshot", False),
    ("aws_rds_cluster", "deletion_protection", False),
    ("aws_rds_cluster", "iam_database_authentication_enabled", False),
    ("aws_rds_cluster", "storage_encrypted", False),
    ("aws_rds_cluster_instance", "auto_minor_version_upgrade", True),
    ("aws_rds_cluster_instance", "monitoring_interval", 0),
    ("aws_rds_cluster_instance", "performance_insights_enabled", False),
    ("aws_rds_cluster_instance", "publicly_accessible", False),
    ("aws_redshift_cluster", "allow_version_upgrade", True),
    ("aws_redshift_cluster", "automated_snapshot_retention_period", 1),
    ("aws_redshift_cluster", "encrypted", False),
    ("aws_redshift_cluster", "logging.enable", False),
    ("aws_redshift_cluster", "publicly_accessible", True),
    ("aws_redshiftserverless_workgroup", "publicly_accessible", False),
)
_OF_A_SEARCH_DOMAIN: tuple[tuple[str, bool | int | str], ...] = (
    ("advanced_security_options.enabled", False),
    ("cluster_config.dedicated_master_enabled", False),
    ("cluster_config.instance_count", 1),
    ("cluster_config.warm_enabled", False),
    ("domain_endpoint_options.enforce_https", True),
    ("encrypt_at_rest.enabled", False),
    ("log_publishing_options.enabled", True),
    ("node_to_node_encryption.enabled", False),
)


def _page(resource_type: str, attribute: str) -> str:
    return f"{PROVIDER}/{resource_type.removeprefix('aws_')}#{attribute.rpartition('.')[2]}"


ROWS = (
    *(
        Default(resource_type, attribute, value=value, source=_page(resource_type, attribute))
        for resource_type, attribute, value in _ON_THE_TYPES_PAGE
    ),
    Default(
        "aws_elasticache_replication_group",
        "transit_encryption_enabled",
        value=False,
        source=f"{AWS}/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html",
    ),
    # Until version 5 of the provider, which wants it said.
    Default(
        "aws_rds_cluster",
        "engine",
        value="aurora",
        source="https://registry.terraform.io/providers/hashicorp/aws/4.67.0/docs/resources/rds_cluster#engine",
    ),
    *(
        Default(resource_type, attribute, value=value, source=_page(resource_type, attribute))
        for resource_type in ("aws_elasticsearch_domain", "aws_opensearch_domain")
        for attribute, value in _OF_A_SEARCH_DOMAIN
    ),
    # Without the block, HTTP is taken; the provider's own default holds inside of the block only.
    *(
        Default(
            resource_type,
            attribute,
            value=value,
            source=f"{AWS}/opensearch-service/latest/APIReference/API_DomainEndpointOptions.html",
        )
        for resource_type in ("aws_elasticsearch_domain", "aws_opensearch_domain")
        for attribute, value in (
            ("domain_endpoint_options", False),
            ("domain_endpoint_options.tls_security_policy", "Policy-Min-TLS-1-0-2019-07"),
        )
    ),
)
