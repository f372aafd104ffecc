"""What is known of databases other than tables: who may read their disks, reach them, listen, and bring them back."""

import pytest
from msgspec import structs

from pavior.kernel.verdicts import Position, UnknownReason
from pavior.resources.model import GraphFormat, Resource, ResourceGraph, Sensitive, Unknown, Value
from pavior.resources.views import GraphIndex, index_graph
from pavior.resources.views.database import DATABASE_TYPES, build_database, named_key
from pavior.resources.views.database_access import (
    build_cache,
    build_database_administrator,
    build_database_endpoint,
    build_database_login,
)
from pavior.resources.views.database_recovery import (
    build_database_recovery,
    build_database_standby,
    build_recovery_window,
    build_snapshot_store,
)
from pavior.resources.views.database_upkeep import (
    build_database_audit,
    build_database_insights,
    build_database_logs,
    build_postgres_engine,
)
from pavior.resources.views.facts import Fact, Source, Truth
from pavior.resources.views.search_domain import build_search_domain

LATER = Unknown(UnknownReason.KNOWN_AFTER_APPLY)
NEVER = Unknown(UnknownReason.NOT_EVALUATED, "no value")
OURS = "arn:aws:kms:eu-central-1:123456789012:key/1"
THEIRS = "arn:aws:kms:eu-central-1:123456789012:alias/aws/rds"
LINE = Position("main.tf", 1, 1)


def a_resource(kind: str, /, **values: Value) -> Resource:
    return Resource(f"{kind}.a", kind, values)


def naming(resource: Resource, path: str, address: str) -> Resource:
    return structs.replace(resource, references={path: (address,)})


def an_index(*resources: Resource, complete: bool = True) -> GraphIndex:
    return index_graph(ResourceGraph(GraphFormat.TERRAFORM_SOURCE, resources, complete=complete))


NOTHING = an_index()


def reason(fact: Fact[bool] | None) -> UnknownReason:
    assert fact is not None
    assert isinstance(fact.value, Unknown)
    return fact.value.reason


@pytest.mark.parametrize("kind", DATABASE_TYPES)
def test_every_kind_of_database_says_something_when_nothing_is_said(kind: str) -> None:
    database = build_database(a_resource(kind), NOTHING)

    assert isinstance(database.is_encrypted.value, bool)
    assert database.has_own_key is None or database.has_own_key.value is False


@pytest.mark.parametrize("kind", ["aws_dynamodb_table", "aws_memorydb_cluster", "aws_dms_replication_instance"])
def test_what_the_provider_always_encrypts_is_encrypted(kind: str) -> None:
    assert build_database(a_resource(kind), NOTHING).is_encrypted.value is True


@pytest.mark.parametrize(
    ("values", "encrypted", "own_key"),
    [
        ({"storage_encrypted": True, "kms_key_id": OURS}, True, True),
        ({"storage_encrypted": "true", "kms_key_id": THEIRS}, True, False),
        ({"storage_encrypted": True}, True, False),
        ({"kms_key_id": OURS}, False, False),
        ({"storage_encrypted": NEVER, "kms_key_id": OURS}, NEVER, NEVER),
        ({"storage_encrypted": True, "kms_key_id": NEVER}, True, NEVER),
    ],
)
def test_an_instance_has_our_key_when_it_is_encrypted_and_names_it(
    values: dict[str, Value], encrypted: Truth, own_key: Truth
) -> None:
    database = build_database(a_resource("aws_db_instance", **values), NOTHING)

    assert database.is_encrypted.value == encrypted
    assert database.has_own_key is not None
    assert database.has_own_key.value == own_key


@pytest.mark.parametrize("origin", ["snapshot_identifier", "replicate_source_db", "restore_to_point_in_time"])
def test_nobody_knows_how_a_copy_is_encrypted_unless_it_says_so(origin: str) -> None:
    copy = build_database(a_resource("aws_db_instance", **{origin: "other"}), NOTHING)
    with_key = build_database(a_resource("aws_db_instance", kms_key_id=OURS, **{origin: "other"}), NOTHING)
    plain = build_database(a_resource("aws_db_instance", storage_encrypted=False, **{origin: "other"}), NOTHING)

    assert reason(copy.is_encrypted) is UnknownReason.NOT_EVALUATED
    assert reason(copy.has_own_key) is UnknownReason.NOT_EVALUATED
    assert with_key.has_own_key == Fact(value=True, attribute="kms_key_id")
    assert plain.is_encrypted.value is False


