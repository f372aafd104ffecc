"""A sandbox cloud shared by the tests of a module, and the embedded engine in it."""

import socket
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

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
    make_clients: Callable[[CloudTarget], AwsClients] = AwsClients
    clients: AwsClients = field(init=False)

    def __post_init__(self) -> None:
        self.clients = AwsClients(self.target())

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
        iam, kms, s3 = (self.clients.client(name) for name in ("iam", "kms", "s3"))
        buckets = [item["Name"] for item in s3.list_buckets()["Buckets"] if item["Name"].startswith(prefix)]
        roles = [item["RoleName"] for item in iam.list_roles()["Roles"] if item["RoleName"].startswith(prefix)]
        keys = [kms.describe_key(KeyId=item["KeyId"])["KeyMetadata"] for item in kms.list_keys()["Keys"]]
        return {
            "alias": len(
                [
                    item
                    for item in self._all("kms", "list_aliases", "Aliases", "AliasName")
                    if item.startswith(f"alias/{prefix}")
                ]
            ),
            "bucket": len(buckets),
            "key": len([key for key in keys if key["Description"].startswith(prefix) and key["KeyState"] == "Enabled"]),
            "log-group": self._count("logs", "describe_log_groups", "logGroups", "logGroupName", prefix),
            "public-access-block": len([bucket for bucket in buckets if self._has_block(bucket)]),
            "role": len(roles),
            "role-policy": sum(len(iam.list_role_policies(RoleName=role)["PolicyNames"]) for role in roles),
            "security-group": self._count("ec2", "describe_security_groups", "SecurityGroups", "GroupName", prefix),
            "table": len(
                [item for item in self._all("dynamodb", "list_tables", "TableNames", "") if item.startswith(prefix)]
            ),
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
        return len([item for item in self._all(service, method, key, name) if item.startswith(prefix)])

    def _all(self, service: str, method: str, key: str, name: str) -> list[Any]:
        client = self.clients.client(service)
        pages = client.get_paginator(method).paginate()
        return [item[name] if name else item for page in pages for item in page[key]]

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


@pytest.fixture
def world(sandbox: Sandbox) -> SandboxWorld:
    return SandboxWorld(sandbox)
