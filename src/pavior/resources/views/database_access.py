"""Who can reach a database, who can listen, and how it knows who is asking."""

from typing import Final

from msgspec import Struct

from pavior.resources.defaults import get_default
from pavior.resources.model import Resource, Unknown
from pavior.resources.views.facts import Fact, Source, all_of, any_of, ask, negated
from pavior.resources.views.index import GraphIndex
from pavior.resources.views.kinds import ViewType, of_types
from pavior.resources.views.nested import is_given
from pavior.resources.views.settings import is_set, texts, unread

SEARCH_TYPES: Final = ("aws_elasticsearch_domain", "aws_opensearch_domain")
_ENDPOINT_TYPES: Final = (
    "aws_db_instance",
    "aws_dms_replication_instance",
    *SEARCH_TYPES,
    "aws_neptune_cluster_instance",
    "aws_rds_cluster_instance",
    "aws_redshift_cluster",
    "aws_redshiftserverless_workgroup",
)
# Type to the name of its first administrator.
_ADMINISTRATORS: Final = {
    "aws_db_instance": "username",
    "aws_docdb_cluster": "master_username",
    "aws_rds_cluster": "master_username",
    "aws_redshift_cluster": "master_username",
    "aws_redshiftserverless_namespace": "admin_username",
}
_LOGIN_TYPES: Final = ("aws_db_instance", "aws_rds_cluster", "aws_neptune_cluster")
# Beginnings of the engines of RDS that take a token of IAM instead of a password.
# docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.RDS_Fea_Regions_DB-eng.Feature.IamDatabaseAuthentication.html
_TOKEN_ENGINES = ("aurora", "mariadb", "mysql", "postgres")
_CACHE_TYPES: Final = ("aws_elasticache_replication_group", "aws_memorydb_cluster")
# The list of MemoryDB that lets everybody do everything.
_OPEN_LIST = "open-access"


class DatabaseEndpoint(Struct, frozen=True):
    """A database with an address.

    Args:
        is_public: The address can be reached from the internet, when the network lets it.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    is_public: Fact[bool]


class DatabaseAdministrator(Struct, frozen=True):
    """Who a new database obeys."""

    resource: Resource
    satellites: tuple[Resource, ...]
    name: Fact[str]


class DatabaseLogin(Struct, frozen=True):
    """A database whose engine can ask the cloud who somebody is.

    Args:
        accepts_identities: Somebody with a role may come in with a token of minutes, without a password.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    accepts_identities: Fact[bool]


class Cache(Struct, frozen=True):
    """A store in memory.

    Args:
        is_encrypted_in_transit: It can be spoken to over TLS. Without it, it has no way to ask who is there.
        asks_for_credentials: It wants a token, or a user with a password.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    is_encrypted_in_transit: Fact[bool]
    asks_for_credentials: Fact[bool]


def build_database_endpoint(resource: Resource, index: GraphIndex) -> DatabaseEndpoint:
    """From whatever has an address of its own: instances, warehouses, search domains."""
    del index
    own = Source(resource)
    if resource.type not in SEARCH_TYPES:
        return DatabaseEndpoint(resource, (), own.truth("publicly_accessible"))
    # A domain is in a network of ours, or has an address for everybody.
    value = own.value("vpc_options")
    if value is None or isinstance(value, list | dict):
        # A block without a subnet puts it nowhere.
        place = "vpc_options.subnet_ids" if isinstance(value, dict) else "vpc_options.0.subnet_ids"
        is_public = negated(is_given(own, place).value)
    else:
        is_public = unread(value)
    return DatabaseEndpoint(resource, (), own.fact("vpc_options", is_public))


def build_database_administrator(resource: Resource, index: GraphIndex) -> DatabaseAdministrator | None:
    """From a database that is made with an administrator; None when it takes over those of another one."""
    del index
    own = Source(resource)
    path = _ADMINISTRATORS[resource.type]
    return DatabaseAdministrator(resource, (), own.text(path)) if is_set(own, path) else None


def build_database_login(resource: Resource, index: GraphIndex) -> DatabaseLogin | None:
    """From a relational or graph database; None for an engine that has only passwords."""
    del index
    own = Source(resource)
    engine = own.value("engine")
    if resource.type != "aws_neptune_cluster" and isinstance(engine, str) and not engine.startswith(_TOKEN_ENGINES):
        return None
    return DatabaseLogin(resource, (), own.truth("iam_database_authentication_enabled"))


def build_cache(resource: Resource, index: GraphIndex) -> Cache:
    """From a group of Redis or Valkey, or MemoryDB."""
    del index
    own = Source(resource)
    if resource.type == "aws_memorydb_cluster":
        access = own.text("acl_name")
        asks = own.fact(access.attribute, ask(access.value, lambda name: name != _OPEN_LIST))
        return Cache(resource, (), own.truth("tls_enabled"), asks)
    token = is_given(own, "auth_token")
    if token.value is True:
        asks = token
    else:
        groups = texts(own, "user_group_ids")
        is_list = isinstance(own.value("user_group_ids"), list)
        # The apply tells the id of a group that it makes; only a list of which nothing is known may be empty.
        value = (len(groups) > 0) if is_list or not groups else any_of(ask(group, bool) for group in groups)
        asks = own.fact("user_group_ids", any_of((token.value, value)))
    return Cache(resource, (), own.truth("transit_encryption_enabled"), asks)


def is_cache_tls_only(own: Source) -> Fact[bool]:
    """Whether a group of Redis or Valkey takes nothing but TLS; `preferred` takes both."""
    enabled = own.truth("transit_encryption_enabled")
    mode = own.value("transit_encryption_mode")
    is_strict = (
        True if mode is None else ask(own.text("transit_encryption_mode").value, lambda text: text != "preferred")
    )
    value = all_of((enabled.value, is_strict))
    return own.fact(
        "transit_encryption_mode" if enabled.value is True and value is not True else enabled.attribute, value
    )


def is_search_https_only(own: Source) -> Fact[bool]:
    """Whether a search domain takes nothing but HTTPS."""
    path = "domain_endpoint_options"
    value = own.value(path)
    if value is None or value == []:
        return own.fact(path, get_default(own.resource.type, path) is True)
    if isinstance(value, Unknown):
        return own.fact(path, value)
    return own.truth(f"{path}.0.enforce_https")


VIEW_TYPES: Final = (
    ViewType("DatabaseEndpoint", of_types(*_ENDPOINT_TYPES), build_database_endpoint),
    ViewType("DatabaseAdministrator", of_types(*_ADMINISTRATORS), build_database_administrator),
    ViewType("DatabaseLogin", of_types(*_LOGIN_TYPES), build_database_login),
    ViewType("Cache", of_types(*_CACHE_TYPES), build_cache),
)
