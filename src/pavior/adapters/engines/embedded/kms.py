"""aws_kms_key and aws_kms_alias."""

from types import MappingProxyType
from typing import Any

from botocore.exceptions import ClientError

from pavior.adapters.engines.embedded.calls import is_missing
from pavior.adapters.engines.embedded.resource_type import (
    OPERATION_TAG,
    Api,
    tag_changes,
    tag_values,
)
from pavior.adapters.engines.embedded.schema import TAGS, Attribute, Kind, Schema, absent, changed, computed
from pavior.adapters.engines.values import Values, has_unknown, normal_json

# KMS's own default; a key is never gone at once.
_DEFAULT_DELETION_WINDOW_DAYS = 30
_GOING = ("PendingDeletion", "PendingReplicaDeletion")


class KmsKey:
    """A symmetric key. AWS chooses its id, so an interrupted try is found by its operation tag."""

    name = "aws_kms_key"
    schema_version = 0
    schema: Schema = MappingProxyType(
        {
            "arn": computed(),
            "bypass_policy_lockout_safety_check": Attribute(
                Kind.BOOLEAN, is_settable=False, default=False, is_local=True
            ),
            "custom_key_store_id": absent(),
            "customer_master_key_spec": Attribute(is_settable=False, default="SYMMETRIC_DEFAULT"),
            "deletion_window_in_days": Attribute(Kind.NUMBER, is_local=True),
            "description": Attribute(is_computed=True),
            "enable_key_rotation": Attribute(Kind.BOOLEAN, default=False),
            "id": computed(),
            "is_enabled": Attribute(Kind.BOOLEAN, default=True),
            "key_id": computed(),
            "key_usage": Attribute(is_settable=False, default="ENCRYPT_DECRYPT"),
            "multi_region": computed(Kind.BOOLEAN),
            "policy": Attribute(Kind.POLICY, is_computed=True),
            "rotation_period_in_days": computed(Kind.NUMBER, derived_from=("enable_key_rotation",)),
            **TAGS,
            "timeouts": absent(),
            "xks_key_id": absent(),
        }
    )

    def find_made(self, api: Api, desired: Values) -> str | None:
        """The key with this operation's tag, unless it is on its way out. Looking is slow, so only when resumed."""
        del desired
        if not api.is_resumed:
            return None
        kms = api.clients.client("kms")
        for page in kms.get_paginator("list_keys").paginate():
            for key in page["Keys"]:
                if self._tags(kms, key["KeyId"]).get(OPERATION_TAG) != api.operation:
                    continue
                if kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyState"] not in _GOING:
                    return str(key["KeyId"])
        return None

    def make(self, api: Api, desired: Values) -> str:
        """Create it, tagged in the same call."""
        tags = [{"TagKey": name, "TagValue": value} for name, value in sorted(api.own_tags.items())]
        created = api.clients.client("kms").create_key(Description=_text(desired.get("description")), Tags=tags)
        return str(created["KeyMetadata"]["KeyId"])

    def read(self, api: Api, identity: str, known: Values) -> Values | None:
        """The key, its policy, rotation and tags. One that is scheduled for deletion counts as gone."""
        kms = api.clients.client("kms")
        try:
            found = kms.describe_key(KeyId=identity)["KeyMetadata"]
        except ClientError as error:
            if is_missing(error):
                return None
            raise
        if found["KeyState"] in _GOING:
            return None
        rotation = kms.get_key_rotation_status(KeyId=identity)
        return {
            "arn": found["Arn"],
            "customer_master_key_spec": found.get("KeySpec", "SYMMETRIC_DEFAULT"),
            "description": found.get("Description", ""),
            "enable_key_rotation": rotation["KeyRotationEnabled"],
            "id": found["KeyId"],
            "is_enabled": found["Enabled"],
            "key_id": found["KeyId"],
            "key_usage": found.get("KeyUsage", "ENCRYPT_DECRYPT"),
            "multi_region": found.get("MultiRegion", False),
            "policy": normal_json(kms.get_key_policy(KeyId=identity, PolicyName="default")["Policy"]),
            "rotation_period_in_days": rotation.get("RotationPeriodInDays", 0) if rotation["KeyRotationEnabled"] else 0,
            **tag_values(self._tags(kms, identity), known),
        }

    def converge(self, api: Api, identity: str, live: Values, desired: Values) -> None:
        """Description, policy, state, rotation and tags, each by its own call."""
        kms = api.clients.client("kms")
        names = set(changed(self.schema, live, desired))
        if "description" in names and not has_unknown(desired["description"]):
            kms.update_key_description(KeyId=identity, Description=_text(desired["description"]))
        if "policy" in names and isinstance(desired["policy"], str):
            kms.put_key_policy(KeyId=identity, PolicyName="default", Policy=desired["policy"])
        # Rotation of a disabled key cannot be changed, so enabling comes before it and disabling after.
        if "is_enabled" in names and desired["is_enabled"]:
            kms.enable_key(KeyId=identity)
        if "enable_key_rotation" in names:
            (kms.enable_key_rotation if desired["enable_key_rotation"] else kms.disable_key_rotation)(KeyId=identity)
        if "is_enabled" in names and not desired["is_enabled"]:
            kms.disable_key(KeyId=identity)
        added, removed = tag_changes(live, desired)
        if added:
            tags = [{"TagKey": name, "TagValue": value} for name, value in sorted(added.items())]
            kms.tag_resource(KeyId=identity, Tags=tags)
        if removed:
            kms.untag_resource(KeyId=identity, TagKeys=removed)

    def delete(self, api: Api, identity: str, known: Values) -> None:
        """Schedule its deletion."""
        kms = api.clients.client("kms")
        window_days = known.get("deletion_window_in_days") or _DEFAULT_DELETION_WINDOW_DAYS
        if self.read(api, identity, known) is not None:
            kms.schedule_key_deletion(KeyId=identity, PendingWindowInDays=window_days)

    def _tags(self, kms: Any, key: str) -> dict[str, str]:
        return {
            tag["TagKey"]: tag["TagValue"]
            for page in kms.get_paginator("list_resource_tags").paginate(KeyId=key)
            for tag in page["Tags"]
        }


