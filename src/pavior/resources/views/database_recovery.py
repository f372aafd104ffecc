"""How records come back: backups, snapshots and who may have them, and what stands between a database and its end."""

from typing import Final

from msgspec import Struct

from pavior.resources.model import Resource, Unknown
from pavior.resources.views.database import inherited
from pavior.resources.views.elsewhere import in_all_clouds
from pavior.resources.views.facts import Fact, Leaf, Source, Truth, any_of, ask
from pavior.resources.views.index import GraphIndex
from pavior.resources.views.kinds import ViewType, of_types
from pavior.resources.views.settings import texts
from pavior.resources.views.written import as_written, is_set

_RETENTION = "backup_retention_period"
_TABLE_RECOVERY = "point_in_time_recovery.0"
# Days of automatic backups that RDS, Aurora, DocumentDB and Neptune take; 0 is none.
_MOST_DAYS = 35
RECOVERY_TYPES: Final = (
    "aws_dynamodb_table",
    "aws_db_instance",
    "aws_rds_cluster",
    "aws_docdb_cluster",
    "aws_neptune_cluster",
)
# Replicas have no backups of their own; what they copy has.
_COPIED_FROM = ("replicate_source_db", "replication_source_identifier")
# Type to the days for which the automatic snapshots are kept.
_SNAPSHOTS: Final = {
    "aws_elasticache_cluster": "snapshot_retention_limit",
    "aws_elasticache_replication_group": "snapshot_retention_limit",
    "aws_memorydb_cluster": "snapshot_retention_limit",
    "aws_redshift_cluster": "automated_snapshot_retention_period",
}
_PROTECTED: Final = ("aws_db_instance", "aws_rds_cluster", "aws_docdb_cluster", "aws_neptune_cluster")
# Type to what keeps a second one ready in another zone.
_STANDBYS: Final = {
    "aws_db_instance": "multi_az",
    "aws_dms_replication_instance": "multi_az",
    "aws_elasticache_replication_group": "multi_az_enabled",
}
_TAGGED: Final = ("aws_db_instance", "aws_rds_cluster", "aws_neptune_cluster")
# Instead of an account it means every one.
_EVERYBODY: Final = "all"
_SHARED: Final = ("aws_db_snapshot", "aws_db_snapshot_copy", "aws_db_cluster_snapshot")


class DatabaseRecovery(Struct, frozen=True):
    """A database that can be brought back as it was at any second, when that is on.

    Args:
        restores_to_any_point: Can be brought back as it was at any second of the retention.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    restores_to_any_point: Fact[bool]


class RecoveryWindow(Struct, frozen=True):
    """A database that can be brought back, and how far back that goes."""

    resource: Resource
    satellites: tuple[Resource, ...]
    days: Fact[int]


class SnapshotStore(Struct, frozen=True):
    """A cache or a warehouse, which comes back only as it was at its last snapshot.

    Args:
        snapshot_days: For how many days automatic snapshots are kept; 0 when none are made.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    snapshot_days: Fact[int]


class DatabaseProtection(Struct, frozen=True):
    """A database with a lock against deletion."""

    resource: Resource
    satellites: tuple[Resource, ...]
    is_deletion_refused: Fact[bool]


class DatabaseStandby(Struct, frozen=True):
    """A database that can have a second self in another zone.

    Args:
        is_ready: When its machine or its zone fails, the other one takes over by itself, with all records.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    is_ready: Fact[bool]


class SnapshotTags(Struct, frozen=True):
    """A database whose snapshots are made by the provider, with its tags or without."""

    resource: Resource
    satellites: tuple[Resource, ...]
    are_copied: Fact[bool]


class SharedSnapshot(Struct, frozen=True):
    """A snapshot of a database, which other accounts may be given.

    Args:
        accounts: Who may restore it; `all` is everybody.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    accounts: tuple[Leaf, ...]


def build_database_recovery(resource: Resource, index: GraphIndex) -> DatabaseRecovery | None:
    """From a table or a relational, document or graph database; None for a replica."""
    del index
    own = Source(as_written(resource))
    if resource.type == "aws_dynamodb_table":
        return DatabaseRecovery(resource, (), own.truth(f"{_TABLE_RECOVERY}.enabled"))
    replica = _is_replica(own)
    if replica is True:
        return None
    days = _backup_days(own)
    restores = days.value if isinstance(days.value, Unknown) else 1 <= days.value <= _MOST_DAYS
    return DatabaseRecovery(resource, (), own.fact(days.attribute, any_of((restores, replica))))


