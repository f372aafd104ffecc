"""How a database is looked after: what it writes down, what it measures, and whether it stays up to date."""

from typing import Final

from msgspec import Struct

from pavior.resources.model import Resource
from pavior.resources.views.database import named_key
from pavior.resources.views.database_access import SEARCH_TYPES
from pavior.resources.views.facts import Fact, Source, Truth, all_of, any_of, ask
from pavior.resources.views.index import GraphIndex, Link
from pavior.resources.views.kinds import ViewType, of_types
from pavior.resources.views.settings import blocks, parameter, texts, unread

# Type to the list of logs that go to CloudWatch.
_EXPORTS: Final = {
    "aws_db_instance": "enabled_cloudwatch_logs_exports",
    "aws_docdb_cluster": "enabled_cloudwatch_logs_exports",
    "aws_neptune_cluster": "enable_cloudwatch_logs_exports",
    "aws_rds_cluster": "enabled_cloudwatch_logs_exports",
}
_WAREHOUSES = ("aws_redshift_cluster",)
_WAREHOUSE_LOGS = Link("aws_redshift_logging", "cluster_identifier", _WAREHOUSES, ("cluster_identifier", "id"))
_LOG_TYPES: Final = (*_EXPORTS, *SEARCH_TYPES, *_WAREHOUSES)
_GROUP_OF_DOCUMENTS = "aws_docdb_cluster_parameter_group"
_AUDIT_TYPES: Final = (
    "aws_docdb_cluster",
    _GROUP_OF_DOCUMENTS,
    *SEARCH_TYPES,
    "aws_neptune_cluster",
    "aws_rds_cluster",
)
_AUDIT = "audit"
_SEARCH_AUDIT = "AUDIT_LOGS"
_NO_AUDIT = ("disabled", "none")

_INSIGHT_TYPES: Final = ("aws_db_instance", "aws_rds_cluster_instance")
# Instances too small to measure themselves, for engines that begin so.
# docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PerfInsights.Overview.Engines.html, and the page of Aurora.
_UNMEASURED = {
    "mysql": ("db.t2.micro", "db.t2.small", "db.t3.micro", "db.t3.small", "db.t4g.micro", "db.t4g.small"),
    "mariadb": ("db.t2.micro", "db.t2.small", "db.t3.micro", "db.t3.small", "db.t4g.micro", "db.t4g.small"),
    "aurora": ("db.t2.", "db.t3.", "db.t4g."),
}
# Type to what lets the provider bring in small versions by itself.
_UPGRADES: Final = {
    "aws_db_instance": "auto_minor_version_upgrade",
    "aws_dms_replication_instance": "auto_minor_version_upgrade",
    "aws_elasticache_replication_group": "auto_minor_version_upgrade",
    "aws_memorydb_cluster": "auto_minor_version_upgrade",
    "aws_neptune_cluster_instance": "auto_minor_version_upgrade",
    "aws_rds_cluster_instance": "auto_minor_version_upgrade",
    "aws_redshift_cluster": "allow_version_upgrade",
}
_MONITORED: Final = ("aws_db_instance", "aws_rds_cluster_instance")
_ENGINE_TYPES: Final = ("aws_db_instance", "aws_rds_cluster", "aws_rds_cluster_instance")
_AURORA = "aurora"
# Aurora Serverless and global clusters are of Aurora, whose MySQL was called just that.
_MYSQL = ("aurora", "aurora-mysql", "mysql")


class DatabaseLogs(Struct, frozen=True):
    """A database that can send its logs away. `are_exported` when it sends at least one kind."""

    resource: Resource
    satellites: tuple[Resource, ...]
    are_exported: Fact[bool]


class DatabaseAudit(Struct, frozen=True):
    """A database that can write down who asked what. `is_kept` when that log is sent away."""

    resource: Resource
    satellites: tuple[Resource, ...]
    is_kept: Fact[bool]


class DatabaseInsights(Struct, frozen=True):
    """A database that can measure what it spends its time on.

    Args:
        are_on: It records which statements it waits for.
        have_own_key: Those records, which hold statements, are encrypted with a key of ours.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    are_on: Fact[bool]
    have_own_key: Fact[bool]


class DatabaseUpgrades(Struct, frozen=True):
    """A database whose provider offers small new versions. `are_automatic` when it brings them in by itself."""

    resource: Resource
    satellites: tuple[Resource, ...]
    are_automatic: Fact[bool]


class DatabaseHost(Struct, frozen=True):
    """The machine below a database, on which its users cannot look.

    Args:
        monitored_every_seconds: How often the provider writes down what the machine does; 0 when never.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    monitored_every_seconds: Fact[int]


