"""Records of who did what in an account."""

from typing import Final

from msgspec import Struct

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import Resource, Unknown
from pavior.resources.views.facts import Fact, Source, Truth
from pavior.resources.views.index import GraphIndex
from pavior.resources.views.keys import own_key
from pavior.resources.views.kinds import ViewType, of_types

AUDIT_TRAIL_TYPES: Final = ("aws_cloudtrail",)
AUDIT_STORE_TYPES: Final = (*AUDIT_TRAIL_TYPES, "aws_cloudtrail_event_data_store")


class AuditTrail(Struct, frozen=True):
    """A record of who did what, written as it happens.

    Args:
        is_on: It is being written.
        sees_every_region: What is done in another region is in it too.
        shows_changes: A record that somebody changed or took away afterwards can be told from a true one.
        announces: Somebody is told when new records are there.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    is_on: Fact[bool]
    sees_every_region: Fact[bool]
    shows_changes: Fact[bool]
    announces: Fact[bool]


class AuditStore(Struct, frozen=True):
    """Where such records are kept.

    Args:
        has_own_key: Encrypted with a key that the customer holds, not with one that the provider manages.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    has_own_key: Fact[bool]


def build_audit_trail(resource: Resource, index: GraphIndex) -> AuditTrail:
    """From `aws_cloudtrail`."""
    del index
    own = Source(resource)
    return AuditTrail(
        resource=resource,
        satellites=(),
        is_on=own.truth("enable_logging"),
        sees_every_region=own.truth("is_multi_region_trail"),
        shows_changes=own.truth("enable_log_file_validation"),
        announces=own.fact("sns_topic_name", _is_given(own, "sns_topic_name")),
    )


def build_audit_store(resource: Resource, index: GraphIndex) -> AuditStore:
    """From `aws_cloudtrail` or `aws_cloudtrail_event_data_store`."""
    del index
    return AuditStore(resource, (), own_key(Source(resource), "kms_key_id"))


def _is_given(own: Source, path: str) -> Truth:
    value = own.value(path)
    if isinstance(value, Unknown):
        # A topic that the apply makes is one; what was not evaluated may also be none.
        is_made = value.reason is UnknownReason.KNOWN_AFTER_APPLY and own.references(path)
        return True if is_made else value
    return bool(value)


VIEW_TYPES: Final = (
    ViewType("AuditTrail", of_types(*AUDIT_TRAIL_TYPES), build_audit_trail),
    ViewType("AuditStore", of_types(*AUDIT_STORE_TYPES), build_audit_store),
)
