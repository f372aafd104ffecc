"""aws_dynamodb_table."""

import time
from types import MappingProxyType
from typing import Any

from botocore.exceptions import ClientError

from pavior.adapters.engines.embedded.calls import is_missing
from pavior.adapters.engines.embedded.resource_type import OPERATION_TAG, Api, tag_changes, tag_values
from pavior.adapters.engines.embedded.schema import TAGS, Attribute, Kind, Schema, absent, changed, computed
from pavior.adapters.engines.values import Json, Values

_READY_TIMEOUT_SECONDS = 600
_POLL_SECONDS = 1.0
_ON_DEMAND = "PAY_PER_REQUEST"
_ENABLED = ("ENABLED", "ENABLING", "UPDATING")


class DynamoDbTable:
    """A table without indexes, replicas, streams or imports; its id is its name."""

    name = "aws_dynamodb_table"
    schema_version = 1
    schema: Schema = MappingProxyType(
        {
            "arn": computed(),
            "attribute": Attribute(
                Kind.BLOCK_SET,
                is_required=True,
                block=MappingProxyType(
                    {"name": Attribute(is_required=True), "type": Attribute(is_required=True, allowed=("S", "N", "B"))},
                ),
            ),
            "billing_mode": Attribute(default="PROVISIONED", allowed=("PROVISIONED", _ON_DEMAND)),
            "deletion_protection_enabled": Attribute(Kind.BOOLEAN),
            "global_secondary_index": absent(Kind.BLOCK_SET),
            "hash_key": Attribute(is_required=True, forces_new=True),
            "id": computed(),
            "import_table": absent(Kind.BLOCK_LIST),
            "local_secondary_index": absent(Kind.BLOCK_SET),
            "name": Attribute(is_required=True, forces_new=True),
            "on_demand_throughput": absent(Kind.BLOCK_LIST),
            "point_in_time_recovery": Attribute(
                Kind.BLOCK_LIST,
                is_computed=True,
                is_single=True,
                block=MappingProxyType(
                    {
                        "enabled": Attribute(Kind.BOOLEAN, is_required=True),
                        "recovery_period_in_days": computed(Kind.NUMBER, derived_from=("enabled",)),
                    }
                ),
            ),
            "range_key": Attribute(forces_new=True),
            "read_capacity": Attribute(Kind.NUMBER, is_computed=True, derived_from=("billing_mode",)),
            "replica": absent(Kind.BLOCK_SET),
            "restore_date_time": absent(),
            "restore_source_name": absent(),
            "restore_source_table_arn": absent(),
            "restore_to_latest_time": absent(Kind.BOOLEAN),
            "server_side_encryption": Attribute(
                Kind.BLOCK_LIST,
                is_computed=True,
                is_single=True,
                block=MappingProxyType(
                    {
                        "enabled": Attribute(Kind.BOOLEAN, is_required=True),
                        "kms_key_arn": Attribute(is_computed=True),
                    }
                ),
            ),
            "stream_arn": computed(),
            "stream_enabled": absent(Kind.BOOLEAN),
            "stream_label": computed(),
            "stream_view_type": computed(),
            "table_class": absent(),
            **TAGS,
            "timeouts": absent(),
            "ttl": Attribute(
                Kind.BLOCK_LIST,
                is_computed=True,
                is_single=True,
                block=MappingProxyType({"attribute_name": Attribute(), "enabled": Attribute(Kind.BOOLEAN)}),
            ),
            "write_capacity": Attribute(Kind.NUMBER, is_computed=True, derived_from=("billing_mode",)),
        }
    )

    def find_made(self, api: Api, desired: Values) -> str | None:
        """The table, if it carries this operation's tag."""
        client = api.clients.client("dynamodb")
        found = self._find(client, desired["name"])
        if found is None or self._tags(client, found["TableArn"]).get(OPERATION_TAG) != api.operation:
            return None
        return str(desired["name"])

    def make(self, api: Api, desired: Values) -> str:
        """Create it with its keys, capacity, encryption and our tags."""
        client = api.clients.client("dynamodb")
        keys = [{"AttributeName": desired["hash_key"], "KeyType": "HASH"}]
        if desired.get("range_key"):
            keys.append({"AttributeName": desired["range_key"], "KeyType": "RANGE"})
        request: Json = {
            "TableName": desired["name"],
            "KeySchema": keys,
            "AttributeDefinitions": [
                {"AttributeName": item["name"], "AttributeType": item["type"]} for item in desired["attribute"]
            ],
            "BillingMode": desired["billing_mode"],
            "Tags": [{"Key": name, "Value": value} for name, value in sorted(api.own_tags.items())],
        }
        if desired["billing_mode"] != _ON_DEMAND:
            request["ProvisionedThroughput"] = _capacity(desired)
        # Encryption belongs in the first call: a table must not exist for a moment without it.
        if isinstance(desired["server_side_encryption"], list) and desired["server_side_encryption"]:
            request["SSESpecification"] = _encryption(desired["server_side_encryption"][0])
        client.create_table(**request)
        return str(desired["name"])

    def read(self, api: Api, identity: str, known: Values) -> Values | None:
        """The table with its backups, expiry and tags."""
        client = api.clients.client("dynamodb")
        found = self._find(client, identity)
        if found is None:
            return None
        keys = {key["KeyType"]: key["AttributeName"] for key in found["KeySchema"]}
        throughput = found.get("ProvisionedThroughput", {})
        backups = client.describe_continuous_backups(TableName=identity)["ContinuousBackupsDescription"]
        recovery = backups["PointInTimeRecoveryDescription"]
        is_recoverable = recovery["PointInTimeRecoveryStatus"] == "ENABLED"
        expiry = client.describe_time_to_live(TableName=identity)["TimeToLiveDescription"]
        return {
            "arn": found["TableArn"],
            "attribute": [
                {"name": item["AttributeName"], "type": item["AttributeType"]}
                for item in sorted(found["AttributeDefinitions"], key=lambda item: str(item["AttributeName"]))
            ],
            "billing_mode": found.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED"),
            "deletion_protection_enabled": found.get("DeletionProtectionEnabled", False),
            "hash_key": keys["HASH"],
            "id": identity,
            "name": identity,
            "point_in_time_recovery": [
                {
                    "enabled": is_recoverable,
                    "recovery_period_in_days": recovery.get("RecoveryPeriodInDays", 35) if is_recoverable else 0,
                }
            ],
            "range_key": keys.get("RANGE"),
            "read_capacity": throughput.get("ReadCapacityUnits", 0),
            "server_side_encryption": _encryption_block(found.get("SSEDescription", {}), known),
            "stream_arn": found.get("LatestStreamArn", ""),
            "stream_enabled": found.get("StreamSpecification", {}).get("StreamEnabled", False),
            "stream_label": found.get("LatestStreamLabel", ""),
            "stream_view_type": found.get("StreamSpecification", {}).get("StreamViewType", ""),
            "table_class": found.get("TableClassSummary", {}).get("TableClass", "STANDARD"),
            **tag_values(self._tags(client, found["TableArn"]), known),
            "ttl": [
                {
                    "attribute_name": expiry.get("AttributeName", ""),
                    "enabled": expiry.get("TimeToLiveStatus") in _ENABLED,
                }
            ],
            "write_capacity": throughput.get("WriteCapacityUnits", 0),
        }

    def converge(self, api: Api, identity: str, live: Values, desired: Values) -> None:
        """Each difference by its own call, waiting for the table in between as AWS demands."""
        client = api.clients.client("dynamodb")
        names = set(changed(self.schema, live, desired))
        for request in _updates(names, desired):
            self._wait(client, identity)
            client.update_table(TableName=identity, **request)
        self._wait(client, identity)
        if "point_in_time_recovery" in names:
            is_wanted = bool((desired["point_in_time_recovery"] or [{"enabled": False}])[0]["enabled"])
            client.update_continuous_backups(
                TableName=identity,
                PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": is_wanted},
            )
        if "ttl" in names:
            wanted = (desired["ttl"] or live["ttl"])[0]
            client.update_time_to_live(
                TableName=identity,
                TimeToLiveSpecification={
                    "Enabled": bool(desired["ttl"] and wanted["enabled"]),
                    "AttributeName": wanted["attribute_name"] or live["ttl"][0]["attribute_name"],
                },
            )
        added, removed = tag_changes(live, desired)
        if added:
            tags = [{"Key": name, "Value": value} for name, value in sorted(added.items())]
            client.tag_resource(ResourceArn=live["arn"], Tags=tags)
        if removed:
            client.untag_resource(ResourceArn=live["arn"], TagKeys=removed)

    def delete(self, api: Api, identity: str, known: Values) -> None:
        """Delete it. A table with deletion protection stays, and AWS says so."""
        del known
        try:
            api.clients.client("dynamodb").delete_table(TableName=identity)
        except ClientError as error:
            if not is_missing(error):
                raise

    def _find(self, client: Any, name: str) -> Json:
        try:
            return client.describe_table(TableName=name)["Table"]
        except ClientError as error:
            if is_missing(error):
                return None
            raise

    def _wait(self, client: Any, name: str) -> None:
        deadline = time.monotonic() + _READY_TIMEOUT_SECONDS
        while client.describe_table(TableName=name)["Table"]["TableStatus"] != "ACTIVE":
            if time.monotonic() > deadline:
                raise TimeoutError(f"table {name} was not ready within {_READY_TIMEOUT_SECONDS} seconds")
            time.sleep(_POLL_SECONDS)

    def _tags(self, client: Any, arn: str) -> dict[str, str]:
        found = client.list_tags_of_resource(ResourceArn=arn)["Tags"]
        return {tag["Key"]: tag["Value"] for tag in found}


