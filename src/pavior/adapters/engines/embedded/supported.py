"""The resource types and data sources of this engine: an explicit table."""

from types import MappingProxyType

from pavior.adapters.engines.embedded.dynamodb import DynamoDbTable
from pavior.adapters.engines.embedded.iam import Policy, Role, RolePolicy, RolePolicyAttachment
from pavior.adapters.engines.embedded.kms import KmsAlias, KmsKey
from pavior.adapters.engines.embedded.logs import LogGroup
from pavior.adapters.engines.embedded.network import SecurityGroup
from pavior.adapters.engines.embedded.resource_type import ResourceType
from pavior.adapters.engines.embedded.s3_bucket import S3Bucket
from pavior.adapters.engines.embedded.s3_settings import (
    BucketPolicy,
    Encryption,
    OwnershipControls,
    PublicAccessBlock,
    Versioning,
)
from pavior.adapters.engines.embedded.sqs import Queue, QueuePolicy

PROVIDER = "registry.terraform.io/hashicorp/aws"

_TYPES: tuple[ResourceType, ...] = (
    S3Bucket(),
    PublicAccessBlock(),
    Versioning(),
    OwnershipControls(),
    Encryption(),
    BucketPolicy(),
    KmsKey(),
    KmsAlias(),
    DynamoDbTable(),
    LogGroup(),
    Role(),
    Policy(),
    RolePolicy(),
    RolePolicyAttachment(),
    SecurityGroup(),
    Queue(),
    QueuePolicy(),
)

RESOURCE_TYPES = MappingProxyType({item.name: item for item in _TYPES})
