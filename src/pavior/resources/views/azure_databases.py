"""Databases that Azure runs: who reaches them and how, how they come back, and with whose key they are encrypted.

That they are encrypted cannot be switched off: https://learn.microsoft.com/azure/cosmos-db/database-encryption-at-rest,
and concepts-data-encryption below https://learn.microsoft.com/azure/postgresql/flexible-server.
"""

from typing import Final

from msgspec.structs import replace

from pavior.resources.model import Resource, Unknown
from pavior.resources.views.database import Database
from pavior.resources.views.database_access import DatabaseEndpoint, DatabaseLogin
from pavior.resources.views.database_connection import DatabaseConnection
from pavior.resources.views.database_recovery import DatabaseRecovery, DatabaseStandby, RecoveryWindow
from pavior.resources.views.facts import Fact, Source, ask, negated
from pavior.resources.views.index import GraphIndex, Link
from pavior.resources.views.nested import is_given
from pavior.resources.views.written import as_written, is_set, truth_at

_POSTGRES, _MYSQL = "azurerm_postgresql_flexible_server", "azurerm_mysql_flexible_server"
_COSMOS, _CACHE, _INSTANCE = "azurerm_cosmosdb_account", "azurerm_redis_cache", "azurerm_mssql_managed_instance"
_PUBLIC: Final = "public_network_access_enabled"
# What is put into a subnet of ours has no public address.
_SUBNETS = ("delegated_subnet_id", "subnet_id")
# What makes a flexible server refuse connections without TLS, and how its settings name the server.
_SETTING = "require_secure_transport"
_SETTINGS: Final = {
    _POSTGRES: Link(
        "azurerm_postgresql_flexible_server_configuration", "server_id", (_POSTGRES,), only=("name", _SETTING)
    ),
    _MYSQL: Link(
        "azurerm_mysql_flexible_server_configuration", "server_name", (_MYSQL,), ("name",), only=("name", _SETTING)
    ),
}
_ON = ("on", "1", "true")
_RETENTION = "backup_retention_days"
_CONTINUOUS = "Continuous"
_KEYS: Final = {
    _COSMOS: "key_vault_key_id",
    _MYSQL: "customer_managed_key.0.key_vault_key_id",
    _POSTGRES: "customer_managed_key.0.key_vault_key_id",
}


def build_database(resource: Resource, index: GraphIndex) -> Database:
    """From a flexible server or a Cosmos DB account, which are always encrypted."""
    del index
    own = Source(as_written(resource))
    path = _KEYS[resource.type]
    return Database(resource, (), own.fact(path, value=True), is_given(own, path))


def build_database_endpoint(resource: Resource, index: GraphIndex) -> DatabaseEndpoint:
    """From a server, an account, a cache, a search service or a managed instance."""
    del index
    own = Source(as_written(resource))
    if resource.type == _INSTANCE:
        return DatabaseEndpoint(resource, (), own.truth("public_data_endpoint_enabled"))
    subnet = next((name for name in _SUBNETS if is_set(own, name) is not False), None)
    if resource.type == _MYSQL and own.value("public_network_access") is not None:
        word = own.text("public_network_access")
        is_public = truth_at(word, ask(word.value, lambda text: text.lower() != "disabled"))
    else:
        is_public = own.truth(_PUBLIC)
    if subnet is not None and is_public.value is not False:
        is_public = own.fact(subnet, negated(is_given(own, subnet).value))
    return DatabaseEndpoint(resource, (), is_public)


def build_database_connection(resource: Resource, index: GraphIndex) -> DatabaseConnection:
    """From a server with its setting, or a cache with its second port."""
    own = Source(as_written(resource))
    if resource.type in _SETTINGS:
        return _flexible(own, index)
    if resource.type == _CACHE:
        before = "enable_non_ssl_port"
        port = own.truth(before if own.value(before) is not None else "non_ssl_port_enabled")
        return DatabaseConnection(resource, (), replace(port, value=negated(port.value)))
    return DatabaseConnection(resource, (), own.truth("ssl_enforcement_enabled"))


def _flexible(own: Source, index: GraphIndex) -> DatabaseConnection:
    attached = index.attached(own.resource, _SETTINGS[own.resource.type])
    default = own.text(_SETTING).value
    source = index.decide(attached, Fact(ask(default, lambda word: word.lower() in _ON)))
    if isinstance(source, Source):
        name, value = source.text("name"), source.text("value")
        is_on = ask(value.value, lambda word: word.lower() in _ON)
        # Which setting it is may not be known.
        source = truth_at(value, name.value if isinstance(name.value, Unknown) else is_on)
    return DatabaseConnection(own.resource, attached.satellites, source)


def build_database_recovery(resource: Resource, index: GraphIndex) -> DatabaseRecovery | None:
    """From a server or a database, whose backups cannot be switched off, or an account; None for a replica."""
    del index
    own = Source(as_written(resource))
    if _is_replica(own):
        return None
    if resource.type != _COSMOS:
        return DatabaseRecovery(resource, (), own.fact(_days_path(own), value=True))
    kind = own.text("backup.0.type")
    return DatabaseRecovery(resource, (), truth_at(kind, ask(kind.value, lambda word: word == _CONTINUOUS)))


def build_recovery_window(resource: Resource, index: GraphIndex) -> RecoveryWindow | None:
    """From what `DatabaseRecovery` is from; None where nothing is kept that goes back to any moment."""
    recovery = build_database_recovery(resource, index)
    if recovery is None or recovery.restores_to_any_point.value is False:
        return None
    own = Source(as_written(resource))
    if resource.type != _COSMOS:
        return RecoveryWindow(resource, (), own.number(_days_path(own)))
    tier = own.text("backup.0.tier")
    # Continuous7Days or Continuous30Days; what is no such word has no number.
    words = tier.value.removeprefix(_CONTINUOUS).removesuffix("Days") if isinstance(tier.value, str) else tier.value
    days = words if not isinstance(words, str) else int(words) if words.isdecimal() else 0
    return RecoveryWindow(resource, (), own.fact(tier.attribute, days))


def build_database_standby(resource: Resource, index: GraphIndex) -> DatabaseStandby | None:
    """From a flexible server; None for a replica. A second one in the same zone goes down with the first."""
    del index
    own = Source(as_written(resource))
    if _is_replica(own):
        return None
    path = "high_availability.0.mode"
    if own.value("high_availability") in (None, []):
        return DatabaseStandby(resource, (), own.fact("high_availability", value=False))
    mode = own.text(path)
    return DatabaseStandby(resource, (), truth_at(mode, ask(mode.value, lambda word: word == "ZoneRedundant")))


def build_database_login(resource: Resource, index: GraphIndex) -> DatabaseLogin:
    """From a server that can ask Microsoft Entra who somebody is."""
    del index
    own = Source(as_written(resource))
    if resource.type == _POSTGRES:
        return DatabaseLogin(resource, (), own.truth("authentication.0.active_directory_auth_enabled"))
    return DatabaseLogin(resource, (), is_given(own, "azuread_administrator"))


def _is_replica(own: Source) -> bool:
    mode = own.value("create_mode")
    return isinstance(mode, str) and mode in ("Replica", "Secondary", "OnlineSecondary")


def _days_path(own: Source) -> str:
    return (
        "short_term_retention_policy.0.retention_days" if own.resource.type == "azurerm_mssql_database" else _RETENTION
    )
