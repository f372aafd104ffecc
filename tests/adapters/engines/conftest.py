"""A sandbox cloud shared by the tests of a module, and the embedded engine in it."""

import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import pytest

from pavior.adapters.clouds.aws import AwsClients
from pavior.adapters.clouds.sandbox import Sandbox, SandboxCloud
from pavior.adapters.engines.embedded import EmbeddedEngine
from pavior.environments.ports import CloudTarget

FINGERPRINT_KEY = b"k" * 32


@dataclass
class SandboxWorld:
    """The embedded engine in a sandbox, which is looked into through boto3."""

    sandbox: Sandbox
    clients: AwsClients = field(init=False)
    descriptions: dict[str, str] = field(default_factory=dict)
    made: dict[CloudTarget, AwsClients] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.clients = self.make_clients(self.target())

    def make_clients(self, target: CloudTarget) -> AwsClients:
        """The same for the same target: botocore takes long to read what a service offers."""
        return self.made.setdefault(target, AwsClients(target))

    def new_engine(self) -> EmbeddedEngine:
        return EmbeddedEngine(FINGERPRINT_KEY, make_clients=self.make_clients)

    def target(self) -> CloudTarget:
        return SandboxCloud(lambda: self.sandbox.endpoint_url).target("contract/dev")

    def unreachable_target(self) -> CloudTarget:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        return replace(self.target(), endpoint_url=f"http://127.0.0.1:{port}")

    def count_things(self, prefix: str) -> Mapping[str, int]:
        iam, s3 = self.clients.client("iam"), self.clients.client("s3")
        buckets = [item["Name"] for item in s3.list_buckets()["Buckets"] if item["Name"].startswith(prefix)]
        roles = [item["RoleName"] for item in iam.list_roles()["Roles"] if item["RoleName"].startswith(prefix)]
        return {
            "alias": self._count("kms", "list_aliases", "Aliases", "AliasName", f"alias/{prefix}"),
            "bucket": len(buckets),
            "key": self._count_keys(prefix),
            "log-group": self._count("logs", "describe_log_groups", "logGroups", "logGroupName", prefix),
            "public-access-block": len([bucket for bucket in buckets if self._has_block(bucket)]),
            "role": len(roles),
            "role-policy": sum(len(iam.list_role_policies(RoleName=role)["PolicyNames"]) for role in roles),
            "security-group": self._count("ec2", "describe_security_groups", "SecurityGroups", "GroupName", prefix),
            "table": self._count("dynamodb", "list_tables", "TableNames", "", prefix),
        }

    def remove_public_access_block(self, bucket: str) -> None:
        self.clients.client("s3").delete_public_access_block(Bucket=bucket)

    def edit_bucket_tag(self, bucket: str, key: str, value: str) -> None:
        s3 = self.clients.client("s3")
        tags = {tag["Key"]: tag["Value"] for tag in s3.get_bucket_tagging(Bucket=bucket)["TagSet"]}
        edited = [{"Key": name, "Value": text} for name, text in {**tags, key: value}.items()]
        s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": edited})

    def remove_table(self, table: str) -> None:
        self.clients.client("dynamodb").delete_table(TableName=table)

    def _count(self, service: str, method: str, key: str, name: str, prefix: str) -> int:
        pages = self.clients.client(service).get_paginator(method).paginate()
        names = [item[name] if name else item for page in pages for item in page[key]]
        return len([item for item in names if item.startswith(prefix)])

    def _count_keys(self, prefix: str) -> int:
        kms = self.clients.client("kms")
        for key in (item["KeyId"] for item in kms.list_keys()["Keys"]):
            if key not in self.descriptions:
                self.descriptions[key] = kms.describe_key(KeyId=key)["KeyMetadata"]["Description"]
        ours = [key for key, text in self.descriptions.items() if text.startswith(prefix)]
        return len([key for key in ours if kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "Enabled"])

    def _has_block(self, bucket: str) -> bool:
        s3 = self.clients.client("s3")
        try:
            s3.get_public_access_block(Bucket=bucket)
        except s3.exceptions.ClientError:
            return False
        return True


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


@pytest.fixture(scope="module")
def world(sandbox: Sandbox) -> SandboxWorld:
    return SandboxWorld(sandbox)
