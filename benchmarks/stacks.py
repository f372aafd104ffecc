"""One invented stack in the two forms that a check reads: a Terraform plan as JSON, and the source of the same things.

A service has 20 resources, each of another AWS type: a bucket with its satellites, a key, a queue, a table, a database,
a function with its role, a network, a machine. Names of made things are known after the apply, so satellites find what
they complete by reference, as in a first plan. A third of the services has something wrong; which, follows from its
number.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

RESOURCES_PER_SERVICE = 20

# A reference to another resource of the same service: resource type and attribute.
_OTHER = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Planned:
    """One resource.

    Args:
        known: Attributes with literal values; a list of mappings is a block.
        made: Attributes that refer to another resource, and so are known after the apply.
        computed: Attributes that the provider chooses.
        absent: Attributes that nobody wrote, null in a plan.
    """

    type: str
    known: dict[str, Any]
    made: dict[str, _OTHER] = field(default_factory=dict)
    computed: tuple[str, ...] = ("arn", "id")
    absent: tuple[str, ...] = ()


def plan_json(resources: int, first: int = 0) -> bytes:
    """A plan with this many resources, rounded up to whole services; 19 MB for 10,000.

    Args:
        first: Number of the first service, so that two stacks can have no name in common.
    """
    planned: list[Any] = []
    changes: list[Any] = []
    configured: list[Any] = []
    for number, item in _resources(resources, first):
        name = _name(number)
        address = f"{item.type}.{name}"
        nothing = dict.fromkeys((*item.absent, *_ALWAYS_ABSENT))
        after = {**item.known, **nothing}
        head = {"address": address, "mode": "managed", "type": item.type, "name": name, "provider_name": _PROVIDER}
        hidden: dict[str, Any] = {key: [{} for _ in value] for key, value in item.known.items() if _is_block(value)}
        planned.append({**head, "schema_version": 0, "values": after, "sensitive_values": {**hidden, "tags_all": {}}})
        unknown = {**dict.fromkeys((*item.computed, *item.made), True), **hidden, "tags_all": True}
        change = {"actions": ["create"], "before": None, "after": after, "after_unknown": unknown}
        changes.append({**head, "change": {**change, "before_sensitive": False, "after_sensitive": hidden}})
        configured.append(_configured(item, name, address))
    return json.dumps(
        {
            "format_version": "1.2",
            "terraform_version": "1.11.4",
            "planned_values": {"root_module": {"resources": planned}},
            "resource_changes": changes,
            "prior_state": {"format_version": "1.0", "terraform_version": "1.11.4", "values": {"root_module": {}}},
            "configuration": {
                "provider_config": {"aws": {"name": "aws", "full_name": _PROVIDER}},
                "root_module": {"resources": configured},
            },
            "timestamp": "2026-11-28T00:00:00Z",
            "complete": True,
            "errored": False,
        }
    ).encode()


def source_hcl(resources: int) -> str:
    """The same resources as Terraform source."""
    return "\n".join(_hcl(number, item) for number, item in _resources(resources, 0))


_PROVIDER = "registry.terraform.io/hashicorp/aws"
_ALWAYS_ABSENT = ("timeouts", "region_override")
_TAGS = {"owner": "payments", "data-class": "internal", "service": "orders", "environment": "prod"}


def _name(number: int) -> str:
    return f"service_{number}"


def _resources(wanted: int, first: int) -> Iterator[tuple[int, _Planned]]:
    for number in range(first, first - (-wanted // RESOURCES_PER_SERVICE)):
        yield from ((number, item) for item in _service(number))


def _service(number: int) -> list[_Planned]:
    """The resources of one service; what is wrong with it follows from its number."""
    is_careless = number % 3 == 0
    name = f"acme-orders-{number}"
    assume = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
        ],
    }
    allowed = "*" if is_careless else f"arn:aws:s3:::{name}/*"
    permissions = {
        "Version": "2012-10-17",
        "Statement": [
            {"Sid": "Read", "Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": allowed},
            {"Sid": "Log", "Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": f"arn:aws:logs:*:*:{name}"},
        ],
    }
    return [
        _Planned(
            "aws_s3_bucket",
            {"bucket": name, "force_destroy": False, "tags": _TAGS},
            computed=(
                "arn",
                "id",
                "bucket_domain_name",
                "hosted_zone_id",
                "region",
                "acl",
                "policy",
                "versioning",
                "server_side_encryption_configuration",
                "logging",
                "website",
                "request_payer",
            ),
        ),
        _Planned(
            "aws_s3_bucket_public_access_block",
            {
                "block_public_acls": True,
                "block_public_policy": True,
                "ignore_public_acls": not is_careless,
                "restrict_public_buckets": True,
            },
            {"bucket": ("aws_s3_bucket", "id")},
            ("id",),
        ),
        _Planned(
            "aws_s3_bucket_versioning",
            {"versioning_configuration": [{"status": "Suspended" if is_careless else "Enabled", "mfa_delete": None}]},
            {"bucket": ("aws_s3_bucket", "id")},
            ("id",),
            ("mfa", "expected_bucket_owner"),
        ),
        _Planned(
            "aws_s3_bucket_server_side_encryption_configuration",
            {
                "rule": [
                    {
                        "apply_server_side_encryption_by_default": [{"sse_algorithm": "aws:kms"}],
                        "bucket_key_enabled": True,
                    }
                ]
            },
            {"bucket": ("aws_s3_bucket", "id")},
            ("id",),
            ("expected_bucket_owner",),
        ),
        _Planned(
            "aws_s3_bucket_lifecycle_configuration",
            {"rule": [{"id": "old", "status": "Enabled", "expiration": [{"days": 365}], "filter": [{"prefix": ""}]}]},
            {"bucket": ("aws_s3_bucket", "id")},
            ("id", "transition_default_minimum_object_size"),
        ),
        _Planned(
            "aws_kms_key",
            {
                "description": f"Data of {name}",
                "enable_key_rotation": not is_careless,
                "deletion_window_in_days": 30,
                "is_enabled": True,
                "key_usage": "ENCRYPT_DECRYPT",
                "customer_master_key_spec": "SYMMETRIC_DEFAULT",
                "tags": _TAGS,
            },
            computed=("arn", "id", "key_id", "multi_region", "policy", "rotation_period_in_days"),
            absent=("custom_key_store_id", "xks_key_id"),
        ),
        _Planned(
            "aws_kms_alias", {"name": f"alias/{name}"}, {"target_key_id": ("aws_kms_key", "key_id")}, ("arn", "id")
        ),
        _Planned(
            "aws_cloudwatch_log_group",
            {"name": f"/services/{name}", "retention_in_days": 1 if is_careless else 365, "skip_destroy": False},
            {"kms_key_id": ("aws_kms_key", "arn")},
            ("arn", "id", "log_group_class", "name_prefix"),
        ),
        _Planned(
            "aws_sqs_queue",
            {"name": name, "message_retention_seconds": 345600, "visibility_timeout_seconds": 30, "tags": _TAGS},
            {"kms_master_key_id": ("aws_kms_key", "arn")},
            ("arn", "id", "url", "policy", "sqs_managed_sse_enabled", "redrive_policy"),
            ("fifo_throughput_limit", "deduplication_scope"),
        ),
        _Planned(
            "aws_dynamodb_table",
            {
                "name": name,
                "billing_mode": "PAY_PER_REQUEST",
                "hash_key": "id",
                "attribute": [{"name": "id", "type": "S"}],
                "point_in_time_recovery": [{"enabled": not is_careless}],
                "deletion_protection_enabled": True,
                "tags": _TAGS,
            },
            computed=("arn", "id", "read_capacity", "write_capacity", "stream_arn", "stream_label"),
        ),
        _Planned(
            "aws_db_instance",
            {
                "identifier": name,
                "engine": "postgres",
                "instance_class": "db.t4g.medium",
                "allocated_storage": 100,
                "storage_encrypted": True,
                "publicly_accessible": is_careless,
                "backup_retention_period": 14,
                "deletion_protection": not is_careless,
                "multi_az": True,
                "iam_database_authentication_enabled": True,
                "auto_minor_version_upgrade": True,
                "copy_tags_to_snapshot": True,
                "manage_master_user_password": True,
                "username": "orders",
                "performance_insights_enabled": True,
                "monitoring_interval": 60,
                "enabled_cloudwatch_logs_exports": ["postgresql", "upgrade"],
                "skip_final_snapshot": False,
                "tags": _TAGS,
            },
            {"kms_key_id": ("aws_kms_key", "arn")},
            (
                "arn",
                "id",
                "address",
                "endpoint",
                "port",
                "engine_version",
                "ca_cert_identifier",
                "storage_type",
                "backup_window",
                "maintenance_window",
                "master_user_secret",
                "parameter_group_name",
                "network_type",
            ),
            ("password", "snapshot_identifier", "replicate_source_db", "domain", "character_set_name"),
        ),
        _Planned(
            "aws_iam_role",
            {
                "name": name,
                "assume_role_policy": json.dumps(assume),
                "max_session_duration": 3600,
                "path": "/",
                "force_detach_policies": False,
                "tags": _TAGS,
            },
            computed=("arn", "id", "create_date", "unique_id", "managed_policy_arns", "inline_policy", "name_prefix"),
            absent=("permissions_boundary", "description"),
        ),
        _Planned(
            "aws_iam_role_policy",
            {"name": "read", "policy": json.dumps(permissions)},
            {"role": ("aws_iam_role", "id")},
            ("id", "name_prefix"),
        ),
        _Planned(
            "aws_lambda_function",
            {
                "function_name": name,
                "runtime": "python3.13",
                "handler": "app.main",
                "filename": "app.zip",
                "memory_size": 256,
                "timeout": 30,
                "reserved_concurrent_executions": 20,
                "environment": [{"variables": {"LEVEL": "info", "TABLE": name}}],
                "tracing_config": [{"mode": "PassThrough" if is_careless else "Active"}],
                "tags": _TAGS,
            },
            {"role": ("aws_iam_role", "arn")},
            ("arn", "id", "architectures", "code_sha256", "invoke_arn", "last_modified", "qualified_arn", "version"),
            ("code_signing_config_arn", "image_uri", "kms_key_arn", "layers"),
        ),
        _Planned(
            "aws_ecr_repository",
            {
                "name": name,
                "image_tag_mutability": "IMMUTABLE",
                "image_scanning_configuration": [{"scan_on_push": not is_careless}],
                "force_delete": False,
            },
            computed=("arn", "id", "registry_id", "repository_url"),
        ),
        _Planned(
            "aws_security_group",
            {
                "name": name,
                "description": f"Network of {name}",
                "ingress": [
                    {
                        "cidr_blocks": ["0.0.0.0/0" if is_careless else "10.0.0.0/8"],
                        "description": "People",
                        "from_port": 22 if is_careless else 443,
                        "to_port": 22 if is_careless else 443,
                        "protocol": "tcp",
                    }
                ],
                "tags": _TAGS,
            },
            computed=("arn", "id", "owner_id", "vpc_id", "egress", "name_prefix"),
        ),
        _Planned(
            "aws_vpc_security_group_egress_rule",
            {"cidr_ipv4": "10.0.0.0/8", "from_port": 5432, "to_port": 5432, "ip_protocol": "tcp"},
            {"security_group_id": ("aws_security_group", "id")},
            ("arn", "id", "security_group_rule_id"),
            ("cidr_ipv6", "prefix_list_id", "referenced_security_group_id"),
        ),
        _Planned(
            "aws_instance",
            {
                "ami": "ami-0abcdef1234567890",
                "instance_type": "t3.medium",
                "ebs_optimized": True,
                "monitoring": True,
                "associate_public_ip_address": False,
                "metadata_options": [
                    {"http_tokens": "optional" if is_careless else "required", "http_put_response_hop_limit": 1}
                ],
                "root_block_device": [{"encrypted": True, "volume_size": 20}],
                "tags": _TAGS,
            },
            computed=(
                "arn",
                "id",
                "availability_zone",
                "private_ip",
                "public_ip",
                "subnet_id",
                "user_data",
                "key_name",
                "security_groups",
                "vpc_security_group_ids",
                "host_id",
                "iam_instance_profile",
                "cpu_options",
            ),
            absent=("hibernation", "user_data_replace", "launch_template"),
        ),
        _Planned(
            "aws_ebs_volume",
            {"availability_zone": "eu-central-1a", "size": 100, "encrypted": not is_careless, "type": "gp3"},
            {"kms_key_id": ("aws_kms_key", "arn")},
            ("arn", "id", "iops", "snapshot_id", "throughput"),
        ),
        _Planned(
            "aws_sns_topic",
            {"name": name, "fifo_topic": False, "tags": _TAGS},
            {"kms_master_key_id": ("aws_kms_key", "arn")},
            ("arn", "id", "owner", "policy", "name_prefix"),
            ("delivery_policy", "display_name", "signature_version"),
        ),
    ]


def _is_block(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)


def _configured(item: _Planned, name: str, address: str) -> dict[str, Any]:
    expressions = {key: _expression(value) for key, value in item.known.items()}
    for attribute, (kind, wanted) in item.made.items():
        expressions[attribute] = {"references": [f"{kind}.{name}.{wanted}", f"{kind}.{name}"]}
    return {
        "address": address,
        "mode": "managed",
        "type": item.type,
        "name": name,
        "provider_config_key": "aws",
        "expressions": expressions,
        "schema_version": 0,
    }


def _expression(value: object) -> Any:
    if isinstance(value, list) and _is_block(value):
        return [{key: _expression(inner) for key, inner in block.items()} for block in value]
    return {"constant_value": value}


def _hcl(number: int, item: _Planned) -> str:
    name = _name(number)
    lines = [f'resource "{item.type}" "{name}" {{']
    lines += [f"  {attribute} = {kind}.{name}.{wanted}" for attribute, (kind, wanted) in item.made.items()]
    lines += _body(item.known, "  ")
    return "\n".join((*lines, "}", ""))


def _body(values: dict[str, Any], indent: str) -> Iterator[str]:
    for key, value in values.items():
        if _is_block(value):
            for block in value:
                yield f"{indent}{key} {{"
                yield from _body(block, indent + "  ")
                yield f"{indent}}}"
        elif isinstance(value, dict):
            yield f"{indent}{key} = {{"
            yield from (f"{indent}  {json.dumps(inner)} = {json.dumps(item)}" for inner, item in value.items())
            yield f"{indent}}}"
        else:
            yield f"{indent}{key} = {json.dumps(value)}"
