"""What S3 configures beside a bucket: each is one document per bucket, put whole, with the bucket's name as its id."""

from types import MappingProxyType
from typing import Any

from botocore.exceptions import ClientError

from pavior.adapters.engines.embedded.calls import is_missing
from pavior.adapters.engines.embedded.resource_type import Api
from pavior.adapters.engines.embedded.schema import Attribute, Kind, Schema, absent, changed, computed
from pavior.adapters.engines.values import Json, Values, normal_json

_BUCKET = Attribute(is_required=True, forces_new=True)
_FLAG = Attribute(Kind.BOOLEAN, default=False)


class BucketSetting:
    """What all of them share. `s3` is a boto3 client, whose methods exist at run time only."""

    name: str
    schema_version = 0
    schema: Schema

    def find_made(self, api: Api, desired: Values) -> str | None:
        """Nothing to find: putting it again is the same."""
        del api, desired
        return None

    def make(self, api: Api, desired: Values) -> str:
        """Put the document."""
        self.put(api.clients.client("s3"), desired["bucket"], desired)
        return str(desired["bucket"])

    def read(self, api: Api, identity: str, known: Values) -> Values | None:
        """The document as attributes."""
        del known
        try:
            values = self.get(api.clients.client("s3"), identity)
        except ClientError as error:
            if is_missing(error):
                return None
            raise
        return None if values is None else {"id": identity, "bucket": identity, **values}

    def converge(self, api: Api, identity: str, live: Values, desired: Values) -> None:
        """Put the document when it differs."""
        if changed(self.schema, live, desired):
            self.put(api.clients.client("s3"), identity, desired)

    def delete(self, api: Api, identity: str, known: Values) -> None:
        """Remove the document, or put the one that turns it off."""
        del known
        try:
            self.remove(api.clients.client("s3"), identity)
        except ClientError as error:
            if not is_missing(error):
                raise

    def get(self, s3: Any, bucket: str) -> Values | None:
        """The attributes, or None when nothing is set."""
        raise NotImplementedError

    def put(self, s3: Any, bucket: str, desired: Values) -> None:
        """Put the whole document."""
        raise NotImplementedError

    def remove(self, s3: Any, bucket: str) -> None:
        """Take it away."""
        raise NotImplementedError


_PUBLIC_ACCESS = {
    "block_public_acls": "BlockPublicAcls",
    "block_public_policy": "BlockPublicPolicy",
    "ignore_public_acls": "IgnorePublicAcls",
    "restrict_public_buckets": "RestrictPublicBuckets",
}


class PublicAccessBlock(BucketSetting):
    """aws_s3_bucket_public_access_block."""

    name = "aws_s3_bucket_public_access_block"
    schema: Schema = MappingProxyType({**dict.fromkeys(_PUBLIC_ACCESS, _FLAG), "bucket": _BUCKET, "id": computed()})

    def get(self, s3: Any, bucket: str) -> Values | None:
        """The four flags."""
        found = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
        return {name: bool(found.get(key)) for name, key in _PUBLIC_ACCESS.items()}

    def put(self, s3: Any, bucket: str, desired: Values) -> None:
        """The four flags."""
        flags = {key: bool(desired.get(name)) for name, key in _PUBLIC_ACCESS.items()}
        s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=flags)

    def remove(self, s3: Any, bucket: str) -> None:
        """No block at all."""
        s3.delete_public_access_block(Bucket=bucket)


class Versioning(BucketSetting):
    """aws_s3_bucket_versioning. AWS cannot go back to never versioned, so removing it suspends."""

    name = "aws_s3_bucket_versioning"
    schema: Schema = MappingProxyType(
        {
            "bucket": _BUCKET,
            "expected_bucket_owner": absent(),
            "id": computed(),
            "mfa": absent(),
            "versioning_configuration": Attribute(
                Kind.BLOCK_LIST,
                is_required=True,
                is_single=True,
                block=MappingProxyType(
                    {
                        "mfa_delete": computed(),
                        "status": Attribute(is_required=True, allowed=("Enabled", "Suspended", "Disabled")),
                    }
                ),
            ),
        }
    )

    def get(self, s3: Any, bucket: str) -> Values | None:
        """Enabled, Suspended, or None for never set."""
        found = s3.get_bucket_versioning(Bucket=bucket)
        if "Status" not in found:
            return None
        return {"versioning_configuration": [{"mfa_delete": found.get("MFADelete", ""), "status": found["Status"]}]}

    def put(self, s3: Any, bucket: str, desired: Values) -> None:
        """The status."""
        status = desired["versioning_configuration"][0]["status"]
        # "Disabled" is the provider's word for never having been set.
        if status != "Disabled":
            s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": status})

    def remove(self, s3: Any, bucket: str) -> None:
        """Suspend."""
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})


