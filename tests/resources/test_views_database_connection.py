"""Whether a database refuses connections without TLS, wherever that is said."""

import pytest
from msgspec import structs

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import GraphFormat, Resource, ResourceGraph, Unknown, Value
from pavior.resources.views import GraphIndex, index_graph
from pavior.resources.views.database_connection import build_database_connection
from pavior.resources.views.facts import Fact, Truth

LATER = Unknown(UnknownReason.KNOWN_AFTER_APPLY)
NEVER = Unknown(UnknownReason.NOT_EVALUATED, "no value")


def a_resource(kind: str, /, **values: Value) -> Resource:
    return Resource(f"{kind}.a", kind, values)


def naming(resource: Resource, path: str, address: str) -> Resource:
    return structs.replace(resource, references={path: (address,)})


def an_index(*resources: Resource) -> GraphIndex:
    return index_graph(ResourceGraph(GraphFormat.TERRAFORM_SOURCE, resources))


def requires_tls(kind: str, *others: Resource, **values: Value) -> "Truth | None":
    resource = a_resource(kind, **values)
    connection = build_database_connection(resource, an_index(resource, *others))
    return None if connection is None else connection.requires_tls.value


@pytest.mark.parametrize(
    ("engine", "version", "expected"),
    [
        ("postgres", "14.12", False),
        ("postgres", "15", True),
        ("postgres", "15.4", True),
        ("mysql", "8.0.40", False),
        ("mysql", None, False),
        ("mariadb", "11.4.5", False),
        ("mariadb", "11.8.3", True),
        ("sqlserver-ex", "16.00", False),
        ("db2-se", "11.5", False),
        ("oracle-ee", "19", None),
    ],
)
def test_an_instance_without_a_group_takes_what_its_version_takes(
    engine: str, version: Value, expected: "Truth | None"
) -> None:
    assert requires_tls("aws_db_instance", engine=engine, engine_version=version) is expected


def test_aurora_began_later() -> None:
    kind = "aws_rds_cluster"

    assert requires_tls(kind, engine="aurora-postgresql", engine_version="16.4") is False
    assert requires_tls(kind, engine="aurora-postgresql", engine_version="17.4") is True


def test_without_a_version_nobody_knows_what_postgres_does() -> None:
    for version in (None, NEVER):
        assert isinstance(requires_tls("aws_db_instance", engine="postgres", engine_version=version), Unknown)
    assert isinstance(requires_tls("aws_db_instance"), Unknown)


def a_group(name: str, family: str, **parameters: Value) -> Resource:
    blocks: Value = [{"name": key.replace("__", "."), "value": value} for key, value in parameters.items()]
    kind = "aws_db_parameter_group"
    return Resource(f"{kind}.{name}", kind, {"name": name, "family": family, "parameter": blocks})


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        (a_group("g", "postgres14", rds__force_ssl="1"), True),
        (a_group("g", "postgres14", rds__force_ssl=1), True),
        (a_group("g", "postgres16", rds__force_ssl="0"), False),
        (a_group("g", "postgres16"), True),
        (a_group("g", "mysql8.0", require_secure_transport="ON"), True),
        (a_group("g", "mysql8.0", require_secure_transport=NEVER), NEVER),
        (a_group("g", "db2-se-11.5", db2comm="TCPIP,SSL"), False),
        (a_group("g", "db2-se-11.5", db2comm="SSL"), True),
    ],
)
def test_the_parameter_group_decides(group: Resource, expected: Truth) -> None:
    assert requires_tls("aws_db_instance", group, parameter_group_name="g") == expected


def test_the_expression_tells_which_of_two_groups_of_one_name_is_meant() -> None:
    loose = Resource("aws_db_parameter_group.x", "aws_db_parameter_group", {"name": "g", "family": "postgres14"})
    strict = a_group("g", "postgres14", rds__force_ssl="1")
    instance = naming(
        a_resource("aws_db_instance", parameter_group_name="g"), "parameter_group_name", "aws_db_parameter_group.g"
    )

    connection = build_database_connection(instance, an_index(loose, strict, instance))

    assert connection is not None
    assert connection.requires_tls == Fact(
        value=True, attribute="parameter.0.value", decided_by="aws_db_parameter_group.g"
    )
    assert connection.satellites == (strict,)


def test_a_group_that_is_not_here_leaves_it_open_and_a_default_group_does_not() -> None:
    values: dict[str, Value] = {"engine": "postgres", "engine_version": "16.4"}

    assert isinstance(requires_tls("aws_db_instance", **values, parameter_group_name="other"), Unknown)
    assert requires_tls("aws_db_instance", **values, parameter_group_name=LATER) == LATER
    assert requires_tls("aws_db_instance", **values, parameter_group_name="default.postgres16") is True
    assert requires_tls("aws_db_instance", parameter_group_name="default.postgres13") is False


def test_parameters_that_cannot_be_read_may_say_anything() -> None:
    group = Resource(
        "aws_db_parameter_group.g", "aws_db_parameter_group", {"name": "g", "family": "postgres16", "parameter": NEVER}
    )

    assert requires_tls("aws_db_instance", group, parameter_group_name="g") == NEVER


@pytest.mark.parametrize(("mode", "expected"), [(None, True), ("required", True), ("preferred", False), (NEVER, NEVER)])
def test_a_cache_that_only_prefers_tls_takes_both(mode: Value, expected: Truth) -> None:
    kind = "aws_elasticache_replication_group"

    assert requires_tls(kind, transit_encryption_enabled=True, transit_encryption_mode=mode) == expected
    assert requires_tls(kind, transit_encryption_mode=mode) is False


@pytest.mark.parametrize(
    ("options", "expected"),
    [(None, False), ([], False), ([{}], True), ([{"enforce_https": False}], False), (NEVER, NEVER)],
)
def test_a_search_domain_takes_http_without_its_block(options: Value, expected: Truth) -> None:
    assert requires_tls("aws_opensearch_domain", domain_endpoint_options=options) == expected


@pytest.mark.parametrize(("family", "expected"), [("redshift-1.0", False), ("redshift-2.0", True), (NEVER, NEVER)])
def test_a_warehouse_asks_for_tls_as_its_family_does(family: Value, expected: Truth) -> None:
    assert requires_tls("aws_redshift_parameter_group", family=family) == expected
    assert requires_tls(
        "aws_redshift_parameter_group", family=family, parameter=[{"name": "require_ssl", "value": True}]
    )
