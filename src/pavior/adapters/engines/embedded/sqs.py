"""aws_sqs_queue and aws_sqs_queue_policy: standard queues."""

from types import MappingProxyType
from typing import Any

from botocore.exceptions import ClientError

from pavior.adapters.engines.embedded.calls import is_missing
from pavior.adapters.engines.embedded.resource_type import (
    ENVIRONMENT_TAG,
    OPERATION_TAG,
    Api,
    tag_changes,
    tag_values,
)
from pavior.adapters.engines.embedded.schema import (
    TAGS,
    Attribute,
    Kind,
    Schema,
    absent,
    changed,
    computed,
    copy_of_another,
)
from pavior.adapters.engines.values import Values, normal_json
from pavior.kernel.errors import ConflictError

# Attribute of the provider to what the service calls it. Both are numbers, in texts there.
_NUMBERS = {
    "delay_seconds": "DelaySeconds",
    "max_message_size": "MaximumMessageSize",
    "message_retention_seconds": "MessageRetentionPeriod",
    "receive_wait_time_seconds": "ReceiveMessageWaitTimeSeconds",
    "visibility_timeout_seconds": "VisibilityTimeout",
}
_KEY, _KEY_REUSE, _MANAGED = "KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "SqsManagedSseEnabled"
# docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
_DEFAULT_KEY_REUSE_SECONDS = 300


class Queue:
    """A standard queue; its id is its URL."""

    name = "aws_sqs_queue"
    schema_version = 0
    schema: Schema = MappingProxyType(
        {
            "arn": computed(),
            "content_based_deduplication": Attribute(Kind.BOOLEAN, is_settable=False, default=False),
            "deduplication_scope": computed(),
            "delay_seconds": Attribute(Kind.NUMBER, default=0),
            "fifo_queue": Attribute(Kind.BOOLEAN, is_settable=False, default=False),
            "fifo_throughput_limit": computed(),
            "id": computed(),
            # The service tells it of queues with a key alone.
            "kms_data_key_reuse_period_seconds": Attribute(
                Kind.NUMBER, is_computed=True, derived_from=("kms_master_key_id",)
            ),
            "kms_master_key_id": Attribute(),
            "max_message_size": Attribute(Kind.NUMBER, default=262_144),
            "message_retention_seconds": Attribute(Kind.NUMBER, default=345_600),
            "name": Attribute(is_required=True, forces_new=True),
            "name_prefix": computed(),
            "policy": copy_of_another(Kind.POLICY),
            "receive_wait_time_seconds": Attribute(Kind.NUMBER, default=0),
            "redrive_allow_policy": copy_of_another(),
            "redrive_policy": copy_of_another(),
            "sqs_managed_sse_enabled": Attribute(Kind.BOOLEAN, is_computed=True),
            **TAGS,
            "timeouts": absent(),
            "url": computed(),
            "visibility_timeout_seconds": Attribute(Kind.NUMBER, default=30),
        }
    )

    def find_made(self, api: Api, desired: Values) -> str | None:
        """The queue, if it carries this operation's tag: to make one again gives whatever has the name.

        Raises:
            ConflictError: `resource-exists`.
        """
        sqs = api.clients.client("sqs")
        try:
            url = str(sqs.get_queue_url(QueueName=desired["name"])["QueueUrl"])
        except ClientError as error:
            if is_missing(error):
                return None
            raise
        tags = self._tags(sqs, url)
        if (tags.get(OPERATION_TAG), tags.get(ENVIRONMENT_TAG)) == (api.operation, api.environment):
            return url
        raise ConflictError(
            "resource-exists",
            f"The queue {desired['name']} exists already, and was not made for {api.environment} by this plan.",
            fix="Choose another name for the queue, or remove the existing one if nobody needs it.",
            context={"queue": desired["name"]},
        )

    def make(self, api: Api, desired: Values) -> str:
        """Create it, tagged in the same call."""
        return str(api.clients.client("sqs").create_queue(QueueName=desired["name"], tags=api.own_tags)["QueueUrl"])

    def read(self, api: Api, identity: str, known: Values) -> Values | None:
        """The queue with its tags."""
        sqs = api.clients.client("sqs")
        found = _attributes(sqs, identity)
        if found is None:
            return None
        return {
            "arn": found["QueueArn"],
            "content_based_deduplication": False,
            "deduplication_scope": "",
            "fifo_queue": False,
            "fifo_throughput_limit": "",
            "id": identity,
            "kms_data_key_reuse_period_seconds": int(found.get(_KEY_REUSE, _DEFAULT_KEY_REUSE_SECONDS)),
            "kms_master_key_id": found.get(_KEY, ""),
            "name": found["QueueArn"].rsplit(":", 1)[-1],
            "name_prefix": "",
            "sqs_managed_sse_enabled": found.get(_MANAGED) == "true",
            "url": identity,
            **{name: int(found[key]) for name, key in _NUMBERS.items()},
            **tag_values(self._tags(sqs, identity), known),
        }

    def converge(self, api: Api, identity: str, live: Values, desired: Values) -> None:
        """Numbers, encryption and tags."""
        sqs = api.clients.client("sqs")
        names = changed(self.schema, live, desired)
        texts = {key: str(desired[name]) for name, key in _NUMBERS.items() if name in names}
        texts |= self._encryption(names, desired)
        if texts:
            # Moto 5.2.5 forgets the policy with every other change; to AWS it is the same to be told it again.
            policy = (_attributes(sqs, identity) or {}).get("Policy")
            sqs.set_queue_attributes(QueueUrl=identity, Attributes=texts | ({"Policy": policy} if policy else {}))
        added, removed = tag_changes(live, desired)
        if added:
            sqs.tag_queue(QueueUrl=identity, Tags=added)
        if removed:
            sqs.untag_queue(QueueUrl=identity, TagKeys=removed)

    def delete(self, api: Api, identity: str, known: Values) -> None:
        """Delete it, and the messages in it."""
        del known
        try:
            api.clients.client("sqs").delete_queue(QueueUrl=identity)
        except ClientError as error:
            if not is_missing(error):
                raise

    def _encryption(self, names: list[str], desired: Values) -> dict[str, str]:
        """A key of one's own and the service's exclude each other, so the one that goes is told to go."""
        texts: dict[str, str] = {}
        if "kms_master_key_id" in names:
            texts[_KEY] = desired.get("kms_master_key_id") or ""
        if "kms_data_key_reuse_period_seconds" in names:
            texts[_KEY_REUSE] = str(desired["kms_data_key_reuse_period_seconds"])
        if "sqs_managed_sse_enabled" in names:
            texts[_MANAGED] = "true" if desired["sqs_managed_sse_enabled"] else "false"
        return texts

    def _tags(self, sqs: Any, url: str) -> dict[str, str]:
        tags: dict[str, str] = sqs.list_queue_tags(QueueUrl=url).get("Tags", {})
        return tags


