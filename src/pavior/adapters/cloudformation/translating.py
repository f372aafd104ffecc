"""Resources of a template in the words of Terraform's AWS provider, so that one control holds for both.

What a bucket says about itself becomes satellites, as the provider has them. A type that stands in no table here keeps
its CloudFormation name and properties: no control looks at it, and the coverage says so.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from pavior.adapters.cloudformation.evaluating import Evaluator, mentioned
from pavior.adapters.cloudformation.template import Declared, Node
from pavior.adapters.engines.values import UNKNOWN, Json, Values
from pavior.resources.model import Unknown

_WORDS_OF_ACCESS = {
    "Private": "private",
    "PublicRead": "public-read",
    "PublicReadWrite": "public-read-write",
    "AuthenticatedRead": "authenticated-read",
    "LogDeliveryWrite": "log-delivery-write",
    "BucketOwnerRead": "bucket-owner-read",
    "BucketOwnerFullControl": "bucket-owner-full-control",
    "AwsExecRead": "aws-exec-read",
}


@dataclass(frozen=True, slots=True)
class Translated:
    """One resource in Terraform's words. Only what the template says stands in `values`; leaves may be Unknown.

    Args:
        logical_id: Of the resource of the template that it came from.
        references: Attribute to the addresses that the template mentions there.
    """

    address: str
    type: str
    name: str
    logical_id: str
    values: Values = field(repr=False)
    references: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Reading:
    """Properties that may be unknown at any depth."""

    declared: Declared
    values: Json
    own_name: Json = UNKNOWN

    def get(self, *path: str) -> Json:
        found = self.values
        for name in path:
            if isinstance(found, Unknown):
                return UNKNOWN
            found = found.get(name) if isinstance(found, dict) else None
        return found

    def has(self, name: str) -> bool:
        return self.get(name) is not None

    def items(self, *path: str) -> list[Json]:
        """Of a list; one that is unknown as a whole is one unknown item."""
        found = self.get(*path)
        if isinstance(found, Unknown):
            return [UNKNOWN]
        return found if isinstance(found, list) else []

    def tags(self) -> Values:
        found = self.get("Tags")
        if found is None:
            return {}
        if isinstance(found, Unknown) or not all(isinstance(item, dict) for item in found):
            return {"tags": UNKNOWN, "tags_all": UNKNOWN}
        tags = {str(item.get("Key")): item.get("Value") for item in found}
        return {"tags": tags, "tags_all": tags}


# Type, name behind the logical id, values, and the properties from which each attribute comes.
_Part = tuple[str, str, Values, Mapping[str, str]]


def translate(evaluator: Evaluator) -> Iterator[Translated]:
    """Every resource that there is or may be, in the order of the template, each before its satellites."""
    for declared, properties in evaluator.resources():
        reading = _Reading(declared, properties, evaluator.name_of(declared.logical_id))
        parts = _PARTS.get(declared.type)
        made = [(declared.type, "", {**properties, **reading.tags()}, {})] if parts is None else list(parts(reading))
        for kind, suffix, values, sources in made:
            name = f"{declared.logical_id}{suffix}"
            yield Translated(
                address=f"{kind}.{name}",
                type=kind,
                name=name,
                logical_id=declared.logical_id,
                values={attribute: value for attribute, value in values.items() if value is not None},
                references=_references(evaluator, declared, sources),
            )


def main_type(kind: str) -> str:
    """Terraform's name of the type that `Ref` means."""
    return _MAIN_TYPES.get(kind, kind)


