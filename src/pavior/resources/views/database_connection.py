"""Whether a database takes connections that everybody on the way can read."""

import re
from typing import Final

from msgspec import Struct

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import Resource, Unknown
from pavior.resources.views.database_access import SEARCH_TYPES, is_cache_tls_only, is_search_https_only
from pavior.resources.views.facts import Fact, Leaf, Source, ask
from pavior.resources.views.index import GraphIndex
from pavior.resources.views.kinds import ViewType, of_types
from pavior.resources.views.settings import find_named, is_set, not_here, parameter

# Type to the attribute that names the parameter group, and the group's type.
_RELATIONAL: Final = {
    "aws_db_instance": ("parameter_group_name", "aws_db_parameter_group"),
    "aws_rds_cluster": ("db_cluster_parameter_group_name", "aws_rds_cluster_parameter_group"),
}
_TYPES: Final = (
    *_RELATIONAL,
    "aws_dax_cluster",
    "aws_docdb_cluster_parameter_group",
    "aws_elasticache_replication_group",
    *SEARCH_TYPES,
    "aws_memorydb_cluster",
    "aws_redshift_parameter_group",
)
_ON = ("1", "on", "true")
_DEFAULT_GROUP = "default."


class _Engine(Struct, frozen=True):
    """What makes one engine of RDS refuse connections without TLS.

    Args:
        word: Part of the names of the engine and of its parameter families.
        since: First version of RDS, and of Aurora, in which it is on when nothing is said; None when in none.
    """

    word: str
    parameter: str
    on: tuple[str, ...] = _ON
    since: tuple[int, int] | None = None
    since_in_aurora: tuple[int, int] | None = None


# Below docs.aws.amazon.com/AmazonRDS/latest: UserGuide/PostgreSQL.Concepts.General.SSL.html,
# UserGuide/mysql-ssl-connections.require-ssl.html, UserGuide/mariadb-ssl-connections.require-ssl.html,
# UserGuide/SQLServer.Concepts.General.SSL.Using.html, UserGuide/Db2.Concepts.SSL.html and
# AuroraUserGuide/AuroraPostgreSQL.Security.html.
_ENGINES = (
    _Engine("postgres", "rds.force_ssl", since=(15, 0), since_in_aurora=(17, 0)),
    _Engine("sqlserver", "rds.force_ssl"),
    _Engine("mariadb", "require_secure_transport", since=(11, 8)),
    _Engine("mysql", "require_secure_transport"),
    _Engine("db2", "db2comm", on=("ssl",)),
)


class DatabaseConnection(Struct, frozen=True):
    """A database, or the group of parameters that decides it for databases.

    Args:
        satellites: The parameter group, where it is here.
        requires_tls: A connection without TLS is refused.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    requires_tls: Fact[bool]


def build_database_connection(resource: Resource, index: GraphIndex) -> DatabaseConnection | None:
    """From a database, a cache, a search domain or a parameter group; None for an engine that is asked elsewhere."""
    own = Source(resource)
    if resource.type in _RELATIONAL:
        return _relational(own, index)
    match resource.type:
        case "aws_dax_cluster":
            kind = own.text("cluster_endpoint_encryption_type")
            fact = own.fact(kind.attribute, ask(kind.value, lambda text: text.upper() == "TLS"))
        case "aws_docdb_cluster_parameter_group":
            tls = parameter(own, "tls", "enabled")
            fact = own.fact(tls.attribute, ask(tls.value, lambda text: text != "disabled"))
        case "aws_redshift_parameter_group":
            fact = _warehouse(own)
        case "aws_elasticache_replication_group":
            fact = is_cache_tls_only(own)
        case "aws_memorydb_cluster":
            fact = own.truth("tls_enabled")
        case _:
            fact = is_search_https_only(own)
    return DatabaseConnection(resource, (), fact)


def _warehouse(own: Source) -> Fact[bool]:
    """Families after `redshift-1.0` ask for it; redshift/latest/mgmt/connecting-ssl-support.html."""
    said = parameter(own, "require_ssl", "")
    if said.value == "":
        return own.fact(said.attribute, ask(own.text("family").value, lambda family: family != "redshift-1.0"))
    return own.fact(said.attribute, ask(said.value, lambda text: text in _ON))


def _relational(own: Source, index: GraphIndex) -> DatabaseConnection | None:
    path, group_type = _RELATIONAL[own.resource.type]
    group = find_named(index, own, path, group_type)
    satellites = () if group is None else (group.resource,)
    named = own.value(path)
    if group is not None:
        family = group.text("family").value
    elif isinstance(named, str) and named.startswith(_DEFAULT_GROUP):
        family = named.removeprefix(_DEFAULT_GROUP)
    else:
        family = _family(own)
    if isinstance(family, Unknown):
        return DatabaseConnection(own.resource, satellites, own.fact("engine", family))
    engine = next((engine for engine in _ENGINES if engine.word in family), None)
    if engine is None:
        return None
    if group is None and is_set(own, path) and not (isinstance(named, str) and named.startswith(_DEFAULT_GROUP)):
        what = f"the parameter group {named}" if isinstance(named, str) else "its parameter group"
        later = isinstance(named, Unknown) and named.reason is UnknownReason.KNOWN_AFTER_APPLY
        fact: Fact[bool] = own.fact(path, named if isinstance(named, Unknown) and later else not_here(what))
        return DatabaseConnection(own.resource, (), fact)
    is_on = _is_on_by_default(engine, family)
    if group is None:
        return DatabaseConnection(own.resource, (), own.fact(path, is_on))
    said = parameter(group, engine.parameter, "")
    value = is_on if said.value == "" else ask(said.value, lambda text: text in engine.on)
    return DatabaseConnection(own.resource, satellites, group.fact(said.attribute, value))


def _family(own: Source) -> Leaf:
    """Engine and version as a family of parameters has them, such as `postgres15`; the engine when none is said."""
    engine = own.text("engine").value
    version = own.value("engine_version")
    return f"{engine}{version}" if isinstance(engine, str) and isinstance(version, str) else engine


def _is_on_by_default(engine: _Engine, family: str) -> bool | Unknown:
    since = engine.since_in_aurora if family.startswith("aurora") else engine.since
    if since is None:
        return False
    found = re.search(r"(\d+)(?:\.(\d+))?", family)
    if found is None:
        return Unknown(UnknownReason.NOT_EVALUATED, "it depends on the version, and no known version is named")
    return (int(found[1]), int(found[2] or 0)) >= since


VIEW_TYPES: Final = (ViewType("DatabaseConnection", of_types(*_TYPES), build_database_connection),)
