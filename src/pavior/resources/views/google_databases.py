"""Databases that Google Cloud runs: who reaches them and how, how they come back, and whose key encrypts them.

That they are encrypted cannot be switched off: https://cloud.google.com/docs/security/encryption/default-encryption.
"""

from collections.abc import Iterator
from typing import Final

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import Resource, Unknown
from pavior.resources.views.database import Database
from pavior.resources.views.database_access import Cache, DatabaseEndpoint, DatabaseLogin
from pavior.resources.views.database_connection import DatabaseConnection
from pavior.resources.views.database_recovery import (
    DatabaseProtection,
    DatabaseRecovery,
    DatabaseStandby,
    RecoveryWindow,
)
from pavior.resources.views.facts import Fact, Source, Truth, all_of, any_of, ask, not_understood, read_text
from pavior.resources.views.index import GraphIndex
from pavior.resources.views.nested import is_given
from pavior.resources.views.settings import blocks, is_set
from pavior.resources.views.written import as_written, truth_at

_SQL, _SPANNER, _CACHE = "google_sql_database_instance", "google_spanner_database", "google_redis_instance"
_ADDRESS = "settings.0.ip_configuration.0"
_BACKUP = "settings.0.backup_configuration.0"
_DAYS = f"{_BACKUP}.transaction_log_retention_days"
_IDENTITY_FLAG = "cloudsql.iam.authentication"
_ON = ("on", "1", "true")
# cloud.google.com/sql/docs/postgres/admin-api/rest/v1/instances#sslmode
_TLS_MODES = ("ENCRYPTED_ONLY", "TRUSTED_CLIENT_CERTIFICATE_REQUIRED")
_KEYS: Final = {
    "google_alloydb_cluster": "encryption_config.0.kms_key_name",
    "google_bigquery_dataset": "default_encryption_configuration.0.kms_key_name",
    _SPANNER: "encryption_config.0.kms_key_name",
    _SQL: "encryption_key_name",
}


def build_database(resource: Resource, index: GraphIndex) -> Database:
    """From an instance, a cluster, a database or a dataset, which are always encrypted."""
    del index
    own = Source(as_written(resource))
    path = _KEYS[resource.type]
    return Database(resource, (), own.fact(path, value=True), is_given(own, path))


def build_database_endpoint(resource: Resource, index: GraphIndex) -> DatabaseEndpoint:
    """From an instance of Cloud SQL or AlloyDB."""
    del index
    own = Source(as_written(resource))
    path = f"{_ADDRESS}.ipv4_enabled" if resource.type == _SQL else "network_config.0.enable_public_ip"
    return DatabaseEndpoint(resource, (), own.truth(path))


def build_database_connection(resource: Resource, index: GraphIndex) -> DatabaseConnection:
    """From an instance of Cloud SQL or a cache."""
    del index
    own = Source(as_written(resource))
    if resource.type == _CACHE:
        return DatabaseConnection(resource, (), _cache_tls(own))
    mode = own.text(f"{_ADDRESS}.ssl_mode")
    is_strict: Truth = ask(mode.value, _TLS_MODES.__contains__)
    if own.value(mode.attribute) is None:
        # The older word counts where nobody says the newer one.
        is_strict = own.truth(f"{_ADDRESS}.require_ssl").value
    # The connectors speak TLS only, with certificates on both sides.
    connectors = own.text("settings.0.connector_enforcement")
    only_connectors = ask(connectors.value, lambda word: word == "REQUIRED")
    return DatabaseConnection(resource, (), own.fact(mode.attribute, any_of((is_strict, only_connectors))))


def build_cache(resource: Resource, index: GraphIndex) -> Cache:
    """From an instance of Memorystore, which asks for a password with TLS and without."""
    del index
    own = Source(as_written(resource))
    return Cache(resource, (), None, own.truth("auth_enabled"))