class QueuePolicy:
    """Who may use a queue: one document, put whole, with the queue's URL as its id."""

    name = "aws_sqs_queue_policy"
    schema_version = 1
    schema: Schema = MappingProxyType(
        {
            "id": computed(),
            "policy": Attribute(Kind.POLICY, is_required=True),
            "queue_url": Attribute(is_required=True, forces_new=True),
        }
    )

    def find_made(self, api: Api, desired: Values) -> str | None:
        """Nothing to find: putting it again is the same."""
        del api, desired
        return None

    def make(self, api: Api, desired: Values) -> str:
        """Put the document."""
        self._put(api, desired["queue_url"], desired["policy"])
        return str(desired["queue_url"])

    def read(self, api: Api, identity: str, known: Values) -> Values | None:
        """The document, or None when there is none."""
        del known
        found = _attributes(api.clients.client("sqs"), identity)
        if not found or not found.get("Policy"):
            return None
        return {"id": identity, "policy": normal_json(found["Policy"]), "queue_url": identity}

    def converge(self, api: Api, identity: str, live: Values, desired: Values) -> None:
        """Put the document when it differs."""
        if changed(self.schema, live, desired):
            self._put(api, identity, desired["policy"])

    def delete(self, api: Api, identity: str, known: Values) -> None:
        """Put none."""
        del known
        try:
            self._put(api, identity, "")
        except ClientError as error:
            if not is_missing(error):
                raise

    def _put(self, api: Api, url: str, policy: str) -> None:
        api.clients.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})


def _attributes(sqs: Any, url: str) -> dict[str, str] | None:
    try:
        found: dict[str, str] = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    except ClientError as error:
        if is_missing(error):
            return None
        raise
    return found