def test_a_key_that_the_provider_reports_is_not_taken_for_ours() -> None:
    plan_alone = a_resource("aws_db_instance", kms_key_id=LATER)
    named = naming(plan_alone, "kms_key_id", "aws_kms_key.a")
    joined = Resource(
        "aws_db_instance.a", "aws_db_instance", {"kms_key_id": LATER}, attribute_positions={"engine": LINE}
    )

    looked_up = naming(plan_alone, "kms_key_id", "data.aws_kms_key.a")

    assert named_key(Source(plan_alone), "kms_key_id").value == LATER
    assert named_key(Source(looked_up), "kms_key_id").value == LATER
    assert named_key(Source(named), "kms_key_id").value is True
    assert named_key(Source(joined), "kms_key_id").value is False


@pytest.mark.parametrize(("engine", "expected"), [(None, False), ("redis", False), ("valkey", True), (NEVER, NEVER)])
def test_a_cache_is_encrypted_as_its_engine_has_it(engine: Value, expected: Truth) -> None:
    cache = build_database(a_resource("aws_elasticache_replication_group", engine=engine), NOTHING)

    assert cache.is_encrypted.value == expected


@pytest.mark.parametrize(
    ("days", "expected"), [(None, False), (0, False), (1, True), ("35", True), (36, False), (NEVER, NEVER)]
)
def test_an_instance_restores_to_any_point_when_it_keeps_backups(days: Value, expected: Truth) -> None:
    instance = build_database_recovery(a_resource("aws_db_instance", backup_retention_period=days), NOTHING)

    assert instance is not None
    assert instance.restores_to_any_point == Fact(expected, "backup_retention_period")


def test_a_cluster_keeps_backups_for_a_day_when_nothing_is_said_and_a_replica_none() -> None:
    cluster = build_database_recovery(a_resource("aws_rds_cluster"), NOTHING)
    restored = build_database_recovery(a_resource("aws_rds_cluster", snapshot_identifier="s"), NOTHING)

    assert cluster is not None
    assert cluster.restores_to_any_point.value is True
    assert restored is not None
    assert reason(restored.restores_to_any_point) is UnknownReason.NOT_EVALUATED
    assert build_database_recovery(a_resource("aws_db_instance", replicate_source_db="a"), NOTHING) is None


@pytest.mark.parametrize(
    ("kind", "values", "days"),
    [
        ("aws_db_instance", {"backup_retention_period": 7}, 7),
        ("aws_rds_cluster", {}, 1),
        ("aws_rds_cluster", {"backup_retention_period": NEVER}, NEVER),
        ("aws_dynamodb_table", {"point_in_time_recovery": [{"enabled": True}]}, 35),
        ("aws_dynamodb_table", {"point_in_time_recovery": [{"enabled": True, "recovery_period_in_days": 3}]}, 3),
        ("aws_dynamodb_table", {"point_in_time_recovery": NEVER}, NEVER),
    ],
)
def test_the_way_back_has_a_length(kind: str, values: dict[str, Value], days: Value) -> None:
    window = build_recovery_window(a_resource(kind, **values), NOTHING)

    assert window is not None
    assert window.days.value == days


@pytest.mark.parametrize("kind", ["aws_db_instance", "aws_dynamodb_table"])
def test_what_cannot_be_brought_back_has_no_way_back_to_measure(kind: str) -> None:
    assert build_recovery_window(a_resource(kind), NOTHING) is None


def test_a_replica_is_the_second_one_and_needs_none() -> None:
    assert build_database_standby(a_resource("aws_db_instance", replicate_source_db="a"), NOTHING) is None
    assert build_database_standby(a_resource("aws_db_instance"), NOTHING) is not None


def test_memcached_and_members_of_a_group_have_no_snapshots_to_ask_for() -> None:
    kind = "aws_elasticache_cluster"

    assert build_snapshot_store(a_resource(kind, engine="memcached"), NOTHING) is None
    assert build_snapshot_store(a_resource(kind, replication_group_id="g"), NOTHING) is None
    assert build_snapshot_store(a_resource(kind, engine="redis"), NOTHING) is not None


@pytest.mark.parametrize(
    ("options", "expected"), [(None, True), ([], True), ([{"subnet_ids": ["s"]}], False), (NEVER, NEVER)]
)
def test_a_search_domain_is_public_unless_it_is_in_a_network(options: Value, expected: Truth) -> None:
    domain = build_database_endpoint(a_resource("aws_opensearch_domain", vpc_options=options), NOTHING)

    assert domain.is_public == Fact(expected, "vpc_options")


