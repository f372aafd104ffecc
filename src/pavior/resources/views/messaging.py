"""What carries messages from one service to the next: queues, topics and streams."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from pavior.resources.defaults import get_default
from pavior.resources.model import Resource, Unknown
from pavior.resources.views.facts import Fact, Source, Truth, all_of, any_of, ask
from pavior.resources.views.index import GraphIndex
from pavior.resources.views.keys import chosen_key, own_key
from pavior.resources.views.kinds import ViewType, of_types


class MessageChannel(Struct, frozen=True):
    """What carries messages.

    Args:
        is_encrypted: Messages that wait in it are encrypted, whoever holds the key.
        has_own_key: With a key that the customer holds, not with one that the provider owns or manages.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    is_encrypted: Fact[bool]
    has_own_key: Fact[bool]


def build_message_channel(resource: Resource, index: GraphIndex) -> MessageChannel | None:
    """From a queue, topic or stream; None for a delivery that only reads what another stream keeps."""
    del index
    own = Source(resource)
    sources = (own.value(name) for name in ("kinesis_source_configuration", "msk_source_configuration"))
    if any(isinstance(source, list) and source for source in sources):
        return None
    is_encrypted, has_own_key = _READ[resource.type](own)
    return MessageChannel(resource, (), is_encrypted, has_own_key)


def _queue(own: Source) -> tuple[Fact[bool], Fact[bool]]:
    managed = own.truth("sqs_managed_sse_enabled")
    if isinstance(managed.value, Unknown) and not own.is_written("sqs_managed_sse_enabled"):
        managed = own.fact(managed.attribute, get_default("aws_sqs_queue", "sqs_managed_sse_enabled") is True)
    named = _is_named(own, "kms_master_key_id")
    encrypted = own.fact(managed.attribute, any_of((named, managed.value)))
    return encrypted, own_key(own, "kms_master_key_id")


def _topic(own: Source) -> tuple[Fact[bool], Fact[bool]]:
    return own.fact("kms_master_key_id", _is_named(own, "kms_master_key_id")), own_key(own, "kms_master_key_id")


def _stream(own: Source) -> tuple[Fact[bool], Fact[bool]]:
    kind = own.text("encryption_type")
    encrypted = ask(kind.value, lambda word: word.upper() == "KMS")
    return own.fact(kind.attribute, encrypted), _with_key(own, kind.attribute, encrypted, "kms_key_id")


def _video(own: Source) -> tuple[Fact[bool], Fact[bool]]:
    # There is no switch: without a key of ours, AWS takes its own.
    return own.fact("kms_key_id", value=True), chosen_key(own, "kms_key_id")


def _delivery(own: Source) -> tuple[Fact[bool], Fact[bool]]:
    enabled = own.truth("server_side_encryption.0.enabled")
    kind = own.text("server_side_encryption.0.key_type")
    is_ours = all_of((enabled.value, ask(kind.value, lambda word: word == "CUSTOMER_MANAGED_CMK")))
    at = kind.attribute if enabled.value is True else enabled.attribute
    return enabled, _with_key(own, at, is_ours, "server_side_encryption.0.key_arn")


def _is_named(own: Source, path: str) -> Truth:
    value = own.value(path)
    if value is None or value == "":
        return False
    # What the apply makes known is the key of this name.
    key = own_key(own, path).value
    return key if isinstance(key, Unknown) else True


def _with_key(own: Source, switch: str, is_on: Truth, path: str) -> Fact[bool]:
    """Our key, where the switch is on; else the switch is what to look at."""
    if is_on is not True:
        return own.fact(switch, is_on)
    return own_key(own, path)


_READ: Mapping[str, Callable[[Source], tuple[Fact[bool], Fact[bool]]]] = MappingProxyType(
    {
        "aws_kinesis_firehose_delivery_stream": _delivery,
        "aws_kinesis_stream": _stream,
        "aws_kinesis_video_stream": _video,
        "aws_sns_topic": _topic,
        "aws_sqs_queue": _queue,
    }
)
MESSAGE_CHANNEL_TYPES: Final = tuple(_READ)

VIEW_TYPES: Final = (ViewType("MessageChannel", of_types(*MESSAGE_CHANNEL_TYPES), build_message_channel),)
