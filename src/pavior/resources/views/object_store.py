"""Places that keep objects, such as an S3 bucket with what S3 configures beside it."""

from typing import Final, TypeVar

from msgspec import Struct, structs

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.defaults import get_default
from pavior.resources.model import GraphFormat, Resource, Unknown
from pavior.resources.views.elsewhere import in_all_clouds
from pavior.resources.views.facts import Fact, Source
from pavior.resources.views.index import Attached, GraphIndex, Link
from pavior.resources.views.keys import own_key
from pavior.resources.views.kinds import ViewType, of_types
from pavior.resources.views.object_acl import READING, WRITING, public_grant
from pavior.resources.views.policies import PolicyDocument, read_policy
from pavior.resources.views.written import is_set

T = TypeVar("T")

OBJECT_STORE_TYPES: Final = ("aws_s3_bucket",)

_SWITCHES = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
_KMS_ALGORITHMS = ("aws:kms", "aws:kms:dsse")
_ENCRYPTION = "apply_server_side_encryption_by_default.0"


def _link(satellite_type: str) -> Link:
    return Link(satellite_type, "bucket", OBJECT_STORE_TYPES, ("bucket", "id"))


_ACCESS_BLOCK = _link("aws_s3_bucket_public_access_block")
_ENCRYPTED = _link("aws_s3_bucket_server_side_encryption_configuration")
_VERSIONED = _link("aws_s3_bucket_versioning")
_POLICY = _link("aws_s3_bucket_policy")
_OWNERSHIP = _link("aws_s3_bucket_ownership_controls")
_ACL = _link("aws_s3_bucket_acl")
_LOGGED = _link("aws_s3_bucket_logging")
_LINKS = (_ACCESS_BLOCK, _ENCRYPTED, _VERSIONED, _OWNERSHIP)


class ObjectStore(Struct, frozen=True):
    """A place that keeps objects.

    Args:
        satellites: What configures it beside its own resource.
        blocks_public_acls: New lists that name everybody are refused. Where one switch does for all of it, this and
            the next three are that switch.
        encryption: `AES256`, `aws:kms` or `aws:kms:dsse`.
        has_own_key: Encrypted with a key that the customer holds, not with one that the provider manages.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    blocks_public_acls: Fact[bool]
    blocks_public_policy: Fact[bool]
    ignores_public_acls: Fact[bool]
    restricts_public_access: Fact[bool]
    encryption: Fact[str]
    has_own_key: Fact[bool]
    is_versioned: Fact[bool]


class ObjectStoreConnection(Struct, frozen=True):
    """How an object store may be spoken to.

    Args:
        policy: Who else may do what with it, and over what; empty when there is none.
        requires_tls: A request without TLS is refused. None where only the policy can say that.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    policy: Fact[PolicyDocument]
    requires_tls: Fact[bool] | None


class ObjectStoreAcl(Struct, frozen=True):
    """Whom an object store, or one part of it, lets in without asking who they are.

    Args:
        lets_anybody_read: The access control list names everybody, or everybody with an account at the provider.
        lets_anybody_write: The same, for writing objects or the list itself.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    lets_anybody_read: Fact[bool]
    lets_anybody_write: Fact[bool]


class ObjectAccess(Struct, frozen=True):
    """A place that keeps objects, and whether somebody writes down who asks for them.

    Args:
        is_recorded: The provider writes every request to another place.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    is_recorded: Fact[bool]


def build_object_store(resource: Resource, index: GraphIndex) -> ObjectStore:
    """From `aws_s3_bucket` and its satellites, or the bucket's own blocks where an old provider has them."""
    gathered = {link: index.attached(resource, link) for link in _LINKS}
    encryption, has_own_key = _encryption(resource, index, gathered[_ENCRYPTED])
    acls, policy, ignores, restricts = _access_block(index, gathered[_ACCESS_BLOCK])
    return ObjectStore(
        resource=resource,
        satellites=tuple(satellite for attached in gathered.values() for satellite in attached.satellites),
        blocks_public_acls=acls,
        blocks_public_policy=policy,
        ignores_public_acls=ignores,
        restricts_public_access=restricts,
        encryption=encryption,
        has_own_key=has_own_key,
        is_versioned=_versioning(resource, index, gathered[_VERSIONED]),
    )


def build_object_store_connection(resource: Resource, index: GraphIndex) -> ObjectStoreConnection:
    """From `aws_s3_bucket` and its policy."""
    attached = index.attached(resource, _POLICY)
    policy = _policy(resource, index, attached)
    return ObjectStoreConnection(resource, attached.satellites, policy, requires_tls=None)


def build_object_store_acl(resource: Resource, index: GraphIndex) -> ObjectStoreAcl:
    """From `aws_s3_bucket` and its access control list."""
    attached = index.attached(resource, _ACL)
    return ObjectStoreAcl(
        resource=resource,
        satellites=attached.satellites,
        lets_anybody_read=_acl(resource, index, attached, READING),
        lets_anybody_write=_acl(resource, index, attached, WRITING),
    )


def _access_block(index: GraphIndex, attached: Attached) -> list[Fact[bool]]:
    absent = Fact(get_default("aws_s3_bucket", "public_access_block") is True)
    source = index.decide(attached, absent)
    if isinstance(source, Fact):
        return [source] * len(_SWITCHES)
    return [source.truth(switch) for switch in _SWITCHES]


