"""Queues, secrets, file systems, images, trails and the policies that stand on things."""

import pytest

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.json_text import read_json
from pavior.resources.model import GraphFormat, Resource, ResourceGraph, Unknown, Value
from pavior.resources.views import GraphIndex, index_graph
from pavior.resources.views.audit_trail import build_audit_trail
from pavior.resources.views.facts import Fact, Source, Truth
from pavior.resources.views.file_system import build_access_point, build_file_backup, build_file_system
from pavior.resources.views.image_registry import build_image_registry
from pavior.resources.views.keys import chosen_key
from pavior.resources.views.messaging import build_message_channel
from pavior.resources.views.object_store import build_object_store_acl
from pavior.resources.views.policies import Principal
from pavior.resources.views.resource_policy import build_resource_policy, is_everybody
from pavior.resources.views.secrets import build_secret
from pavior.resources.views.stored_object import build_stored_object

KEY = "arn:aws:kms:eu-central-1:111122223333:key/1"
ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"
LATER = Unknown(UnknownReason.KNOWN_AFTER_APPLY)
NEVER = Unknown(UnknownReason.NOT_EVALUATED, "no value")


def a_resource(kind: str, **values: Value) -> Resource:
    return Resource(f"{kind}.a", kind, values)


def an_index(*resources: Resource) -> GraphIndex:
    return index_graph(ResourceGraph(GraphFormat.TERRAFORM_PLAN, resources))


NOTHING_ELSE = an_index()


def test_what_nobody_wrote_is_not_written_though_a_plan_does_not_know_it() -> None:
    planned = Source(
        Resource("t.a", "t", {"block": LATER, "key": LATER, "tags": {}}, references={"block[0].key": ("k.a",)})
    )

    assert planned.is_written("block")
    assert planned.is_written("block.0.key")
    assert planned.is_written("tags")
    assert not planned.is_written("block.0.keys")
    assert not planned.is_written("key")
    assert not planned.is_written("other")


def test_a_key_that_the_provider_will_report_is_none_of_ours() -> None:
    reported = Source(Resource("t.a", "t", {"key": LATER}))
    written = Source(Resource("t.a", "t", {"key": LATER}, references={"key": ("aws_kms_key.a",)}))
    nothing = index_graph(ResourceGraph(GraphFormat.TERRAFORM_PLAN, ()))

    assert chosen_key(reported, "key", nothing) == Fact(value=False, attribute="key")
    assert chosen_key(written, "key", nothing).value is True


@pytest.mark.parametrize(
    ("values", "encrypted", "own"),
    [
        ({}, True, False),
        ({"sqs_managed_sse_enabled": LATER}, True, False),
        ({"sqs_managed_sse_enabled": False}, False, False),
        ({"sqs_managed_sse_enabled": "false", "kms_master_key_id": KEY}, True, True),
        ({"sqs_managed_sse_enabled": False, "kms_master_key_id": NEVER}, NEVER, NEVER),
        ({"kms_master_key_id": NEVER}, True, NEVER),
        ({"kms_master_key_id": "alias/aws/sqs"}, True, False),
        ({"kms_master_key_id": ""}, True, False),
    ],
)
def test_a_queue_is_encrypted_unless_somebody_says_otherwise(
    values: dict[str, Value], encrypted: Truth, own: Truth
) -> None:
    queue = build_message_channel(a_resource("aws_sqs_queue", **values), NOTHING_ELSE)

    assert queue is not None
    assert (queue.is_encrypted.value, queue.has_own_key.value) == (encrypted, own)


@pytest.mark.parametrize(
    ("block", "encrypted", "own"),
    [
        (None, False, False),
        ([{"enabled": True}], True, False),
        ([{"enabled": True, "key_type": "CUSTOMER_MANAGED_CMK"}], True, False),
        ([{"enabled": True, "key_type": "AWS_OWNED_CMK", "key_arn": KEY}], True, False),
        ([{"enabled": True, "key_type": "CUSTOMER_MANAGED_CMK", "key_arn": KEY}], True, True),
        ([{"enabled": False, "key_type": "CUSTOMER_MANAGED_CMK", "key_arn": KEY}], False, False),
        (NEVER, NEVER, NEVER),
    ],
)
def test_a_delivery_needs_its_switch_the_kind_and_the_key(block: Value, encrypted: Truth, own: Truth) -> None:
    stream = build_message_channel(
        a_resource("aws_kinesis_firehose_delivery_stream", server_side_encryption=block), NOTHING_ELSE
    )

    assert stream is not None
    assert (stream.is_encrypted.value, stream.has_own_key.value) == (encrypted, own)


