"""Places that keep records, such as a DynamoDB table."""

from dataclasses import dataclass
from typing import Final

from pavior.resources.model import Resource, Unknown
from pavior.resources.views.facts import Fact, Source
from pavior.resources.views.index import GraphIndex
from pavior.resources.views.keys import own_key
from pavior.resources.views.kinds import ViewType, of_types

DATABASE_TYPES: Final = ("aws_dynamodb_table",)


@dataclass(frozen=True, slots=True)
class Database:
    """A place that keeps records.

    Args:
        has_own_key: Encrypted with a key that the customer holds, not with one that the provider owns or manages.
        restores_to_any_point: Can be brought back as it was at any second of the retention.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    has_own_key: Fact[bool]
    restores_to_any_point: Fact[bool]


def build_database(resource: Resource, index: GraphIndex) -> Database:
    """From `aws_dynamodb_table`."""
    del index
    own = Source(resource)
    return Database(
        resource=resource,
        satellites=(),
        has_own_key=_has_own_key(own),
        restores_to_any_point=own.truth("point_in_time_recovery.0.enabled"),
    )


def _has_own_key(own: Source) -> Fact[bool]:
    enabled = own.truth("server_side_encryption.0.enabled")
    if isinstance(enabled.value, Unknown) or not enabled.value:
        return enabled
    key = own_key(own, "server_side_encryption.0.kms_key_arn")
    is_named = own.value("server_side_encryption.0.kms_key_arn") is not None
    return key if is_named else own.fact(enabled.attribute, key.value)


VIEW_TYPES: Final = (ViewType("Database", of_types(*DATABASE_TYPES), build_database),)