class OwnershipControls(BucketSetting):
    """aws_s3_bucket_ownership_controls."""

    name = "aws_s3_bucket_ownership_controls"
    schema: Schema = MappingProxyType(
        {
            "bucket": _BUCKET,
            "id": computed(),
            "rule": Attribute(
                Kind.BLOCK_LIST,
                is_required=True,
                is_single=True,
                block=MappingProxyType(
                    {
                        "object_ownership": Attribute(
                            is_required=True,
                            allowed=("BucketOwnerPreferred", "ObjectWriter", "BucketOwnerEnforced"),
                        )
                    }
                ),
            ),
        }
    )

    def get(self, s3: Any, bucket: str) -> Values | None:
        """The rule."""
        rules = s3.get_bucket_ownership_controls(Bucket=bucket)["OwnershipControls"]["Rules"]
        return {"rule": [{"object_ownership": rule["ObjectOwnership"]} for rule in rules]}

    def put(self, s3: Any, bucket: str, desired: Values) -> None:
        """The rule."""
        rules = [{"ObjectOwnership": rule["object_ownership"]} for rule in desired["rule"]]
        s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls={"Rules": rules})

    def remove(self, s3: Any, bucket: str) -> None:
        """AWS's default again."""
        s3.delete_bucket_ownership_controls(Bucket=bucket)


_BY_DEFAULT = "apply_server_side_encryption_by_default"


class Encryption(BucketSetting):
    """aws_s3_bucket_server_side_encryption_configuration."""

    name = "aws_s3_bucket_server_side_encryption_configuration"
    schema: Schema = MappingProxyType(
        {
            "bucket": _BUCKET,
            "expected_bucket_owner": absent(),
            "id": computed(),
            "rule": Attribute(
                Kind.BLOCK_SET,
                is_required=True,
                block=MappingProxyType(
                    {
                        _BY_DEFAULT: Attribute(
                            Kind.BLOCK_LIST,
                            is_single=True,
                            block=MappingProxyType(
                                {
                                    "kms_master_key_id": Attribute(default=""),
                                    "sse_algorithm": Attribute(
                                        is_required=True, allowed=("AES256", "aws:kms", "aws:kms:dsse")
                                    ),
                                }
                            ),
                        ),
                        "bucket_key_enabled": Attribute(Kind.BOOLEAN),
                    }
                ),
            ),
        }
    )

    def get(self, s3: Any, bucket: str) -> Values | None:
        """The rules."""
        found = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
        rules: list[Values] = []
        for rule in found:
            default: Json = rule.get("ApplyServerSideEncryptionByDefault")
            rules.append(
                {
                    _BY_DEFAULT: [
                        {
                            "kms_master_key_id": default.get("KMSMasterKeyID", ""),
                            "sse_algorithm": default["SSEAlgorithm"],
                        }
                    ]
                    if default
                    else [],
                    "bucket_key_enabled": rule.get("BucketKeyEnabled"),
                }
            )
        return {"rule": rules}

    def put(self, s3: Any, bucket: str, desired: Values) -> None:
        """The rules."""
        rules: list[Json] = []
        for rule in desired["rule"]:
            wanted: Json = {}
            for default in rule.get(_BY_DEFAULT) or []:
                wanted["ApplyServerSideEncryptionByDefault"] = {
                    "SSEAlgorithm": default["sse_algorithm"],
                    **({"KMSMasterKeyID": default["kms_master_key_id"]} if default.get("kms_master_key_id") else {}),
                }
            if rule.get("bucket_key_enabled") is not None:
                wanted["BucketKeyEnabled"] = rule["bucket_key_enabled"]
            rules.append(wanted)
        s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": rules})

    def remove(self, s3: Any, bucket: str) -> None:
        """AWS's default again."""
        s3.delete_bucket_encryption(Bucket=bucket)


class BucketPolicy(BucketSetting):
    """aws_s3_bucket_policy."""

    name = "aws_s3_bucket_policy"
    schema: Schema = MappingProxyType(
        {"bucket": _BUCKET, "id": computed(), "policy": Attribute(Kind.POLICY, is_required=True)}
    )

    def get(self, s3: Any, bucket: str) -> Values | None:
        """The document."""
        return {"policy": normal_json(s3.get_bucket_policy(Bucket=bucket)["Policy"])}

    def put(self, s3: Any, bucket: str, desired: Values) -> None:
        """The document."""
        s3.put_bucket_policy(Bucket=bucket, Policy=desired["policy"])

    def remove(self, s3: Any, bucket: str) -> None:
        """No policy."""
        s3.delete_bucket_policy(Bucket=bucket)