def _cache_tls(own: Source) -> Fact[bool]:
    mode = own.text("transit_encryption_mode")
    return truth_at(mode, ask(mode.value, lambda word: word == "SERVER_AUTHENTICATION"))


def build_database_recovery(resource: Resource, index: GraphIndex) -> DatabaseRecovery | None:
    """From an instance of Cloud SQL; None for a replica, which has the backups of what it copies."""
    del index
    own = Source(as_written(resource))
    if is_set(own, "master_instance_name"):
        return None
    log = _log(own)
    backups = own.truth(f"{_BACKUP}.enabled")
    at = backups if backups.value is not True else log
    return DatabaseRecovery(resource, (), own.fact(at.attribute, all_of((backups.value, log.value))))


def _log(own: Source) -> Fact[bool]:
    """Whether what happens between two backups is kept; MySQL calls it by another name."""
    version = own.text("database_version")
    if isinstance(version.value, Unknown):
        return own.fact(version.attribute, version.value)
    path = f"{_BACKUP}.{'binary_log' if version.value.startswith('MYSQL') else 'point_in_time_recovery'}_enabled"
    if own.value(path) is None and own.value("settings.0.edition") == "ENTERPRISE_PLUS":
        why = "in the edition Enterprise Plus it is on unless an API says otherwise, and nothing is said"
        return own.fact(path, Unknown(UnknownReason.NOT_EVALUATED, why))
    return own.truth(path)


def build_recovery_window(resource: Resource, index: GraphIndex) -> RecoveryWindow | None:
    """From what `DatabaseRecovery` is from; None where nothing is kept that goes back to any moment."""
    recovery = build_database_recovery(resource, index)
    if recovery is None or recovery.restores_to_any_point.value is False:
        return None
    own = Source(as_written(resource))
    restores = recovery.restores_to_any_point
    days = own.number(_DAYS)
    return RecoveryWindow(
        resource, (), own.fact(restores.attribute, restores.value) if isinstance(restores.value, Unknown) else days
    )


def build_database_standby(resource: Resource, index: GraphIndex) -> DatabaseStandby | None:
    """From an instance of Cloud SQL; None for a replica, which is itself the second."""
    del index
    own = Source(as_written(resource))
    if is_set(own, "master_instance_name"):
        return None
    kind = own.text("settings.0.availability_type")
    return DatabaseStandby(resource, (), truth_at(kind, ask(kind.value, lambda word: word == "REGIONAL")))


def build_database_login(resource: Resource, index: GraphIndex) -> DatabaseLogin | None:
    """From an instance of Cloud SQL; None for SQL Server, which asks a directory of its own.

    Source: https://cloud.google.com/sql/docs/postgres/iam-authentication. The flag has a dot for PostgreSQL and an
    underscore for MySQL.
    """
    del index
    own = Source(as_written(resource))
    version = own.text("database_version").value
    if isinstance(version, str) and version.startswith("SQLSERVER"):
        return None
    return DatabaseLogin(resource, (), own.fact("settings.0.database_flags", any_of(_identity_flags(own))))


def _identity_flags(own: Source) -> Iterator[Truth]:
    for _, block in blocks(own, "settings.0.database_flags"):
        if isinstance(block, dict):
            is_it = ask(read_text(block.get("name")), lambda name: name.replace("_", ".") == _IDENTITY_FLAG)
            yield all_of((is_it, ask(read_text(block.get("value")), lambda word: word.lower() in _ON)))
        else:
            yield block if isinstance(block, Unknown) else not_understood(block)


def build_database_protection(resource: Resource, index: GraphIndex) -> DatabaseProtection:
    """From an instance or a database. `deletion_protection` binds Terraform alone, so it does not count."""
    del index
    own = Source(as_written(resource))
    path = "enable_drop_protection" if resource.type == _SPANNER else "settings.0.deletion_protection_enabled"
    return DatabaseProtection(resource, (), own.truth(path))