class PostgresEngine(Struct, frozen=True):
    """A database of PostgreSQL.

    Args:
        is_aurora: Of Aurora, whose small versions count for themselves.
        version: As it is written, such as `13.2`; empty when none is, and the provider then takes its own choice.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    is_aurora: bool
    version: Fact[str]


def build_database_logs(resource: Resource, index: GraphIndex) -> DatabaseLogs:
    """From a database, a warehouse with its logging, or a search domain."""
    own = Source(resource)
    if resource.type in SEARCH_TYPES:
        return DatabaseLogs(resource, (), own.fact("log_publishing_options", _publishes(own, "")))
    if resource.type in _EXPORTS:
        path = _EXPORTS[resource.type]
        return DatabaseLogs(resource, (), own.fact(path, any_of(ask(text, bool) for text in texts(own, path))))
    attached = index.attached(resource, _WAREHOUSE_LOGS)
    if attached.satellites:
        logging = attached.satellites[0]
        return DatabaseLogs(resource, attached.satellites, Fact(value=True, decided_by=logging.address))
    inline = own.truth("logging.0.enable")
    if own.value("logging") not in (None, []):
        return DatabaseLogs(resource, (), inline)
    decided = index.decide(attached, inline)
    return DatabaseLogs(resource, (), decided if isinstance(decided, Fact) else inline)


def build_database_audit(resource: Resource, index: GraphIndex) -> DatabaseAudit | None:
    """From a database that has an audit log to export; None for engines that have none, or elsewhere."""
    del index
    own = Source(resource)
    if resource.type in SEARCH_TYPES:
        return DatabaseAudit(resource, (), own.fact("log_publishing_options", _publishes(own, _SEARCH_AUDIT)))
    if resource.type == _GROUP_OF_DOCUMENTS:
        said = parameter(own, "audit_logs", "disabled")
        return DatabaseAudit(
            resource, (), own.fact(said.attribute, ask(said.value, lambda text: text not in _NO_AUDIT))
        )
    if resource.type == "aws_rds_cluster":
        engine = own.text("engine").value
        if isinstance(engine, str) and engine not in _MYSQL:
            return None
    path = _EXPORTS[resource.type]
    is_kept = any_of(ask(text, lambda text: text == _AUDIT) for text in texts(own, path))
    return DatabaseAudit(resource, (), own.fact(path, is_kept))


def _publishes(own: Source, kind: str) -> Truth:
    """Whether a search domain sends logs of this kind, or of any when it is empty."""
    found: list[Truth] = []
    for path, block in blocks(own, "log_publishing_options"):
        if not isinstance(block, dict):
            found.append(unread(block))
            continue
        is_kind = True if kind == "" else ask(own.text(f"{path}.log_type").value, lambda text: text == kind)
        found.append(all_of((is_kind, own.truth(f"{path}.enabled").value)))
    return any_of(found)


def build_database_insights(resource: Resource, index: GraphIndex) -> DatabaseInsights | None:
    """From an instance; None for one that is too small for it."""
    del index
    own = Source(resource)
    if _is_too_small(own):
        return None
    key = named_key(own, "performance_insights_kms_key_id")
    return DatabaseInsights(resource, (), own.truth("performance_insights_enabled"), key)


def _is_too_small(own: Source) -> bool:
    engine, size = own.value("engine"), own.value("instance_class")
    if not isinstance(engine, str) or not isinstance(size, str) or engine == "aurora-postgresql":
        return False
    # In a cluster, `mysql` can only be that of Aurora.
    of_aurora = engine.startswith(_AURORA) or own.resource.type == "aws_rds_cluster_instance"
    return size.startswith(_UNMEASURED[_AURORA] if of_aurora else _UNMEASURED.get(engine, ()))


def build_database_upgrades(resource: Resource, index: GraphIndex) -> DatabaseUpgrades:
    """From an instance, a group or a warehouse."""
    del index
    return DatabaseUpgrades(resource, (), Source(resource).truth(_UPGRADES[resource.type]))


def build_database_host(resource: Resource, index: GraphIndex) -> DatabaseHost:
    """From an instance."""
    del index
    return DatabaseHost(resource, (), Source(resource).number("monitoring_interval"))


def build_postgres_engine(resource: Resource, index: GraphIndex) -> PostgresEngine | None:
    """From an instance or a cluster; None for another engine, and where no engine is said."""
    del index
    own = Source(resource)
    engine = own.value("engine")
    if not isinstance(engine, str) or "postgres" not in engine:
        return None
    version = own.text("engine_version") if own.value("engine_version") is not None else Fact("", "engine_version")
    return PostgresEngine(resource, (), engine.startswith(_AURORA), version)


VIEW_TYPES: Final = (
    ViewType("DatabaseLogs", of_types(*_LOG_TYPES), build_database_logs),
    ViewType("DatabaseAudit", of_types(*_AUDIT_TYPES), build_database_audit),
    ViewType("DatabaseInsights", of_types(*_INSIGHT_TYPES), build_database_insights),
    ViewType("DatabaseUpgrades", of_types(*_UPGRADES), build_database_upgrades),
    ViewType("DatabaseHost", of_types(*_MONITORED), build_database_host),
    ViewType("PostgresEngine", of_types(*_ENGINE_TYPES), build_postgres_engine),
)
