"""aws_s3_bucket."""

from types import MappingProxyType

from botocore.exceptions import ClientError

from pavior.adapters.engines.embedded.calls import error_code, is_missing
from pavior.adapters.engines.embedded.resource_type import (
    ENVIRONMENT_TAG,
    OPERATION_TAG,
    Api,
    tag_changes,
    tag_values,
)
from pavior.adapters.engines.embedded.schema import TAGS, Attribute, Kind, Schema, absent, computed, copy_of_another
from pavior.adapters.engines.values import Values
from pavior.kernel.errors import ConflictError

# AWS's default region takes no location constraint.
_DEFAULT_REGION = "us-east-1"

# Route 53 zones of S3 website endpoints; docs.aws.amazon.com/general/latest/gr/s3.html, read from provider 5.100.0.
_HOSTED_ZONES = {
    "eu-west-1": "Z1BKCTXD74EZPE",
    "eu-west-2": "Z3GKZC51ZF0DB4",
    "eu-west-3": "Z3R1K369G5AVDG",
    "eu-central-1": "Z21DNDUVLTQW6Q",
    "eu-north-1": "Z3BAZG2TWCNX0D",
    "us-east-1": "Z3AQBSTGFYJSTF",
    "us-east-2": "Z2O1EMRO9K5GLX",
    "us-west-1": "Z2F56UZL2M1ACD",
    "us-west-2": "Z3BJ6K6RIION7M",
}


class S3Bucket:
    """The bucket itself; what AWS configures beside it has types of its own."""

    name = "aws_s3_bucket"
    schema_version = 0
    schema: Schema = MappingProxyType(
        {
            "acceleration_status": copy_of_another(),
            "acl": copy_of_another(),
            "arn": computed(),
            "bucket": Attribute(is_required=True, forces_new=True),
            "bucket_domain_name": computed(),
            "bucket_prefix": copy_of_another(),
            "bucket_regional_domain_name": computed(),
            "cors_rule": copy_of_another(Kind.BLOCK_LIST),
            "force_destroy": Attribute(Kind.BOOLEAN, default=False, is_local=True),
            "grant": copy_of_another(Kind.BLOCK_SET),
            "hosted_zone_id": computed(),
            "id": computed(),
            "lifecycle_rule": copy_of_another(Kind.BLOCK_LIST),
            "logging": copy_of_another(Kind.BLOCK_LIST),
            "object_lock_configuration": copy_of_another(Kind.BLOCK_LIST),
            "object_lock_enabled": computed(Kind.BOOLEAN),
            "policy": copy_of_another(Kind.POLICY),
            "region": computed(),
            "replication_configuration": copy_of_another(Kind.BLOCK_LIST),
            "request_payer": copy_of_another(),
            "server_side_encryption_configuration": copy_of_another(Kind.BLOCK_LIST),
            **TAGS,
            "timeouts": absent(),
            "versioning": copy_of_another(Kind.BLOCK_LIST),
            "website": copy_of_another(Kind.BLOCK_LIST),
            "website_domain": copy_of_another(),
            "website_endpoint": copy_of_another(),
        }
    )

    def find_made(self, api: Api, desired: Values) -> str | None:
        """The bucket, if it carries this operation's tag, or no tag at all: see `make`."""
        try:
            api.clients.client("s3").head_bucket(Bucket=desired["bucket"])
        except ClientError as error:
            if is_missing(error):
                return None
            raise
        tags = self._tags(api, desired["bucket"])
        if (tags.get(OPERATION_TAG), tags.get(ENVIRONMENT_TAG)) == (api.operation, api.environment):
            return str(desired["bucket"])
        # Creating and tagging are two calls. When it is recorded that the bucket was absent before the first,
        # an untagged one is what the interrupted try left.
        if api.is_resumed and not tags:
            return str(desired["bucket"])
        raise ConflictError(
            "resource-exists",
            f"The bucket {desired['bucket']} exists already, and was not made for {api.environment} by this plan.",
            fix="Choose another bucket name, or remove the existing bucket if nobody needs it.",
            context={"bucket": desired["bucket"]},
        )

    def make(self, api: Api, desired: Values) -> str:
        """Create it and tag it."""
        s3 = api.clients.client("s3")
        bucket: str = desired["bucket"]
        if api.region == _DEFAULT_REGION:
            s3.create_bucket(Bucket=bucket)
        else:
            s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": api.region})
        self._put_tags(api, bucket, api.own_tags)
        return bucket

    def read(self, api: Api, identity: str, known: Values) -> Values | None:
        """The bucket with its tags."""
        s3 = api.clients.client("s3")
        try:
            region = s3.get_bucket_location(Bucket=identity).get("LocationConstraint") or _DEFAULT_REGION
        except ClientError as error:
            if is_missing(error):
                return None
            raise
        return {
            "arn": f"arn:aws:s3:::{identity}",
            "bucket": identity,
            "bucket_domain_name": f"{identity}.s3.amazonaws.com",
            "bucket_regional_domain_name": f"{identity}.s3.{region}.amazonaws.com",
            "hosted_zone_id": _HOSTED_ZONES.get(region),
            "id": identity,
            "object_lock_enabled": self._has_object_lock(api, identity),
            "region": region,
            **tag_values(self._tags(api, identity), known),
        }

    def converge(self, api: Api, identity: str, live: Values, desired: Values) -> None:
        """Set its tags."""
        added, removed = tag_changes(live, desired)
        tags = self._tags(api, identity)
        if added or removed or OPERATION_TAG not in tags:
            kept = {name: value for name, value in tags.items() if name not in removed}
            own = {} if OPERATION_TAG in tags else api.own_tags
            self._put_tags(api, identity, {**kept, **own, **added})

    def delete(self, api: Api, identity: str, known: Values) -> None:
        """Delete it; with `force_destroy` its objects first."""
        s3 = api.clients.client("s3")
        try:
            if known.get("force_destroy"):
                self._empty(api, identity)
            s3.delete_bucket(Bucket=identity)
        except ClientError as error:
            if not is_missing(error):
                raise

    def _empty(self, api: Api, bucket: str) -> None:
        s3 = api.clients.client("s3")
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
            found = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
            keys = [{"Key": item["Key"], "VersionId": item["VersionId"]} for item in found]
            if keys:
                s3.delete_objects(Bucket=bucket, Delete={"Objects": keys, "Quiet": True})

    def _has_object_lock(self, api: Api, bucket: str) -> bool:
        try:
            answer = api.clients.client("s3").get_object_lock_configuration(Bucket=bucket)
        except ClientError as error:
            if error_code(error) == "ObjectLockConfigurationNotFoundError":
                return False
            raise
        return bool(answer.get("ObjectLockConfiguration", {}).get("ObjectLockEnabled") == "Enabled")

    def _tags(self, api: Api, bucket: str) -> dict[str, str]:
        try:
            tag_set = api.clients.client("s3").get_bucket_tagging(Bucket=bucket)["TagSet"]
        except ClientError as error:
            if error_code(error) == "NoSuchTagSet":
                return {}
            raise
        return {tag["Key"]: tag["Value"] for tag in tag_set}

    def _put_tags(self, api: Api, bucket: str, tags: dict[str, str]) -> None:
        tag_set = [{"Key": name, "Value": value} for name, value in sorted(tags.items())]
        api.clients.client("s3").put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": tag_set})
