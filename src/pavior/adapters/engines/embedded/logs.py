"""aws_cloudwatch_log_group."""

from types import MappingProxyType
from typing import Any

from botocore.exceptions import ClientError

from pavior.adapters.engines.embedded.calls import is_missing
from pavior.adapters.engines.embedded.resource_type import OPERATION_TAG, Api, tag_changes, tag_values
from pavior.adapters.engines.embedded.schema import TAGS, Attribute, Kind, Schema, changed, computed
from pavior.adapters.engines.values import Json, Values


class LogGroup:
    """A log group; its id is its name."""

    name = "aws_cloudwatch_log_group"
    schema_version = 0
    schema: Schema = MappingProxyType(
        {
            "arn": computed(),
            "id": computed(),
            "kms_key_id": Attribute(),
            "log_group_class": computed(),
            "name": Attribute(is_required=True, forces_new=True),
            "name_prefix": computed(),
            "retention_in_days": Attribute(Kind.NUMBER, default=0),
            "skip_destroy": Attribute(Kind.BOOLEAN, default=False, is_local=True),
            **TAGS,
        }
    )

    def find_made(self, api: Api, desired: Values) -> str | None:
        """The group, if it carries this operation's tag."""
        logs = api.clients.client("logs")
        found = self._find(logs, desired["name"])
        if found is None or self._tags(logs, found).get(OPERATION_TAG) != api.operation:
            return None
        return str(desired["name"])

    def make(self, api: Api, desired: Values) -> str:
        """Create it, tagged in the same call."""
        key = {"kmsKeyId": desired["kms_key_id"]} if desired.get("kms_key_id") else {}
        api.clients.client("logs").create_log_group(logGroupName=desired["name"], tags=api.own_tags, **key)
        return str(desired["name"])

    def read(self, api: Api, identity: str, known: Values) -> Values | None:
        """The group with its tags."""
        logs = api.clients.client("logs")
        found = self._find(logs, identity)
        if found is None:
            return None
        return {
            "arn": found["arn"].removesuffix(":*"),
            "id": identity,
            "kms_key_id": found.get("kmsKeyId", ""),
            "log_group_class": found.get("logGroupClass", "STANDARD"),
            "name": identity,
            "name_prefix": "",
            "retention_in_days": found.get("retentionInDays", 0),
            **tag_values(self._tags(logs, found), known),
        }

    def converge(self, api: Api, identity: str, live: Values, desired: Values) -> None:
        """Key, retention and tags."""
        logs = api.clients.client("logs")
        names = changed(self.schema, live, desired)
        if "kms_key_id" in names:
            if desired["kms_key_id"]:
                logs.associate_kms_key(logGroupName=identity, kmsKeyId=desired["kms_key_id"])
            else:
                logs.disassociate_kms_key(logGroupName=identity)
        if "retention_in_days" in names:
            if desired["retention_in_days"]:
                logs.put_retention_policy(logGroupName=identity, retentionInDays=desired["retention_in_days"])
            else:
                logs.delete_retention_policy(logGroupName=identity)
        added, removed = tag_changes(live, desired)
        if added:
            logs.tag_resource(resourceArn=live["arn"], tags=added)
        if removed:
            logs.untag_resource(resourceArn=live["arn"], tagKeys=removed)

    def delete(self, api: Api, identity: str, known: Values) -> None:
        """Delete it, unless the source says to leave it."""
        if known.get("skip_destroy"):
            return
        try:
            api.clients.client("logs").delete_log_group(logGroupName=identity)
        except ClientError as error:
            if not is_missing(error):
                raise

    def _find(self, logs: Any, name: str) -> Json:
        for page in logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=name):
            for group in page["logGroups"]:
                if group["logGroupName"] == name:
                    return group
        return None

    def _tags(self, logs: Any, group: Json) -> dict[str, str]:
        tags: dict[str, str] = logs.list_tags_for_resource(resourceArn=group["arn"].removesuffix(":*"))["tags"]
        return tags