def _references(evaluator: Evaluator, declared: Declared, sources: Mapping[str, str]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    resources = evaluator.template.resources
    for attribute, property_name in sources.items():
        node: Node = {"Ref": declared.logical_id} if property_name == "" else declared.properties.get(property_name)
        names = dict.fromkeys(name for name in mentioned(node) if name in resources)
        if names:
            found[attribute] = tuple(f"{main_type(resources[name].type)}.{name}" for name in names)
    return found


def _named(attribute: str, own: _Reading, word: str) -> Values:
    """AWS chooses a name where the template gives none; once it is there, the name is known."""
    name = own.get(word)
    return {attribute: own.own_name if name is None else name}


def _bucket(own: _Reading) -> Iterator[_Part]:
    bucket = _named("bucket", own, "BucketName")
    yield "aws_s3_bucket", "", {**bucket, **own.tags()}, {"bucket": "BucketName"}
    its_own = {"bucket": ""}
    if own.has("PublicAccessBlockConfiguration"):
        block = {
            attribute: own.get("PublicAccessBlockConfiguration", word)
            for attribute, word in (
                ("block_public_acls", "BlockPublicAcls"),
                ("block_public_policy", "BlockPublicPolicy"),
                ("ignore_public_acls", "IgnorePublicAcls"),
                ("restrict_public_buckets", "RestrictPublicBuckets"),
            )
        }
        # What is not said is false, by the documentation of the property.
        said = {attribute: False if value is None else value for attribute, value in block.items()}
        yield "aws_s3_bucket_public_access_block", "", {**bucket, **said}, its_own
    if own.has("BucketEncryption"):
        rules = [
            _Reading(own.declared, rule) for rule in own.items("BucketEncryption", "ServerSideEncryptionConfiguration")
        ]
        rule = [
            {
                "apply_server_side_encryption_by_default": [
                    {
                        "sse_algorithm": item.get("ServerSideEncryptionByDefault", "SSEAlgorithm"),
                        "kms_master_key_id": item.get("ServerSideEncryptionByDefault", "KMSMasterKeyID"),
                    }
                ],
                "bucket_key_enabled": item.get("BucketKeyEnabled"),
            }
            for item in rules
        ]
        sources = {**its_own, "rule": "BucketEncryption"}
        yield "aws_s3_bucket_server_side_encryption_configuration", "", {**bucket, "rule": rule}, sources
    if own.has("VersioningConfiguration"):
        status = own.get("VersioningConfiguration", "Status")
        yield "aws_s3_bucket_versioning", "", {**bucket, "versioning_configuration": [{"status": status}]}, its_own
    if own.has("LoggingConfiguration"):
        # Without a destination the bucket writes to itself.
        target = own.get("LoggingConfiguration", "DestinationBucketName")
        target = bucket["bucket"] if target is None else target
        yield "aws_s3_bucket_logging", "", {**bucket, "target_bucket": target}, its_own
    if own.has("OwnershipControls"):
        rules = [_Reading(own.declared, rule) for rule in own.items("OwnershipControls", "Rules")]
        rule = [{"object_ownership": item.get("ObjectOwnership")} for item in rules]
        yield "aws_s3_bucket_ownership_controls", "", {**bucket, "rule": rule}, its_own
    if own.has("AccessControl"):
        word = own.get("AccessControl")
        acl = _WORDS_OF_ACCESS.get(word, UNKNOWN) if isinstance(word, str) else UNKNOWN
        yield "aws_s3_bucket_acl", "", {**bucket, "acl": acl}, its_own


def _role(own: _Reading) -> Iterator[_Part]:
    role = _named("role", own, "RoleName")
    yield (
        "aws_iam_role",
        "",
        {
            "name": role["role"],
            "assume_role_policy": own.get("AssumeRolePolicyDocument"),
            "description": own.get("Description"),
            "max_session_duration": own.get("MaxSessionDuration"),
            "path": own.get("Path"),
            "permissions_boundary": own.get("PermissionsBoundary"),
            **own.tags(),
        },
        {"assume_role_policy": "AssumeRolePolicyDocument"},
    )
    for number, item in enumerate(own.items("Policies"), start=1):
        policy = _Reading(own.declared, item)
        values = {**role, "name": policy.get("PolicyName"), "policy": policy.get("PolicyDocument")}
        yield "aws_iam_role_policy", f"{number}", values, {"role": "", "policy": "Policies"}
    for number, arn in enumerate(own.items("ManagedPolicyArns"), start=1):
        values = {**role, "policy_arn": arn}
        yield "aws_iam_role_policy_attachment", f"{number}", values, {"role": "", "policy_arn": "ManagedPolicyArns"}


def _inline_policy(own: _Reading) -> Iterator[_Part]:
    for number, role in enumerate(own.items("Roles"), start=1):
        values = {"role": role, "name": own.get("PolicyName"), "policy": own.get("PolicyDocument")}
        yield "aws_iam_role_policy", f"{number}", values, {"role": "Roles", "policy": "PolicyDocument"}


def _table(own: _Reading) -> Iterator[_Part]:
    keys = {item.get("KeyType"): item.get("AttributeName") for item in own.items("KeySchema") if isinstance(item, dict)}
    values: Values = {
        "name": own.get("TableName"),
        "billing_mode": own.get("BillingMode"),
        "read_capacity": own.get("ProvisionedThroughput", "ReadCapacityUnits"),
        "write_capacity": own.get("ProvisionedThroughput", "WriteCapacityUnits"),
        "hash_key": keys.get("HASH"),
        "range_key": keys.get("RANGE"),
        "deletion_protection_enabled": own.get("DeletionProtectionEnabled"),
        "server_side_encryption": _block(
            own, "SSESpecification", {"enabled": "SSEEnabled", "kms_key_arn": "KMSMasterKeyId"}
        ),
        "point_in_time_recovery": _block(
            own, "PointInTimeRecoverySpecification", {"enabled": "PointInTimeRecoveryEnabled"}
        ),
        **own.tags(),
    }
    yield "aws_dynamodb_table", "", values, {"server_side_encryption": "SSESpecification"}


def _block(own: _Reading, name: str, words: Mapping[str, str]) -> Json:
    if not own.has(name):
        return None
    return [{attribute: own.get(name, word) for attribute, word in words.items()}]


def _security_group(own: _Reading) -> Iterator[_Part]:
    values: Values = {
        "name": own.get("GroupName"),
        "description": own.get("GroupDescription"),
        "vpc_id": own.get("VpcId"),
        "ingress": _rules(own, "SecurityGroupIngress", "SourceSecurityGroupId"),
        "egress": _rules(own, "SecurityGroupEgress", "DestinationSecurityGroupId"),
        **own.tags(),
    }
    yield "aws_security_group", "", values, {"ingress": "SecurityGroupIngress", "egress": "SecurityGroupEgress"}


def _rules(own: _Reading, name: str, group: str) -> Json:
    if not own.has(name):
        return None
    return [_rule(_Reading(own.declared, item), group) for item in own.items(name)]


def _rule(item: _Reading, group: str) -> Json:
    if isinstance(item.values, Unknown):
        return UNKNOWN
    protocol = item.get("IpProtocol")
    # All protocols means all ports, whatever ports stand there.
    is_all = str(protocol) == "-1"
    return {
        "description": item.get("Description"),
        "protocol": "-1" if is_all else protocol,
        "from_port": 0 if is_all else item.get("FromPort"),
        "to_port": 0 if is_all else item.get("ToPort"),
        "cidr_blocks": _one(item.get("CidrIp")),
        "ipv6_cidr_blocks": _one(item.get("CidrIpv6")),
        "security_groups": _one(item.get(group)),
    }


def _one(value: Json) -> list[Json]:
    return [] if value is None else [value]


def _plainly(kind: str, words: Mapping[str, str], *references: str) -> Callable[[_Reading], Iterator[_Part]]:
    """A type whose attributes are its properties under other names."""

    def parts(own: _Reading) -> Iterator[_Part]:
        values = {attribute: own.get(word) for attribute, word in words.items()}
        yield kind, "", {**values, **own.tags()}, {name: words[name] for name in references}

    return parts


_PARTS: Mapping[str, Callable[[_Reading], Iterator[_Part]]] = {
    "AWS::S3::Bucket": _bucket,
    "AWS::S3::BucketPolicy": _plainly(
        "aws_s3_bucket_policy", {"bucket": "Bucket", "policy": "PolicyDocument"}, "bucket", "policy"
    ),
    "AWS::KMS::Key": _plainly(
        "aws_kms_key",
        {
            "customer_master_key_spec": "KeySpec",
            "deletion_window_in_days": "PendingWindowInDays",
            "description": "Description",
            "enable_key_rotation": "EnableKeyRotation",
            "is_enabled": "Enabled",
            "key_usage": "KeyUsage",
            "multi_region": "MultiRegion",
            "policy": "KeyPolicy",
            "rotation_period_in_days": "RotationPeriodInDays",
        },
        "policy",
    ),
    "AWS::KMS::Alias": _plainly(
        "aws_kms_alias", {"name": "AliasName", "target_key_id": "TargetKeyId"}, "target_key_id"
    ),
    "AWS::DynamoDB::Table": _table,
    "AWS::Logs::LogGroup": _plainly(
        "aws_cloudwatch_log_group",
        {"name": "LogGroupName", "retention_in_days": "RetentionInDays", "kms_key_id": "KmsKeyId"},
        "kms_key_id",
    ),
    "AWS::IAM::Role": _role,
    "AWS::IAM::Policy": _inline_policy,
    "AWS::IAM::ManagedPolicy": _plainly(
        "aws_iam_policy",
        {"name": "ManagedPolicyName", "path": "Path", "description": "Description", "policy": "PolicyDocument"},
        "policy",
    ),
    "AWS::EC2::SecurityGroup": _security_group,
}
_MAIN_TYPES = {
    "AWS::S3::Bucket": "aws_s3_bucket",
    "AWS::S3::BucketPolicy": "aws_s3_bucket_policy",
    "AWS::KMS::Key": "aws_kms_key",
    "AWS::KMS::Alias": "aws_kms_alias",
    "AWS::DynamoDB::Table": "aws_dynamodb_table",
    "AWS::Logs::LogGroup": "aws_cloudwatch_log_group",
    "AWS::IAM::Role": "aws_iam_role",
    "AWS::IAM::ManagedPolicy": "aws_iam_policy",
    "AWS::EC2::SecurityGroup": "aws_security_group",
}
