"""The views that come from one resource alone."""

import pytest
from msgspec.structs import replace

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import GraphFormat, Resource, ResourceGraph, Sensitive, Unknown, Value
from pavior.resources.views import GraphIndex, index_graph
from pavior.resources.views.database import build_database
from pavior.resources.views.database_recovery import build_database_recovery, build_snapshot_store
from pavior.resources.views.facts import Fact, Source, Truth
from pavior.resources.views.keys import build_key_rotation
from pavior.resources.views.log_group import build_log_group
from pavior.resources.views.nested import is_given
from pavior.resources.views.tagged import build_tagged, select_tagged

ENABLED = "server_side_encryption.0.enabled"
KEY = "server_side_encryption.0.kms_key_arn"
LATER = Unknown(UnknownReason.KNOWN_AFTER_APPLY)
NEVER = Unknown(UnknownReason.NOT_EVALUATED, "no value")
INDEX = index_graph(ResourceGraph(GraphFormat.TERRAFORM_PLAN, ()))


def a_resource(kind: str, **values: Value) -> Resource:
    return Resource(f"{kind}.a", kind, values, references=dict.fromkeys(values, ()))


@pytest.mark.parametrize(
    ("block", "expected", "attribute"),
    [
        (None, False, ENABLED),
        ([], False, ENABLED),
        ([{"enabled": False, "kms_key_arn": "k"}], False, ENABLED),
        ([{"enabled": True}], False, ENABLED),
        (
            [{"enabled": True, "kms_key_arn": "arn:aws:kms:r:1:alias/aws/dynamodb"}],
            False,
            "server_side_encryption.0.kms_key_arn",
        ),
        ([{"enabled": True, "kms_key_arn": "arn:aws:kms:r:1:key/1"}], True, KEY),
        ([{"enabled": True, "kms_key_arn": LATER}], LATER, KEY),
        ([{"enabled": LATER, "kms_key_arn": LATER}], LATER, ENABLED),
        (NEVER, NEVER, ENABLED),
    ],
)
def test_a_table_has_our_key_when_it_is_switched_on_and_names_it(block: Value, expected: Truth, attribute: str) -> None:
    table = build_database(a_resource("aws_dynamodb_table", server_side_encryption=block), INDEX)

    assert table.has_own_key == Fact(expected, attribute)


@pytest.mark.parametrize(
    ("block", "expected"), [(None, False), ([{"enabled": True}], True), ([{"enabled": "false"}], False), (LATER, LATER)]
)
def test_a_table_restores_to_any_point_when_that_is_on(block: Value, expected: Truth) -> None:
    table = build_database_recovery(a_resource("aws_dynamodb_table", point_in_time_recovery=block), INDEX)

    assert table is not None
    assert table.restores_to_any_point == Fact(expected, "point_in_time_recovery.0.enabled")


def test_a_key_is_symmetric_and_stays_the_same_unless_it_says_so() -> None:
    plain = build_key_rotation(a_resource("aws_kms_key"), INDEX)
    other = build_key_rotation(
        a_resource("aws_kms_key", customer_master_key_spec="RSA_2048", enable_key_rotation=True), INDEX
    )

    assert (plain.rotates.value, plain.can_rotate.value) == (False, True)
    assert (other.rotates.value, other.can_rotate.value) == (True, False)
    assert (
        build_key_rotation(a_resource("aws_kms_key", customer_master_key_spec=LATER), INDEX).can_rotate.value is LATER
    )


def test_logs_are_kept_for_ever_unless_somebody_says_how_long() -> None:
    assert build_log_group(a_resource("aws_cloudwatch_log_group"), INDEX).retention_days.value == 0
    written = build_log_group(a_resource("aws_cloudwatch_log_group", retention_in_days=30), INDEX)
    assert written.retention_days == Fact(30, "retention_in_days")


def an_index(*resources: Resource) -> GraphIndex:
    return index_graph(ResourceGraph(GraphFormat.TERRAFORM_SOURCE, resources))


def test_everything_that_can_have_tags_is_asked_for_them() -> None:
    bucket = a_resource("aws_s3_bucket")
    unheard_of = a_resource("cloud_thing", tags=None)
    block = a_resource("aws_s3_bucket_public_access_block")

    assert select_tagged(an_index(bucket, unheard_of, block)) == (bucket, unheard_of)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"tags": {"owner": "payments"}}, Fact("payments", "tags.owner")),
        ({"tags": {"owner": "payments"}, "tags_all": {"owner": "other"}}, Fact("payments", "tags.owner")),
        ({"tags": None, "tags_all": {"owner": "payments"}}, Fact("payments", "tags_all.owner")),
        ({"tags": {"owner": LATER}}, Fact(LATER, "tags.owner")),
        ({"tags": LATER}, Fact(LATER, "tags")),
        ({"tags": {"other": "x"}, "tags_all": LATER}, Fact("", "tags")),
        ({"tags": None}, Fact("", "tags")),
        ({}, Fact("", "tags")),
    ],
)
def test_a_tag_is_what_the_resource_or_the_provider_sets(values: dict[str, Value], expected: Fact[str]) -> None:
    assert build_tagged(a_resource("aws_s3_bucket", **values), INDEX).tag("owner") == expected


def test_hidden_tags_are_not_known() -> None:
    choices: tuple[Value, ...] = (Sensitive("f"), {"owner": Sensitive("f")})
    for hidden in choices:
        value = build_tagged(a_resource("aws_s3_bucket", tags=hidden), INDEX).tag("owner").value

        assert isinstance(value, Unknown)
        assert value.reason is UnknownReason.NOT_EVALUATED


def test_in_a_plan_a_cache_without_a_group_is_asked_for_its_snapshots() -> None:
    # The provider reports a group for each cache, also for one that nobody put into one.
    values: dict[str, Value] = {"engine": "redis", "replication_group_id": LATER, "snapshot_retention_limit": LATER}
    alone = Resource("aws_elasticache_cluster.a", "aws_elasticache_cluster", values)
    member = replace(alone, references={"replication_group_id": ("aws_elasticache_replication_group.g",)})

    store = build_snapshot_store(alone, INDEX)

    assert store is not None
    assert store.snapshot_days.value == 0
    assert build_snapshot_store(member, INDEX) is None


def test_what_only_the_provider_will_report_is_not_given() -> None:
    source = Source(Resource("aws_x.y", "aws_x", {"queue": LATER, "key": LATER}, references={"key": ()}))

    assert is_given(source, "queue").value is False
    assert is_given(source, "key").value is True


def test_a_default_holds_in_a_plan_where_nobody_set_anything_and_only_there() -> None:
    values: dict[str, Value] = {"storage_encrypted": LATER}
    silent = Resource("aws_db_instance.a", "aws_db_instance", values)
    by_a_local = replace(silent, references={"storage_encrypted": ()})

    assert Source(silent).truth("storage_encrypted").value is False
    assert Source(by_a_local).truth("storage_encrypted").value is LATER
