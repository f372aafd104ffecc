"""What a provider does when nothing is said: the documented defaults, each with its source.

Keyed by Terraform type and attribute path without block indexes. A whole companion resource that is absent
stands under the type it belongs to, such as `aws_s3_bucket` and `versioning`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

# Raise it when a row changes: a Decision made with the old row must stay explainable.
DEFAULTS_VERSION = "2026-11"

_PROVIDER = "https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs/resources"
_AWS = "https://docs.aws.amazon.com"


@dataclass(frozen=True, slots=True)
class Default:
    """One row.

    Args:
        since: Month from which it holds, or empty when it always did.
        source: Address of the page that documents it.
    """

    type: str
    attribute: str
    value: bool | int | str
    source: str
    since: str = ""


_ROWS = (
    # New buckets get all four switches from AWS since 2023-04, but a block that was taken away leaves none, and no
    # source tells which it is. So an absent block means what AWS answers without one: nothing is blocked.
    Default(
        "aws_s3_bucket",
        "public_access_block",
        value=False,
        source=f"{_AWS}/AmazonS3/latest/API/API_GetPublicAccessBlock.html",
    ),
    Default(
        "aws_s3_bucket_public_access_block",
        "block_public_acls",
        value=False,
        source=f"{_PROVIDER}/s3_bucket_public_access_block#block_public_acls",
    ),
    Default(
        "aws_s3_bucket_public_access_block",
        "block_public_policy",
        value=False,
        source=f"{_PROVIDER}/s3_bucket_public_access_block#block_public_policy",
    ),
    Default(
        "aws_s3_bucket_public_access_block",
        "ignore_public_acls",
        value=False,
        source=f"{_PROVIDER}/s3_bucket_public_access_block#ignore_public_acls",
    ),
    Default(
        "aws_s3_bucket_public_access_block",
        "restrict_public_buckets",
        value=False,
        source=f"{_PROVIDER}/s3_bucket_public_access_block#restrict_public_buckets",
    ),
    Default(
        "aws_s3_bucket",
        "server_side_encryption",
        value="AES256",
        source=f"{_AWS}/AmazonS3/latest/userguide/default-encryption-faq.html",
        since="2023-01",
    ),
    Default(
        "aws_s3_bucket",
        "versioning",
        value="Disabled",
        source=f"{_AWS}/AmazonS3/latest/userguide/Versioning.html",
    ),
    Default(
        "aws_dynamodb_table",
        "server_side_encryption.enabled",
        value=False,
        source=f"{_PROVIDER}/dynamodb_table#server_side_encryption",
    ),
    Default(
        "aws_dynamodb_table",
        "point_in_time_recovery.enabled",
        value=False,
        source=f"{_AWS}/amazondynamodb/latest/developerguide/PointInTimeRecovery_Howitworks.html",
    ),
    Default("aws_kms_key", "enable_key_rotation", value=False, source=f"{_PROVIDER}/kms_key#enable_key_rotation"),
    Default(
        "aws_kms_key",
        "customer_master_key_spec",
        value="SYMMETRIC_DEFAULT",
        source=f"{_PROVIDER}/kms_key#customer_master_key_spec",
    ),
    # 0 is the provider's word for never.
    Default(
        "aws_cloudwatch_log_group",
        "retention_in_days",
        value=0,
        source=f"{_AWS}/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html",
    ),
)

DEFAULTS: Mapping[tuple[str, str], Default] = MappingProxyType({(row.type, row.attribute): row for row in _ROWS})


def get_default(resource_type: str, attribute: str) -> bool | int | str:
    """What holds when the attribute is not given. KeyError when the table has no row, which is a bug in a view."""
    return DEFAULTS[resource_type, attribute].value


def find_default(resource_type: str, attribute: str) -> bool | int | str | None:
    """What holds when the attribute is not given, or None when the table does not know."""
    row = DEFAULTS.get((resource_type, attribute))
    return None if row is None else row.value
