"""Places that keep records: tables, relational databases, warehouses, caches and search indexes."""

from typing import Final

from msgspec import Struct

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import Resource, Unknown
from pavior.resources.views.elsewhere import in_all_clouds
from pavior.resources.views.facts import Fact, Source, without_indexes
from pavior.resources.views.index import GraphIndex
from pavior.resources.views.keys import own_key
from pavior.resources.views.kinds import ViewType, of_types
from pavior.resources.views.written import as_written, is_set

# Type to what switches encryption on; empty when the provider encrypts always, whatever is said.
_SWITCHES: Final = {
    "aws_dynamodb_table": "",
    "aws_dax_cluster": "server_side_encryption.0.enabled",
    "aws_db_instance": "storage_encrypted",
    "aws_dms_replication_instance": "",
    "aws_docdb_cluster": "storage_encrypted",
    "aws_elasticache_replication_group": "at_rest_encryption_enabled",
    "aws_elasticsearch_domain": "encrypt_at_rest.0.enabled",
    "aws_memorydb_cluster": "",
    "aws_neptune_cluster": "storage_encrypted",
    "aws_opensearch_domain": "encrypt_at_rest.0.enabled",
    "aws_rds_cluster": "storage_encrypted",
    "aws_redshift_cluster": "encrypted",
    "aws_redshiftserverless_namespace": "",
}
# Type to where the key is named. DAX takes none.
_KEYS: Final = {
    "aws_db_instance": "kms_key_id",
    "aws_dms_replication_instance": "kms_key_arn",
    "aws_docdb_cluster": "kms_key_id",
    "aws_elasticache_replication_group": "kms_key_id",
    "aws_elasticsearch_domain": "encrypt_at_rest.0.kms_key_id",
    "aws_memorydb_cluster": "kms_key_arn",
    "aws_neptune_cluster": "kms_key_arn",
    "aws_opensearch_domain": "encrypt_at_rest.0.kms_key_id",
    "aws_rds_cluster": "kms_key_id",
    "aws_redshift_cluster": "kms_key_id",
    "aws_redshiftserverless_namespace": "kms_key_id",
}
DATABASE_TYPES: Final = tuple(_SWITCHES)
# Attributes that make a database out of another one, whose settings it then takes over.
_ORIGINS = (
    "global_replication_group_id",
    "replicate_source_db",
    "replication_source_identifier",
    "restore_to_point_in_time",
    "snapshot_arn",
    "snapshot_arns",
    "snapshot_identifier",
    "snapshot_name",
)


class Database(Struct, frozen=True):
    """A place that keeps records.

    Args:
        is_encrypted: What lies on its disks cannot be read without a key, whoever holds that.
        has_own_key: Encrypted with a key that the customer holds, not with one that the provider owns or manages.
            None when this kind of database takes no key.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    is_encrypted: Fact[bool]
    has_own_key: Fact[bool] | None


def build_database(resource: Resource, index: GraphIndex) -> Database:
    """From a table, a cluster, an instance, a cache or a search domain."""
    own = Source(as_written(resource))
    is_encrypted = _is_encrypted(own)
    if resource.type == "aws_dynamodb_table":
        has_own_key: Fact[bool] | None = _has_own_key_of_table(own, index)
    elif resource.type in _KEYS:
        has_own_key = _has_own_key(own, is_encrypted, _KEYS[resource.type], index)
    else:
        has_own_key = None
    return Database(resource, (), is_encrypted, has_own_key)


def inherited(own: Source, path: str) -> Unknown | None:
    """Why nobody can say what holds at a path that is absent: the database is made out of another one. Else None."""
    # Where it is not known whether it is a copy, it may be one.
    origin = next((name for name in _ORIGINS if is_set(own, name) is not False), None)
    if origin is None or is_set(own, path) is not False:
        return None
    return Unknown(UnknownReason.NOT_EVALUATED, f"{path} is absent, and is then that of what {origin} names")


def _is_encrypted(own: Source) -> Fact[bool]:
    path = _SWITCHES[own.resource.type]
    is_always = path == "" or (
        # Aurora Serverless of the first version; AuroraUserGuide/aurora-serverless.html
        own.resource.type == "aws_rds_cluster" and own.value("engine_mode") == "serverless"
    )
    if is_always:
        return own.fact(path, value=True)
    engine = own.value("engine")
    if path == "at_rest_encryption_enabled" and own.value(path) is None and engine is not None and engine != "redis":
        # Valkey is encrypted when nothing is said, Redis is not.
        return own.fact(path, engine if isinstance(engine, Unknown) else engine == "valkey")
    why = inherited(own, path)
    return own.truth(path) if why is None else own.fact(path, why)


def _has_own_key(own: Source, is_encrypted: Fact[bool], path: str, index: GraphIndex) -> Fact[bool]:
    if is_encrypted.value is False:
        return is_encrypted
    is_copy = is_set(own, is_encrypted.attribute) is False and any(is_set(own, name) is True for name in _ORIGINS)
    # A copy that names a key is encrypted with it, whatever its origin was.
    if isinstance(is_encrypted.value, Unknown) and not (is_copy and is_set(own, path) is True):
        return is_encrypted
    why = inherited(own, path)
    return named_key(own, path, index) if why is None else own.fact(path, why)


def named_key(own: Source, path: str, index: GraphIndex) -> Fact[bool]:
    """Whether the key at `path` is one of ours, where the provider also reports there which key it took."""
    value = own.value(path)
    if not isinstance(value, Unknown) or value.reason is not UnknownReason.KNOWN_AFTER_APPLY:
        return own_key(own, path, index)
    references = own.references(path)
    if references:
        return own_key(own, path, index)
    places = {without_indexes(place) for place in own.resource.attribute_positions}
    if not places or without_indexes(path) in places:
        # A key of which a plan alone says nothing may be one of the provider's.
        return own.fact(path, value)
    # The source was read, and nobody names a key there.
    return own.fact(path, value=False)


def _has_own_key_of_table(own: Source, index: GraphIndex) -> Fact[bool]:
    enabled = own.truth("server_side_encryption.0.enabled")
    if isinstance(enabled.value, Unknown) or not enabled.value:
        return enabled
    key = own_key(own, "server_side_encryption.0.kms_key_arn", index)
    is_named = own.value("server_side_encryption.0.kms_key_arn") is not None
    return key if is_named else own.fact(enabled.attribute, key.value)


VIEW_TYPES: Final = (in_all_clouds(ViewType("Database", of_types(*DATABASE_TYPES), build_database)),)