class KmsAlias:
    """An alias of a key; its id is its name."""

    name = "aws_kms_alias"
    schema_version = 0
    schema: Schema = MappingProxyType(
        {
            "arn": computed(),
            "id": computed(),
            "name": Attribute(is_required=True, forces_new=True),
            "name_prefix": computed(),
            "target_key_arn": computed(derived_from=("target_key_id",)),
            "target_key_id": Attribute(is_required=True),
        }
    )

    def find_made(self, api: Api, desired: Values) -> str | None:
        """The alias, if it points to the key it should: aliases carry no tags."""
        live = self.read(api, desired["name"], desired)
        return str(desired["name"]) if live and live["target_key_id"] == _key_id(desired["target_key_id"]) else None

    def make(self, api: Api, desired: Values) -> str:
        """Create it."""
        api.clients.client("kms").create_alias(AliasName=desired["name"], TargetKeyId=desired["target_key_id"])
        return str(desired["name"])

    def read(self, api: Api, identity: str, known: Values) -> Values | None:
        """The alias and the key it points to."""
        kms = api.clients.client("kms")
        for page in kms.get_paginator("list_aliases").paginate():
            for alias in page["Aliases"]:
                if alias["AliasName"] == identity and alias.get("TargetKeyId"):
                    key_arn = kms.describe_key(KeyId=alias["TargetKeyId"])["KeyMetadata"]["Arn"]
                    written = known.get("target_key_id")
                    # The provider keeps the spelling of the source: an ARN stays an ARN.
                    shown = written if written == key_arn else alias["TargetKeyId"]
                    return {
                        "arn": alias["AliasArn"],
                        "id": identity,
                        "name": identity,
                        "name_prefix": "",
                        "target_key_arn": key_arn,
                        "target_key_id": shown,
                    }
        return None

    def converge(self, api: Api, identity: str, live: Values, desired: Values) -> None:
        """Point it to another key."""
        if _key_id(live["target_key_id"]) != _key_id(desired["target_key_id"]):
            api.clients.client("kms").update_alias(AliasName=identity, TargetKeyId=desired["target_key_id"])

    def delete(self, api: Api, identity: str, known: Values) -> None:
        """Remove it; the key stays."""
        del known
        try:
            api.clients.client("kms").delete_alias(AliasName=identity)
        except ClientError as error:
            if not is_missing(error):
                raise


def _key_id(identity: str) -> str:
    return identity.rsplit("/", 1)[-1]


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
