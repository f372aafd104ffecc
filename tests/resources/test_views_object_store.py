"""A bucket is one thing with its satellites."""

import pytest

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import GraphFormat, Resource, ResourceGraph, Sensitive, Unknown, Value
from pavior.resources.views import index_graph
from pavior.resources.views.facts import Fact, Truth
from pavior.resources.views.object_store import ObjectStore, build_object_store, build_object_store_connection
from pavior.resources.views.policies import PolicyDocument

LATER = Unknown(UnknownReason.KNOWN_AFTER_APPLY)
NEVER = Unknown(UnknownReason.NOT_EVALUATED, "var.key has no value")
KEY_PATH = "rule.0.apply_server_side_encryption_by_default.0.kms_master_key_id"
ALGORITHM_PATH = "rule.0.apply_server_side_encryption_by_default.0.sse_algorithm"


def a_store(*satellites: Resource, **values: Value) -> ObjectStore:
    bucket = Resource("aws_s3_bucket.files", "aws_s3_bucket", {"bucket": "files", **values})
    graph = ResourceGraph(GraphFormat.TERRAFORM_PLAN, (bucket, *satellites))
    return build_object_store(bucket, index_graph(graph))


def a_policy(**values: Value) -> Fact[PolicyDocument]:
    bucket = Resource("aws_s3_bucket.files", "aws_s3_bucket", {"bucket": "files", **values})
    graph = ResourceGraph(GraphFormat.TERRAFORM_PLAN, (bucket,))
    return build_object_store_connection(bucket, index_graph(graph)).policy


def a_satellite(kind: str, references: dict[str, tuple[str, ...]] | None = None, **values: Value) -> Resource:
    resource_type = f"aws_s3_bucket_{kind}"
    return Resource(f"{resource_type}.files", resource_type, {"bucket": "files", **values}, references=references or {})


def an_encryption(
    algorithm: Value, key: Value = None, references: dict[str, tuple[str, ...]] | None = None
) -> Resource:
    by_default: dict[str, Value] = {"sse_algorithm": algorithm, "kms_master_key_id": key}
    return a_satellite(
        "server_side_encryption_configuration",
        references,
        rule=[{"apply_server_side_encryption_by_default": [by_default]}],
    )


def test_a_bare_bucket_is_what_aws_makes_of_it() -> None:
    store = a_store()

    assert store.satellites == ()
    assert store.blocks_public_acls == Fact(value=False)
    assert store.encryption == Fact("AES256")
    assert store.has_own_key == Fact(value=False)
    assert store.is_versioned == Fact(value=False)
    assert a_policy() == Fact(PolicyDocument())


def test_all_satellites_are_gathered() -> None:
    kinds = ("public_access_block", "versioning", "ownership_controls")
    satellites = [a_satellite(kind) for kind in kinds] + [an_encryption("AES256")]

    found = {item.address for item in a_store(*satellites).satellites}
    assert found == {item.address for item in satellites}


def test_each_switch_is_read_from_its_attribute() -> None:
    written: dict[str, tuple[str, ...]] = {"block_public_policy": ()}
    block = a_satellite("public_access_block", written, block_public_acls=True, block_public_policy=LATER)
    store = a_store(block)

    assert store.blocks_public_acls == Fact(True, "block_public_acls", block.address)
    assert store.blocks_public_policy == Fact(LATER, "block_public_policy", block.address)
    assert store.ignores_public_acls == Fact(False, "ignore_public_acls", block.address)
    assert store.restricts_public_access == Fact(False, "restrict_public_buckets", block.address)


