"""Single objects that are put into an object store."""

from typing import Final

from msgspec import Struct, structs

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import Resource, Unknown
from pavior.resources.views.facts import Fact, Source
from pavior.resources.views.index import GraphIndex, is_meant
from pavior.resources.views.keys import chosen_key
from pavior.resources.views.kinds import ViewType, of_types
from pavior.resources.views.object_store import OBJECT_STORE_TYPES, build_object_store

STORED_OBJECT_TYPES: Final = ("aws_s3_bucket_object", "aws_s3_object", "aws_s3_object_copy")
_KEY_OF_S3 = "AES256"


class StoredObject(Struct, frozen=True):
    """One object.

    Args:
        has_own_key: Encrypted with a key that the customer holds: its own, or else what its store does by itself.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    has_own_key: Fact[bool]


def build_stored_object(resource: Resource, index: GraphIndex) -> StoredObject:
    """From `aws_s3_object`, its older name, or a copy."""
    return StoredObject(resource, (), _has_own_key(Source(resource), index))


def _has_own_key(own: Source, index: GraphIndex) -> Fact[bool]:
    if own.is_written("kms_key_id") and own.value("kms_key_id") != "":
        return chosen_key(own, "kms_key_id", index)
    if own.is_written("server_side_encryption"):
        algorithm = own.text("server_side_encryption")
        if algorithm.value == _KEY_OF_S3 or isinstance(algorithm.value, Unknown):
            value = algorithm.value if isinstance(algorithm.value, Unknown) else False
            return own.fact(algorithm.attribute, value)
    store = _store(own, index)
    if store is None:
        why = "the object names no key, and its bucket, which may have one, is not here"
        return own.fact("bucket", Unknown(UnknownReason.NOT_EVALUATED, why))
    fact = build_object_store(store, index).has_own_key
    return structs.replace(fact, decided_by=fact.decided_by or store.address)


def _store(own: Source, index: GraphIndex) -> Resource | None:
    name = own.value("bucket")
    for address in own.references("bucket"):
        found = index.find(address)
        if found is not None and found.type in OBJECT_STORE_TYPES and found.mode == "managed" and is_meant(name, found):
            return found
    if not isinstance(name, str):
        return None
    same = [store for store in index.of_type(*OBJECT_STORE_TYPES) if store.values.get("bucket") == name]
    return same[0] if len(same) == 1 else None


VIEW_TYPES: Final = (ViewType("StoredObject", of_types(*STORED_OBJECT_TYPES), build_stored_object),)