def test_an_administrator_that_is_hidden_is_not_known_and_one_of_a_copy_is_not_asked() -> None:
    hidden = build_database_administrator(a_resource("aws_db_instance", username=Sensitive("f")), NOTHING)

    assert hidden is not None
    assert isinstance(hidden.name.value, Unknown)
    assert build_database_administrator(a_resource("aws_db_instance"), NOTHING) is None


def test_engines_that_know_only_passwords_are_not_asked_for_tokens() -> None:
    assert build_database_login(a_resource("aws_db_instance", engine="oracle-ee"), NOTHING) is None
    assert build_database_login(a_resource("aws_db_instance", engine="mariadb"), NOTHING) is not None
    assert build_database_login(a_resource("aws_db_instance", engine=NEVER), NOTHING) is not None


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, False),
        ({"auth_token": ""}, False),
        ({"auth_token": Sensitive("f")}, True),
        ({"auth_token": NEVER}, NEVER),
        ({"user_group_ids": []}, False),
        ({"user_group_ids": [LATER]}, True),
        ({"user_group_ids": NEVER}, NEVER),
    ],
)
def test_a_cache_asks_when_it_has_a_token_or_users(values: dict[str, Value], expected: Truth) -> None:
    assert build_cache(
        a_resource("aws_elasticache_replication_group", **values), NOTHING
    ).asks_for_credentials.value == (expected)


def test_the_logging_of_a_warehouse_stands_beside_it_or_inside() -> None:
    inside = a_resource("aws_redshift_cluster", logging=[{"enable": True}])
    named = a_resource("aws_redshift_cluster", cluster_identifier="reports")
    beside = a_resource("aws_redshift_logging", cluster_identifier="reports")
    loose = a_resource("aws_redshift_logging", cluster_identifier=NEVER)

    assert build_database_logs(inside, an_index(inside)).are_exported.value is True
    assert build_database_logs(named, an_index(named, beside)).satellites == (beside,)
    assert build_database_logs(named, an_index(named, beside)).are_exported.value is True
    assert build_database_logs(named, an_index(named)).are_exported.value is False
    assert isinstance(build_database_logs(named, an_index(named, loose)).are_exported.value, Unknown)
    assert isinstance(build_database_logs(named, an_index(named, complete=False)).are_exported.value, Unknown)


def test_a_log_of_a_name_that_is_not_known_is_a_log_but_perhaps_not_the_audit_log() -> None:
    cluster = a_resource("aws_rds_cluster", engine="aurora-mysql", enabled_cloudwatch_logs_exports=["error", NEVER])
    audit = build_database_audit(cluster, NOTHING)

    assert build_database_logs(cluster, NOTHING).are_exported.value is True
    assert audit is not None
    assert audit.is_kept.value == NEVER
    assert build_database_audit(a_resource("aws_rds_cluster", engine="aurora-postgresql"), NOTHING) is None


@pytest.mark.parametrize(
    ("kind", "engine", "size", "is_asked"),
    [
        ("aws_db_instance", "mariadb", "db.t3.micro", False),
        ("aws_db_instance", "mariadb", "db.t3.medium", True),
        ("aws_db_instance", "postgres", "db.t3.micro", True),
        ("aws_rds_cluster_instance", "aurora-mysql", "db.t3.medium", False),
        ("aws_rds_cluster_instance", "aurora-postgresql", "db.t3.medium", True),
        ("aws_rds_cluster_instance", NEVER, "db.t3.medium", True),
    ],
)
def test_instances_that_are_too_small_to_measure_are_not_asked(
    kind: str, engine: Value, size: str, is_asked: Truth
) -> None:
    insights = build_database_insights(a_resource(kind, engine=engine, instance_class=size), NOTHING)

    assert (insights is not None) is is_asked


def test_only_postgres_is_a_postgres_engine() -> None:
    chosen = build_postgres_engine(a_resource("aws_db_instance", engine="postgres"), NOTHING)

    assert build_postgres_engine(a_resource("aws_db_instance", engine="mysql"), NOTHING) is None
    assert chosen is not None
    assert chosen.version.value == ""


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        (None, False),
        ([{"instance_count": 1}], False),
        ([{"instance_count": "3"}], True),
        ([{"dedicated_master_enabled": True}], True),
        ([{"instance_count": NEVER}], NEVER),
    ],
)
def test_a_search_domain_has_several_nodes_when_it_says_so(config: Value, expected: Truth) -> None:
    assert build_search_domain(
        a_resource("aws_opensearch_domain", cluster_config=config), NOTHING
    ).has_several_nodes.value == (expected)
