"""Policies that stand on a thing, and say who else may do what with it."""

from enum import StrEnum
from typing import Final

from msgspec import Struct

from pavior.resources.model import Resource, Unknown
from pavior.resources.views.facts import Fact, Source, Truth, all_of, ask, is_name_of_made
from pavior.resources.views.index import GraphIndex
from pavior.resources.views.kinds import ViewType, of_types
from pavior.resources.views.policies import PolicyDocument, Principal, read_policy

# Type to the attribute that holds the policy's text.
_DOCUMENT_TYPES = {
    "aws_backup_vault_policy": "policy",
    "aws_cloudwatch_event_bus_policy": "policy",
    "aws_cloudwatch_log_destination_policy": "access_policy",
    "aws_cloudwatch_log_resource_policy": "policy_document",
    "aws_codeartifact_domain_permissions_policy": "policy_document",
    "aws_codeartifact_repository_permissions_policy": "policy_document",
    "aws_ecr_registry_policy": "policy",
    "aws_ecr_repository_policy": "policy",
    "aws_efs_file_system_policy": "policy",
    "aws_glacier_vault": "access_policy",
    "aws_kinesis_resource_policy": "policy",
    "aws_kms_external_key": "policy",
    "aws_kms_key": "policy",
    "aws_kms_key_policy": "policy",
    "aws_kms_replica_key": "policy",
    "aws_s3_access_point": "policy",
    "aws_s3_bucket": "policy",
    "aws_s3_bucket_policy": "policy",
    "aws_s3control_access_point_policy": "policy",
    "aws_secretsmanager_secret": "policy",
    "aws_secretsmanager_secret_policy": "policy",
    "aws_sns_topic": "policy",
    "aws_sns_topic_policy": "policy",
    "aws_sqs_queue": "policy",
    "aws_sqs_queue_policy": "policy",
}
RESOURCE_POLICY_TYPES: Final = tuple(_DOCUMENT_TYPES)


class Guarded(StrEnum):
    """What a policy stands on, where that changes how it is read."""

    BUCKET = "bucket"
    KEY = "key"
    OTHER = "other"


class ResourcePolicy(Struct, frozen=True):
    """Who else may do what with a thing."""

    resource: Resource
    satellites: tuple[Resource, ...]
    guards: Guarded
    document: Fact[PolicyDocument]


def build_resource_policy(resource: Resource, index: GraphIndex) -> ResourcePolicy | None:
    """From a policy of its own, or what a thing holds inline; None where nobody wrote one, so that nobody else may."""
    attribute = _DOCUMENT_TYPES[resource.type]
    own = Source(resource)
    is_inline = "policy" not in resource.type
    if own.value(attribute) in (None, "") or (is_inline and not own.is_written(attribute)):
        return None
    return ResourcePolicy(resource, (), _guards(resource.type), read_policy(own, attribute, index))


def is_everybody(principal: Principal) -> Truth:
    """Whether anybody may be meant, of whatever account. Who becomes known with the apply is one that it makes."""
    if isinstance(principal.name, Unknown) and isinstance(principal.kind, str):
        return False if is_name_of_made(principal.name) else principal.name
    return all_of(
        (
            ask(principal.kind, lambda kind: kind in ("*", "AWS")),
            ask(principal.name, _is_of_any_account),
        )
    )


def _is_of_any_account(name: str) -> bool:
    return name == "*" or (name.startswith("arn:") and "*" in ":".join(name.split(":")[4:5]))


def _guards(resource_type: str) -> Guarded:
    if resource_type.startswith("aws_kms_"):
        return Guarded.KEY
    return Guarded.BUCKET if resource_type.startswith("aws_s3_bucket") else Guarded.OTHER


VIEW_TYPES: Final = (ViewType("ResourcePolicy", of_types(*RESOURCE_POLICY_TYPES), build_resource_policy),)
