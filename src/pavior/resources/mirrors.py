"""Attributes that only repeat what other resources say, or count them. Pure.

The provider reads them back into one resource although another one sets them. Right after an apply they differ from
what was recorded before the other was made, and later they would tell each drift twice.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from pavior.resources.model import Resource, ResourceGraph, Value

Values: TypeAlias = Mapping[str, Value]

# Attribute of aws_s3_bucket to the resource type that sets it; documented as deprecated or read-only there:
# https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs/resources/s3_bucket
_OF_BUCKETS = MappingProxyType(
    {
        "acceleration_status": "aws_s3_bucket_accelerate_configuration",
        "acl": "aws_s3_bucket_acl",
        "cors_rule": "aws_s3_bucket_cors_configuration",
        "grant": "aws_s3_bucket_acl",
        "lifecycle_rule": "aws_s3_bucket_lifecycle_configuration",
        "logging": "aws_s3_bucket_logging",
        "object_lock_configuration": "aws_s3_bucket_object_lock_configuration",
        "policy": "aws_s3_bucket_policy",
        "replication_configuration": "aws_s3_bucket_replication_configuration",
        "request_payer": "aws_s3_bucket_request_payment_configuration",
        "server_side_encryption_configuration": "aws_s3_bucket_server_side_encryption_configuration",
        "versioning": "aws_s3_bucket_versioning",
        "website": "aws_s3_bucket_website_configuration",
    }
)


def without_mirrored(
    resource: Resource, expected: Values, actual: Values, declared: ResourceGraph
) -> tuple[Values, Values]:
    """Both sides without what another resource of `declared` sets. What nobody declared stays, and can drift."""
    cut = _CUTS.get(resource.type)
    return cut(resource, expected, actual, declared) if cut else (expected, actual)


def _bucket(resource: Resource, expected: Values, actual: Values, declared: ResourceGraph) -> tuple[Values, Values]:
    names = _names(resource, "id", "bucket")
    set_elsewhere = {item.type for item in declared.resources if item.values.get("bucket") in names}
    mirrored = {attribute for attribute, satellite in _OF_BUCKETS.items() if satellite in set_elsewhere}
    return _without(expected, mirrored), _without(actual, mirrored)


def _role(resource: Resource, expected: Values, actual: Values, declared: ResourceGraph) -> tuple[Values, Values]:
    """One by one, because somebody may have added a policy of his own beside ours."""
    names = _names(resource, "id", "name")
    ours = [item for item in declared.resources if item.values.get("role") in names]
    inline = [item.values.get("name") for item in ours if item.type == "aws_iam_role_policy"]
    attached = [item.values.get("policy_arn") for item in ours if item.type == "aws_iam_role_policy_attachment"]

    def cut(values: Values) -> Values:
        kept = dict(values)
        policies, arns = values.get("inline_policy"), values.get("managed_policy_arns")
        if isinstance(policies, list):
            kept["inline_policy"] = [
                item for item in policies if not (isinstance(item, dict) and item.get("name") in inline)
            ]
        if isinstance(arns, list):
            kept["managed_policy_arns"] = [item for item in arns if item not in attached]
        return kept

    return cut(expected), cut(actual)


def _policy(resource: Resource, expected: Values, actual: Values, declared: ResourceGraph) -> tuple[Values, Values]:
    """How often it is attached is said by whoever attaches it."""
    del resource, declared
    counts = {"attachment_count"}
    return _without(expected, counts), _without(actual, counts)


_CUTS: Mapping[str, Callable[[Resource, Values, Values, ResourceGraph], tuple[Values, Values]]] = MappingProxyType(
    {"aws_s3_bucket": _bucket, "aws_iam_role": _role, "aws_iam_policy": _policy}
)


def _names(resource: Resource, *attributes: str) -> list[Value]:
    """What others may call it."""
    return [value for value in map(resource.values.get, attributes) if isinstance(value, str) and value]


def _without(values: Values, names: set[str]) -> Values:
    return {name: value for name, value in values.items() if name not in names}