def test_a_delivery_that_reads_a_stream_keeps_nothing() -> None:
    source = a_resource("aws_kinesis_firehose_delivery_stream", kinesis_source_configuration=[{"role_arn": "r"}])

    assert build_message_channel(source, NOTHING_ELSE) is None


def test_a_parameter_is_a_secret_when_its_type_says_so() -> None:
    secret = build_secret(a_resource("aws_ssm_parameter", type="SecureString", key_id=LATER), NOTHING_ELSE)

    assert secret is not None
    assert (secret.has_own_key.value, secret.can_rotate) == (False, False)
    assert build_secret(a_resource("aws_ssm_parameter", type="StringList"), NOTHING_ELSE) is None


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, False),
        ({"rotation_rules": [{"automatically_after_days": 30}]}, True),
        ({"rotation_rules": [{"automatically_after_days": 0}]}, False),
        ({"rotation_rules": LATER}, False),
    ],
)
def test_an_old_secret_may_say_its_rotation_itself(values: dict[str, Value], expected: Truth) -> None:
    secret = build_secret(a_resource("aws_secretsmanager_secret", **values), NOTHING_ELSE)

    assert secret is not None
    assert secret.rotates.value is expected


@pytest.mark.parametrize(
    ("values", "encrypted", "own"),
    [
        ({}, False, False),
        ({"encrypted": LATER, "kms_key_id": LATER}, False, False),
        ({"encrypted": "true", "kms_key_id": KEY}, True, True),
        ({"encrypted": False, "kms_key_id": KEY}, False, False),
    ],
)
def test_a_file_system_is_encrypted_when_it_says_so(values: dict[str, Value], encrypted: Truth, own: Truth) -> None:
    files = build_file_system(a_resource("aws_efs_file_system", **values), NOTHING_ELSE)

    assert (files.is_encrypted.value, files.has_own_key.value) == (encrypted, own)


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        ({"resources": ["*"]}, True),
        ({"resources": ["arn:aws:elasticfilesystem:*:*:file-system/*"]}, True),
        ({"resources": ["arn:aws:elasticfilesystem:eu-central-1:111122223333:file-system/fs-1"]}, True),
        ({"resources": ["arn:aws:rds:*:*:db:*"]}, False),
        ({"resources": [NEVER]}, NEVER),
        ({"selection_tag": [{"type": "STRINGEQUALS", "key": "backup", "value": "daily"}]}, True),
        ({"selection_tag": [{"type": "STRINGEQUALS", "key": "backup", "value": NEVER}]}, NEVER),
        ({"selection_tag": [{"type": "STRINGEQUALS", "key": "copies", "value": "daily"}]}, False),
    ],
)
def test_a_backup_plan_chooses_by_name_by_a_pattern_or_by_tags(selection: dict[str, Value], expected: Truth) -> None:
    arn = "arn:aws:elasticfilesystem:eu-central-1:111122223333:file-system/fs-1"
    files = a_resource("aws_efs_file_system", arn=arn, tags={"backup": "daily"})

    backup = build_file_backup(files, an_index(files, a_resource("aws_backup_selection", **selection)))

    assert backup.is_backed_up.value == expected


def test_a_pattern_with_conditions_may_leave_it_out() -> None:
    files = a_resource("aws_efs_file_system")
    selection = a_resource("aws_backup_selection", resources=["*"], condition=[{"string_equals": []}])

    assert isinstance(build_file_backup(files, an_index(files, selection)).is_backed_up.value, Unknown)


@pytest.mark.parametrize(("path", "expected"), [("/", False), ("//", False), ("/a", True), (NEVER, False)])
def test_an_access_point_leads_to_a_folder(path: Value, expected: Truth) -> None:
    door = build_access_point(a_resource("aws_efs_access_point", root_directory=[{"path": path}]), NOTHING_ELSE)

    # Nobody wrote the last one: the provider reports it.
    assert door.has_own_root.value is expected


def test_a_rule_for_the_whole_registry_scans_every_repository() -> None:
    everything: Value = [{"scan_frequency": "SCAN_ON_PUSH", "repository_filter": [{"filter": "*"}]}]
    by_hand: Value = [{"scan_frequency": "MANUAL", "repository_filter": [{"filter": "*"}]}]
    registry = a_resource("aws_ecr_repository")
    whole = a_resource("aws_ecr_registry_scanning_configuration", rule=everything)
    none = a_resource("aws_ecr_registry_scanning_configuration", rule=by_hand)

    assert build_image_registry(registry, an_index(whole)).scans_on_push == Fact(True, "rule", whole.address)
    assert build_image_registry(registry, an_index(none)).scans_on_push.value is False


