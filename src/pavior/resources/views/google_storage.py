"""Buckets of Google Cloud Storage, and their access control lists."""

from collections.abc import Iterator
from typing import Final

from pavior.resources.defaults import get_default
from pavior.resources.model import Resource, Unknown
from pavior.resources.views.facts import Fact, Leaf, Source, Truth, all_of, any_of, ask
from pavior.resources.views.index import GraphIndex
from pavior.resources.views.nested import is_given
from pavior.resources.views.object_store import ObjectStore, ObjectStoreAcl
from pavior.resources.views.settings import find_named, texts
from pavior.resources.views.written import as_written, truth_at

BUCKET_TYPE: Final = "google_storage_bucket"
_PREVENTION = "public_access_prevention"
_UNIFORM = "uniform_bucket_level_access"
# The list itself, and the one that objects will begin with.
_READY_MADE = ("predefined_acl", "default_acl")
_ENTRIES = "role_entity"
_EVERYBODY = ("allUsers", "allAuthenticatedUsers")
# Ready-made lists that name everybody; cloud.google.com/storage/docs/access-control/lists#predefined-acl.
_READ_BY_EVERYBODY = ("authenticatedRead", "publicRead", "publicReadWrite")
_WRITTEN_BY_EVERYBODY = ("publicReadWrite",)
# An owner may also change the list.
_READING = frozenset({"READER", "WRITER", "OWNER"})
_WRITING = frozenset({"WRITER", "OWNER"})


def build_object_store(resource: Resource, index: GraphIndex) -> ObjectStore:
    """From `google_storage_bucket`. What its organisation enforces for all buckets is not seen from here."""
    del index
    own = Source(as_written(resource))
    is_closed = _is_enforced(own)
    return ObjectStore(
        resource=resource,
        satellites=(),
        blocks_public_acls=is_closed,
        blocks_public_policy=is_closed,
        ignores_public_acls=is_closed,
        restricts_public_access=is_closed,
        encryption=Fact(str(get_default(BUCKET_TYPE, "server_side_encryption"))),
        has_own_key=is_given(own, "encryption.0.default_kms_key_name"),
        is_versioned=own.truth("versioning.0.enabled"),
    )


def build_object_store_acl(resource: Resource, index: GraphIndex) -> ObjectStoreAcl:
    """From a list of a bucket or of its objects, or one entry of it; the bucket may say that lists have no effect."""
    own = Source(as_written(resource))
    bucket = find_named(index, own, "bucket", BUCKET_TYPE)
    reads, writes = _lets(own, _READING, _READ_BY_EVERYBODY), _lets(own, _WRITING, _WRITTEN_BY_EVERYBODY)
    if bucket is not None:
        reads, writes = (_unless_refused(fact, bucket) for fact in (reads, writes))
    return ObjectStoreAcl(resource, (), reads, writes)


def _lets(own: Source, roles: frozenset[str], ready_made: tuple[str, ...]) -> Fact[bool]:
    if own.value("entity") is not None:
        return own.fact("entity", all_of((_is_everybody(own.text("entity").value), _has_role(own, roles))))
    facts = [own.fact(_ENTRIES, any_of(_entries(own, roles)))]
    for path in _READY_MADE:
        if own.value(path) is not None:
            name = own.text(path)
            facts.append(truth_at(name, ask(name.value, ready_made.__contains__)))
    lets = any_of(fact.value for fact in facts)
    return next(fact for fact in reversed(facts) if fact.value == lets)


def _has_role(own: Source, roles: frozenset[str]) -> Truth:
    return ask(own.text("role").value, lambda role: role.upper() in roles)


def _entries(own: Source, roles: frozenset[str]) -> Iterator[Truth]:
    """Of each entry such as `READER:allUsers` whether it gives everybody one of the roles."""
    for entry in texts(own, _ENTRIES):
        if isinstance(entry, Unknown):
            yield entry
        else:
            role, _, entity = entry.partition(":")
            yield role.upper() in roles and entity in _EVERYBODY


def _is_everybody(entity: Leaf) -> Truth:
    return ask(entity, _EVERYBODY.__contains__)


def _is_enforced(bucket: Source) -> Fact[bool]:
    prevention = bucket.text(_PREVENTION)
    return truth_at(prevention, ask(prevention.value, lambda word: word.lower() == "enforced"))


def _unless_refused(lets: Fact[bool], bucket: Source) -> Fact[bool]:
    """What a list gives, unless its bucket keeps the public out or knows no lists."""
    if lets.value is False:
        return lets
    refused = any_of((_is_enforced(bucket).value, bucket.truth(_UNIFORM).value))
    if refused is False:
        return lets
    return bucket.fact(_UNIFORM, refused if isinstance(refused, Unknown) else False)