def _encryption(resource: Resource, index: GraphIndex, attached: Attached) -> tuple[Fact[str], Fact[bool]]:
    inline = _inline(resource, attached, "server_side_encryption_configuration")
    source = inline or index.decide(attached, Fact(str(get_default("aws_s3_bucket", "server_side_encryption"))))
    if isinstance(source, Fact):
        is_own = source.value if isinstance(source.value, Unknown) else source.value in _KMS_ALGORITHMS
        return source, Fact(is_own, source.attribute, source.decided_by)
    rule = f"server_side_encryption_configuration.0.rule.0.{_ENCRYPTION}" if inline else f"rule.0.{_ENCRYPTION}"
    if source.value(f"{rule}.sse_algorithm") is None:
        # A rule may set only the bucket key; the algorithm is then the default.
        algorithm = source.fact("rule", str(get_default("aws_s3_bucket", "server_side_encryption")))
    else:
        algorithm = source.text(f"{rule}.sse_algorithm")
    if isinstance(algorithm.value, Unknown):
        return algorithm, source.fact(algorithm.attribute, algorithm.value)
    if algorithm.value not in _KMS_ALGORITHMS:
        return algorithm, source.fact(algorithm.attribute, value=False)
    key = own_key(source, f"{rule}.kms_master_key_id", index)
    # When no key is named, the line to look at is the algorithm's.
    is_named = source.value(f"{rule}.kms_master_key_id") is not None
    return algorithm, key if is_named else structs.replace(key, attribute=algorithm.attribute)


def _versioning(resource: Resource, index: GraphIndex, attached: Attached) -> Fact[bool]:
    inline = _inline(resource, attached, "versioning")
    if inline is not None:
        return inline.truth("versioning.0.enabled")
    absent = Fact(get_default("aws_s3_bucket", "versioning") == "Enabled")
    source = index.decide(attached, absent)
    if isinstance(source, Fact):
        return source
    status = source.text("versioning_configuration.0.status")
    value = status.value if isinstance(status.value, Unknown) else status.value == "Enabled"
    return source.fact(status.attribute, value)


def _policy(resource: Resource, index: GraphIndex, attached: Attached) -> Fact[PolicyDocument]:
    own = Source(resource)
    if not attached.satellites and isinstance(own.value("policy"), str | dict | Unknown) and own.is_written("policy"):
        return read_policy(own, "policy", index)
    source = index.decide(attached, Fact(PolicyDocument()))
    return source if isinstance(source, Fact) else read_policy(source, "policy", index)


def _acl(resource: Resource, index: GraphIndex, attached: Attached, permissions: frozenset[str]) -> Fact[bool]:
    own = Source(resource)
    if not attached.satellites and any(own.is_written(name) for name in ("acl", "grant")):
        return public_grant(own, "grant", permissions)
    source = index.decide(attached, Fact(value=False))
    if isinstance(source, Fact):
        return source
    return public_grant(source, "access_control_policy.0.grant", permissions)


def _inline(resource: Resource, attached: Attached, block: str) -> Source | None:
    """The bucket itself, where no satellite says it and an old provider's block does.

    Newer providers only report there, and do not know it before the apply; that says nothing.
    """
    own = Source(resource)
    return own if not attached.satellites and own.value(block) not in ([], {}) and own.is_written(block) else None


def build_object_access(resource: Resource, index: GraphIndex) -> ObjectAccess | None:
    """From `aws_s3_bucket`; None for one that is kept for the records of others, which would record themselves."""
    if _keeps_records(resource, index):
        return None
    attached = index.attached(resource, _LOGGED)
    inline = _inline(resource, attached, "logging")
    if inline is not None:
        return ObjectAccess(resource, (), inline.fact("logging", is_set(inline, "logging.0.target_bucket")))
    is_live = index.graph.format is GraphFormat.LIVE and "logging" not in resource.values
    # Not every engine reads it back.
    absent = Unknown(UnknownReason.NOT_EVALUATED, "what was read of the live bucket does not say it")
    source = index.decide(attached, Fact(absent if is_live else False))
    is_recorded = source if isinstance(source, Fact) else source.fact("target_bucket", is_set(source, "target_bucket"))
    return ObjectAccess(resource, attached.satellites, is_recorded)


def _keeps_records(resource: Resource, index: GraphIndex) -> bool:
    keepers = index.once(_keepers)
    names = (resource.address, *(resource.values.get(name) for name in ("id", "bucket")))
    return any(isinstance(name, str) and name in keepers for name in names)


def _keepers(index: GraphIndex) -> frozenset[str]:
    """Addresses and names of buckets that records of others go to."""
    found: set[str] = set()
    for other in index.of_type(_LOGGED.satellite_type, *OBJECT_STORE_TYPES):
        path = "target_bucket" if other.type == _LOGGED.satellite_type else "logging"
        found.update(Source(other).references(path))
        target = other.values.get(path)
        if isinstance(target, str):
            found.add(target)
    return frozenset(found)


VIEW_TYPES: Final = (
    in_all_clouds(ViewType("ObjectStore", of_types(*OBJECT_STORE_TYPES), build_object_store)),
    in_all_clouds(ViewType("ObjectStoreConnection", of_types(*OBJECT_STORE_TYPES), build_object_store_connection)),
    in_all_clouds(ViewType("ObjectStoreAcl", of_types(*OBJECT_STORE_TYPES), build_object_store_acl)),
    ViewType("ObjectAccess", of_types(*OBJECT_STORE_TYPES), build_object_access),
)