def test_a_trail_announces_when_a_topic_is_named() -> None:
    made = Resource(
        "aws_cloudtrail.a", "aws_cloudtrail", {"sns_topic_name": LATER}, references={"sns_topic_name": ("t.a",)}
    )

    assert build_audit_trail(made, NOTHING_ELSE).announces.value is True
    assert build_audit_trail(a_resource("aws_cloudtrail", sns_topic_name=""), NOTHING_ELSE).announces.value is False
    assert build_audit_trail(a_resource("aws_cloudtrail", sns_topic_name=NEVER), NOTHING_ELSE).announces.value is NEVER


def test_a_policy_that_a_provider_only_reports_is_nobodys() -> None:
    assert build_resource_policy(a_resource("aws_sqs_queue", policy=LATER), NOTHING_ELSE) is None
    assert build_resource_policy(a_resource("aws_sqs_queue", policy=""), NOTHING_ELSE) is None
    assert build_resource_policy(a_resource("aws_sqs_queue_policy", policy=LATER), NOTHING_ELSE) is not None


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        (Principal("*", "*"), True),
        (Principal("AWS", "*"), True),
        (Principal("AWS", "arn:aws:iam::*:role/a"), True),
        (Principal("AWS", "arn:aws:iam::111122223333:role/*"), False),
        (Principal("AWS", "111122223333"), False),
        (Principal("Service", "sns.amazonaws.com"), False),
        (Principal("AWS", Unknown(UnknownReason.KNOWN_AFTER_APPLY, "aws_iam_role.a.arn")), False),
        # A plan alone does not say what it waits for; it may be anybody.
        (Principal("AWS", LATER), LATER),
        (Principal("AWS", NEVER), NEVER),
        (Principal(LATER, LATER), LATER),
    ],
)
def test_everybody_is_a_star_or_any_account(principal: Principal, expected: Truth) -> None:
    assert is_everybody(principal) == expected


@pytest.mark.parametrize(
    ("values", "reads", "writes"),
    [
        ({}, False, False),
        ({"acl": LATER, "grant": LATER}, False, False),
        ({"acl": "private"}, False, False),
        ({"acl": "public-read"}, True, False),
        ({"acl": "public-read-write"}, True, True),
        ({"grant": [{"uri": ALL_USERS, "permissions": ["WRITE"]}]}, False, True),
        ({"grant": [{"uri": ALL_USERS, "permissions": ["FULL_CONTROL"]}]}, True, True),
        ({"grant": [{"id": "someone", "permissions": ["FULL_CONTROL"]}]}, False, False),
        ({"grant": [{"uri": NEVER, "permissions": ["READ"]}]}, NEVER, False),
    ],
)
def test_a_list_gives_what_it_names(values: dict[str, Value], reads: Truth, writes: Truth) -> None:
    bucket = a_resource("aws_s3_bucket", **values)
    store = build_object_store_acl(bucket, an_index(bucket))

    assert (store.lets_anybody_read.value, store.lets_anybody_write.value) == (reads, writes)


def test_a_list_of_a_name_that_there_is_not_is_not_known() -> None:
    bucket = a_resource("aws_s3_bucket", acl="website")

    assert isinstance(build_object_store_acl(bucket, an_index(bucket)).lets_anybody_read.value, Unknown)


def test_an_object_without_a_key_is_as_its_bucket_says() -> None:
    bucket = a_resource("aws_s3_bucket", bucket="files")
    stored = a_resource("aws_s3_object", bucket="files", kms_key_id=LATER, server_side_encryption=LATER)

    assert build_stored_object(stored, an_index(bucket, stored)).has_own_key == Fact(False, "", bucket.address)
    assert isinstance(build_stored_object(stored, an_index(stored)).has_own_key.value, Unknown)


def test_a_comma_too_many_is_read_over_but_not_inside_of_a_text() -> None:
    assert read_json('{"a": ["x,]", 1,], }') == {"a": ["x,]", 1]}
    for wrong in ('{"a": 1, "a": 2}', '{"a": 1 "b": 2}', "[1,,]"):
        with pytest.raises(ValueError, match=r".+"):
            read_json(wrong)