def _is_replica(own: Source) -> Truth:
    return any_of(is_set(own, name) for name in _COPIED_FROM)


def build_recovery_window(resource: Resource, index: GraphIndex) -> RecoveryWindow | None:
    """From what `DatabaseRecovery` is from; None for a replica, and where nothing is kept, so that it has no length."""
    recovery = build_database_recovery(resource, index)
    if recovery is None or recovery.restores_to_any_point.value is False:
        return None
    own, is_on = Source(as_written(resource)), recovery.restores_to_any_point
    if isinstance(is_on.value, Unknown):
        return RecoveryWindow(resource, (), own.fact(is_on.attribute, is_on.value))
    is_table = resource.type == "aws_dynamodb_table"
    return RecoveryWindow(
        resource, (), own.number(f"{_TABLE_RECOVERY}.recovery_period_in_days") if is_table else _backup_days(own)
    )


def _backup_days(own: Source) -> Fact[int]:
    why = inherited(own, _RETENTION)
    return own.number(_RETENTION) if why is None else own.fact(_RETENTION, why)


def build_snapshot_store(resource: Resource, index: GraphIndex) -> SnapshotStore | None:
    """From a cache or a warehouse; None for Memcached, which has no snapshots, and for a member of a group."""
    del index
    own = Source(as_written(resource))
    days = own.number(_SNAPSHOTS[resource.type])
    if resource.type == "aws_elasticache_cluster":
        is_member = is_set(own, "replication_group_id")
        if is_member is True or own.value("engine") == "memcached":
            return None
        if isinstance(is_member, Unknown) and days.value == 0:
            days = own.fact("replication_group_id", is_member)
    return SnapshotStore(resource, (), days)


def build_database_protection(resource: Resource, index: GraphIndex) -> DatabaseProtection:
    """From a relational, document or graph database."""
    del index
    return DatabaseProtection(resource, (), Source(resource).truth("deletion_protection"))


def build_database_standby(resource: Resource, index: GraphIndex) -> DatabaseStandby | None:
    """From an instance or a cache; None for a replica, which is itself the second."""
    del index
    own = Source(resource)
    replica = _is_replica(own)
    if replica is True:
        return None
    ready = own.truth(_STANDBYS[resource.type])
    return DatabaseStandby(resource, (), own.fact(ready.attribute, any_of((ready.value, replica))))


def build_snapshot_tags(resource: Resource, index: GraphIndex) -> SnapshotTags:
    """From a relational or graph database."""
    del index
    return SnapshotTags(resource, (), Source(resource).truth("copy_tags_to_snapshot"))


def build_shared_snapshot(resource: Resource, index: GraphIndex) -> SharedSnapshot:
    """From a snapshot that was made by hand, or its copy."""
    del index
    return SharedSnapshot(resource, (), texts(Source(resource), "shared_accounts"))


def is_shared_with_everybody(snapshot: SharedSnapshot) -> Truth:
    """Whether everybody with an account at the provider may restore it."""
    return any_of(ask(account, lambda name: name.lower() == _EVERYBODY) for account in snapshot.accounts)


VIEW_TYPES: Final = (
    in_all_clouds(ViewType("DatabaseRecovery", of_types(*RECOVERY_TYPES), build_database_recovery)),
    in_all_clouds(ViewType("RecoveryWindow", of_types(*RECOVERY_TYPES), build_recovery_window)),
    ViewType("SnapshotStore", of_types(*_SNAPSHOTS), build_snapshot_store),
    in_all_clouds(ViewType("DatabaseProtection", of_types(*_PROTECTED), build_database_protection)),
    in_all_clouds(ViewType("DatabaseStandby", of_types(*_STANDBYS), build_database_standby)),
    ViewType("SnapshotTags", of_types(*_TAGGED), build_snapshot_tags),
    ViewType("SharedSnapshot", of_types(*_SHARED), build_shared_snapshot),
)