@pytest.mark.parametrize(
    ("algorithm", "key", "expected", "attribute"),
    [
        ("AES256", None, False, ALGORITHM_PATH),
        ("aws:kms", None, False, ALGORITHM_PATH),
        ("aws:kms", "", False, KEY_PATH),
        ("aws:kms", "alias/aws/s3", False, KEY_PATH),
        ("aws:kms", "arn:aws:kms:eu-central-1:123456789012:alias/aws/s3", False, KEY_PATH),
        ("aws:kms", "alias/orders", True, KEY_PATH),
        ("aws:kms:dsse", "arn:aws:kms:eu-central-1:123456789012:key/1", True, KEY_PATH),
        ("aws:kms", LATER, LATER, KEY_PATH),
        ("aws:kms", NEVER, NEVER, KEY_PATH),
        (LATER, LATER, LATER, ALGORITHM_PATH),
        (None, None, False, "rule"),
    ],
)
def test_own_key_is_a_named_key_that_aws_does_not_manage(
    algorithm: Value, key: Value, expected: Truth, attribute: str
) -> None:
    encryption = an_encryption(algorithm, key)

    assert a_store(encryption).has_own_key == Fact(expected, attribute, encryption.address)


def test_a_hidden_key_is_not_known_to_be_ours() -> None:
    value = a_store(an_encryption("aws:kms", Sensitive("f"))).has_own_key.value

    assert isinstance(value, Unknown)
    assert value.reason is UnknownReason.NOT_EVALUATED


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("aws_kms_key.data", True),
        ("module.keys.aws_kms_alias.data", True),
        ('aws_kms_key.data["eu"]', True),
        ("module.data.aws_kms_key.main", True),
        ('module.data["eu.data."].data.aws_kms_key.main', LATER),
        ("data.aws_kms_key.data", LATER),
        ("module.keys.data.aws_kms_alias.data[0]", LATER),
        ("aws_ssm_parameter.key", LATER),
        ("aws_db_instance.d", LATER),
    ],
)
def test_a_key_that_the_apply_makes_is_ours_when_its_expression_names_one_of_our_keys(
    address: str, expected: Truth
) -> None:
    encryption = an_encryption("aws:kms", LATER, {KEY_PATH: (address,)})

    assert a_store(encryption).has_own_key.value == expected


def test_a_choice_that_was_not_evaluated_is_not_known_to_be_our_key() -> None:
    encryption = an_encryption("aws:kms", NEVER, {KEY_PATH: ("aws_kms_key.data",)})

    assert a_store(encryption).has_own_key.value == NEVER


def test_what_the_value_waits_for_decides_and_not_what_is_mentioned_beside_it() -> None:
    waits = Unknown(UnknownReason.KNOWN_AFTER_APPLY, "aws_ssm_parameter.key.value")
    encryption = an_encryption("aws:kms", waits, {KEY_PATH: ("aws_kms_key.data", "aws_ssm_parameter.key")})

    assert a_store(encryption).has_own_key.value == waits


@pytest.mark.parametrize(
    ("status", "expected"), [("Enabled", True), ("Suspended", False), ("Disabled", False), (LATER, LATER)]
)
def test_only_enabled_keeps_versions(status: Value, expected: Truth) -> None:
    versioning = a_satellite("versioning", versioning_configuration=[{"status": status}])

    assert a_store(versioning).is_versioned.value == expected


def test_blocks_of_an_old_provider_count_where_no_satellite_speaks() -> None:
    blocks: dict[str, Value] = {
        "versioning": [{"enabled": True}],
        "server_side_encryption_configuration": [
            {
                "rule": [
                    {
                        "apply_server_side_encryption_by_default": [
                            {"sse_algorithm": "aws:kms", "kms_master_key_id": "alias/orders"}
                        ]
                    }
                ]
            }
        ],
    }

    assert a_store(**blocks).is_versioned == Fact(True, "versioning.0.enabled")
    assert a_store(**blocks).has_own_key.value is True
    assert a_store(a_satellite("versioning", versioning_configuration=[]), **blocks).is_versioned.value is not True
    assert a_store(an_encryption("AES256"), **blocks).has_own_key.value is False


@pytest.mark.parametrize("reported", [LATER, [], None])
def test_what_a_provider_only_reports_says_nothing(reported: Value) -> None:
    store = a_store(versioning=reported, server_side_encryption_configuration=reported)

    assert store.is_versioned == Fact(value=False)
    assert store.encryption == Fact("AES256")
    assert a_policy(policy=reported) == Fact(PolicyDocument())