def _updates(names: set[str], desired: Values) -> list[Json]:
    """The requests that change what differs: AWS takes one kind of change at a time."""
    requests: list[Json] = []
    if desired["billing_mode"] == _ON_DEMAND:
        # Capacity of an on-demand table is the cloud's, so a difference there is none.
        requests += [{"BillingMode": _ON_DEMAND}] if "billing_mode" in names else []
    elif names & {"billing_mode", "read_capacity", "write_capacity"}:
        requests.append({"BillingMode": desired["billing_mode"], "ProvisionedThroughput": _capacity(desired)})
    if "server_side_encryption" in names:
        wanted = (desired["server_side_encryption"] or [{"enabled": False}])[0]
        requests.append({"SSESpecification": _encryption(wanted)})
    if "deletion_protection_enabled" in names:
        requests.append({"DeletionProtectionEnabled": bool(desired["deletion_protection_enabled"])})
    return requests


def _encryption_block(found: Json, known: Values) -> list[Values]:
    if found.get("Status") in _ENABLED:
        return [{"enabled": True, "kms_key_arn": found.get("KMSMasterKeyArn", "")}]
    # AWS does not tell a block that says "no" from no block, so the source decides which it is.
    return [{"enabled": False, "kms_key_arn": ""} for _ in known.get("server_side_encryption") or []]


def _capacity(desired: Values) -> Json:
    return {"ReadCapacityUnits": desired["read_capacity"], "WriteCapacityUnits": desired["write_capacity"]}


def _encryption(block: Values) -> Json:
    if not block["enabled"]:
        return {"Enabled": False}
    key = block.get("kms_key_arn")
    return {"Enabled": True, "SSEType": "KMS", **({"KMSMasterKeyId": key} if isinstance(key, str) and key else {})}
