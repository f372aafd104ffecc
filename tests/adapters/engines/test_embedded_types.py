"""Every resource type of the embedded engine can be made, changed in place, read back, and deleted."""

from pathlib import Path
from typing import Any

import pytest

from pavior.adapters.clouds.aws import AwsClients
from pavior.adapters.engines.embedded.supported import RESOURCE_TYPES
from pavior.kernel.errors import UnavailableError
from pavior.resources.drift import compare
from pavior.testing.engine_stacks import VERSIONS
from pavior.testing.engine_trial import EngineWorld, Trial, actions

# Both stacks declare the same addresses; `changed` says what the second one makes of each.
BEFORE = """\
variable "name" {
  type = string
}

resource "aws_s3_bucket" "b" {
  bucket = "${var.name}-b"
  tags   = { one = "1", two = "2" }
}

resource "aws_s3_bucket_versioning" "b" {
  bucket = aws_s3_bucket.b.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_ownership_controls" "b" {
  bucket = aws_s3_bucket.b.id
  rule {
    object_ownership = "BucketOwnerPreferred"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "b" {
  bucket = aws_s3_bucket.b.id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_public_access_block" "b" {
  bucket            = aws_s3_bucket.b.id
  block_public_acls = true
}

resource "aws_s3_bucket_policy" "b" {
  bucket = aws_s3_bucket.b.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Deny", Principal = "*", Action = "s3:*", Resource = aws_s3_bucket.b.arn }]
  })
}

resource "aws_kms_key" "k" {
  description         = "${var.name} one"
  enable_key_rotation = true
  tags                = { one = "1" }
}

resource "aws_kms_key" "other" {
  description = "${var.name} other"
}

resource "aws_kms_alias" "k" {
  name          = "alias/${var.name}"
  target_key_id = aws_kms_key.k.key_id
}

resource "aws_dynamodb_table" "t" {
  name                        = "${var.name}-t"
  billing_mode                = "PROVISIONED"
  read_capacity               = 2
  write_capacity              = 2
  hash_key                    = "id"
  deletion_protection_enabled = true
  tags                        = { one = "1" }
  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_cloudwatch_log_group" "l" {
  name              = "${var.name}/l"
  retention_in_days = 30
  tags              = { one = "1" }
}

resource "aws_iam_role" "r" {
  name               = "${var.name}-r"
  description        = "one"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ecs-tasks.amazonaws.com" } }]
  })
  tags = { one = "1" }
}

resource "aws_iam_policy" "p" {
  name   = "${var.name}-p"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "*" }]
  })
  tags = { one = "1" }
}

resource "aws_iam_policy" "q" {
  name   = "${var.name}-q"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:ListBucket", Resource = "*" }]
  })
}

resource "aws_iam_role_policy" "i" {
  name   = "inline"
  role   = aws_iam_role.r.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "*" }]
  })
}

resource "aws_iam_role_policy_attachment" "a" {
  role       = aws_iam_role.r.name
  policy_arn = aws_iam_policy.p.arn
}

resource "aws_security_group" "g" {
  name        = "${var.name}-g"
  description = "one"
  tags        = { one = "1" }
  ingress {
    from_port   = 80
    to_port     = 80
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/8", "10.1.0.0/16"]
  }
}

resource "aws_sqs_queue" "s" {
  name                    = "${var.name}-s"
  sqs_managed_sse_enabled = true
  tags                    = { one = "1" }
}

resource "aws_sqs_queue_policy" "s" {
  queue_url = aws_sqs_queue.s.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = "*", Action = "sqs:SendMessage", Resource = aws_sqs_queue.s.arn }]
  })
}
"""
EDITS = (
    ('tags   = { one = "1", two = "2" }', 'tags   = { one = "first", three = "3" }'),
    ('status = "Enabled"', 'status = "Suspended"'),
    ('"BucketOwnerPreferred"', '"BucketOwnerEnforced"'),
    ('sse_algorithm = "AES256"', 'sse_algorithm     = "aws:kms"\n      kms_master_key_id = aws_kms_key.k.arn'),
    ("block_public_acls = true", "block_public_acls = true\n  block_public_policy = true"),
    ('Effect = "Deny"', 'Sid = "Nobody", Effect = "Deny"'),
    ("${var.name} one", "${var.name} two"),
    ("enable_key_rotation = true", "enable_key_rotation = false"),
    ("target_key_id = aws_kms_key.k.key_id", "target_key_id = aws_kms_key.other.key_id"),
    ("read_capacity               = 2", "read_capacity               = 3"),
    (
        "deletion_protection_enabled = true",
        """\
ttl {
    attribute_name = "ends"
    enabled        = true
  }
  point_in_time_recovery {
    enabled = true
  }
  deletion_protection_enabled = false""",
    ),
    ("retention_in_days = 30", "retention_in_days = 0"),
    ('description        = "one"', 'description        = "two"\n  max_session_duration = 7200'),
    ("ecs-tasks.amazonaws.com", "lambda.amazonaws.com"),
    ('Action = "s3:ListBucket"', 'Action = ["s3:ListBucket", "s3:GetBucketLocation"]'),
    ("policy_arn = aws_iam_policy.p.arn", "policy_arn = aws_iam_policy.q.arn"),
    ('Action = "s3:GetObject", Resource = "*" }]\n  })\n}', 'Action = "s3:PutObject", Resource = "*" }]\n  })\n}'),
    ('cidr_blocks = ["10.0.0.0/8", "10.1.0.0/16"]', 'cidr_blocks = ["10.0.0.0/8"]\n    self = true'),
    (
        "sqs_managed_sse_enabled = true",
        (
            "kms_master_key_id = aws_kms_key.k.key_id\n  kms_data_key_reuse_period_seconds = 600\n"
            "  visibility_timeout_seconds = 60\n  message_retention_seconds = 1209600"
        ),
    ),
    ('Principal = "*", Action = "sqs:SendMessage"', 'Principal = { AWS = "123456789012" }, Action = "sqs:SendMessage"'),
    ('{ one = "1" }', '{ one = "uno", two = "2" }'),
)
# Address to action, and to values that are there afterwards.
CHANGED: dict[str, tuple[str, dict[str, Any]]] = {
    "aws_s3_bucket.b": ("update", {"tags": {"one": "first", "three": "3"}}),
    "aws_s3_bucket_versioning.b": (
        "update",
        {"versioning_configuration": [{"mfa_delete": "", "status": "Suspended"}]},
    ),
    "aws_s3_bucket_ownership_controls.b": ("update", {"rule": [{"object_ownership": "BucketOwnerEnforced"}]}),
    "aws_s3_bucket_server_side_encryption_configuration.b": ("update", {}),
    "aws_s3_bucket_public_access_block.b": ("update", {"block_public_policy": True, "ignore_public_acls": False}),
    "aws_s3_bucket_policy.b": ("update", {}),
    "aws_kms_key.k": ("update", {"enable_key_rotation": False, "tags": {"one": "uno", "two": "2"}}),
    "aws_kms_alias.k": ("update", {}),
    "aws_dynamodb_table.t": (
        "update",
        {
            "read_capacity": 3,
            "write_capacity": 2,
            "deletion_protection_enabled": False,
            "ttl": [{"attribute_name": "ends", "enabled": True}],
            "point_in_time_recovery": [{"enabled": True, "recovery_period_in_days": 35}],
            "tags": {"one": "uno", "two": "2"},
        },
    ),
    "aws_cloudwatch_log_group.l": ("update", {"retention_in_days": 0, "tags": {"one": "uno", "two": "2"}}),
    "aws_iam_role.r": ("update", {"description": "two", "max_session_duration": 7200}),
    "aws_iam_policy.p": ("update", {"tags": {"one": "uno", "two": "2"}}),
    "aws_iam_policy.q": ("update", {}),
    "aws_iam_role_policy.i": ("update", {}),
    "aws_iam_role_policy_attachment.a": ("replace", {}),
    "aws_security_group.g": ("update", {"tags": {"one": "uno", "two": "2"}}),
    "aws_sqs_queue.s": (
        "update",
        {
            "kms_data_key_reuse_period_seconds": 600,
            "visibility_timeout_seconds": 60,
            "message_retention_seconds": 1_209_600,
            "max_message_size": 262_144,
            "tags": {"one": "uno", "two": "2"},
        },
    ),
    "aws_sqs_queue_policy.s": ("update", {}),
}


def _trial(world: EngineWorld, tmp_path: Path, name: str, main: str) -> Trial:
    trial = Trial(world, tmp_path / name, f"types-{name}")
    trial.write(main)
    return trial


def _edited() -> str:
    text = BEFORE
    for old, new in EDITS:
        assert old in text, old
        text = text.replace(old, new)
    return text


def test_the_stacks_of_these_tests_hold_every_type() -> None:
    used = {address.split(".")[0] for address in CHANGED}

    assert used == set(RESOURCE_TYPES)


def test_every_type_is_made_changed_and_deleted(world: EngineWorld, tmp_path: Path) -> None:
    trial = _trial(world, tmp_path, "life", BEFORE)
    trial.deploy()
    assert actions(trial.plan()) == {}

    trial.write(_edited())
    plan = trial.plan()
    assert actions(plan) == {address: action for address, (action, _) in CHANGED.items()}
    trial.apply(plan)
    assert actions(trial.plan()) == {}
    engine, state = world.new_engine(), trial.applied_state()
    live = engine.observe(state=state, target=world.target(), report=lambda _: None)
    assert compare(engine.read_state(state), live) == ()
    found = {resource.address: resource.values for resource in live.resources}
    for address, (_, values) in CHANGED.items():
        assert {name: found[address][name] for name in values} == values, address
    assert found["aws_kms_alias.k"]["target_key_arn"] == found["aws_kms_key.other"]["arn"]
    assert found["aws_security_group.g"]["ingress"] == [
        {
            "cidr_blocks": ["10.0.0.0/8"],
            "description": "",
            "from_port": 80,
            "ipv6_cidr_blocks": [],
            "prefix_list_ids": [],
            "protocol": "tcp",
            "security_groups": [],
            "self": True,
            "to_port": 80,
        }
    ]

    trial.write(BEFORE)
    trial.deploy()
    assert actions(trial.plan()) == {}
    trial.write(_edited())
    trial.deploy()
    destroy = trial.plan(is_destroy=True)
    trial.apply(destroy, is_destroy=True)
    assert {kind: number for kind, number in trial.count().items() if number} == {}


def test_things_carry_our_mark_and_it_is_shown_to_nobody(world: EngineWorld, tmp_path: Path) -> None:
    trial = _trial(world, tmp_path, "marked", BEFORE)
    trial.deploy()
    clients, engine = AwsClients(world.target()), world.new_engine()
    state = trial.applied_state()

    tags = {
        "bucket": clients.client("s3").get_bucket_tagging(Bucket="types-marked-b")["TagSet"],
        "role": clients.client("iam").list_role_tags(RoleName="types-marked-r")["Tags"],
    }
    for found in tags.values():
        marks = {tag["Key"]: tag["Value"] for tag in found if tag["Key"].startswith("pavior:")}
        assert marks["pavior:environment"] == "types-marked/dev"
        assert len(marks["pavior:operation"]) == 32
    live = engine.observe(state=state, target=world.target(), report=lambda _: None)
    shown = (trial.plan().plan_json, state, repr(engine.read_state(state)), repr(live))
    assert [text for text in map(str, shown) if "pavior:" in text] == []


def test_a_table_can_change_to_pay_per_request_and_back(world: EngineWorld, tmp_path: Path) -> None:
    table = """\
variable "name" {
  type = string
}

resource "aws_dynamodb_table" "t" {
  name         = "${var.name}-t"
  hash_key     = "id"
  range_key    = "at"
  billing_mode = "PAY_PER_REQUEST"
  attribute {
    name = "id"
    type = "S"
  }
  attribute {
    name = "at"
    type = "N"
  }
}
"""
    trial = _trial(world, tmp_path, "billing", table)
    trial.deploy()
    assert actions(trial.plan()) == {}

    capacity = 'billing_mode   = "PROVISIONED"\n  read_capacity  = 1\n  write_capacity = 1'
    trial.write(table.replace('billing_mode = "PAY_PER_REQUEST"', capacity))
    trial.deploy()
    assert actions(trial.plan()) == {}
    trial.write(table)
    trial.deploy()

    assert actions(trial.plan()) == {}


def test_a_change_that_the_cloud_ignores_is_no_success(world: EngineWorld, tmp_path: Path) -> None:
    """Moto takes a change of a table's encryption, and makes none."""
    trial = _trial(world, tmp_path, "ignored", BEFORE)
    trial.deploy()
    trial.write(BEFORE.replace("deletion_protection_enabled = true", "server_side_encryption {\n enabled = true\n }"))

    with pytest.raises(UnavailableError, match=r"apply-failed: .*aws_dynamodb_table\.t.*server_side_encryption"):
        trial.deploy()


def test_a_bucket_with_objects_goes_only_when_the_source_says_so(world: EngineWorld, tmp_path: Path) -> None:
    bucket = 'variable "name" {\n  type = string\n}\n\nresource "aws_s3_bucket" "b" {\n  bucket = "${var.name}-b"\n}\n'
    trial = _trial(world, tmp_path, "full", bucket)
    trial.deploy()
    AwsClients(world.target()).client("s3").put_object(Bucket="types-full-b", Key="invoice", Body=b"1")

    with pytest.raises(UnavailableError, match=r"apply-failed: .*aws_s3_bucket\.b.*BucketNotEmpty"):
        trial.apply(trial.plan(is_destroy=True), is_destroy=True)

    trial.write(bucket.replace('-b"\n', '-b"\n  force_destroy = true\n'))
    plan = trial.plan()
    assert actions(plan) == {"aws_s3_bucket.b": "update"}
    trial.apply(plan)
    trial.apply(trial.plan(is_destroy=True), is_destroy=True)
    assert trial.count() == {}


def test_a_policy_that_was_given_to_a_role_by_hand_is_drift(world: EngineWorld, tmp_path: Path) -> None:
    trial = _trial(world, tmp_path, "given", BEFORE)
    trial.deploy()
    iam = AwsClients(world.target()).client("iam")
    document = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'
    everything = iam.create_policy(PolicyName="everything", PolicyDocument=document)["Policy"]["Arn"]
    iam.attach_role_policy(RoleName="types-given-r", PolicyArn=everything)
    engine, state = world.new_engine(), trial.applied_state()

    drifts = compare(
        engine.read_state(state), engine.observe(state=state, target=world.target(), report=lambda _: None)
    )

    found = [(drift.address, [item.path for item in drift.properties]) for drift in drifts]
    assert found == [("aws_iam_role.r", ["managed_policy_arns"])]


def test_an_open_port_that_was_added_by_hand_is_drift_and_goes(world: EngineWorld, tmp_path: Path) -> None:
    trial = _trial(world, tmp_path, "port", BEFORE)
    trial.deploy()
    engine, state = world.new_engine(), trial.applied_state()
    group = engine.read_state(state).find("aws_security_group.g")
    assert group is not None
    AwsClients(world.target()).client("ec2").authorize_security_group_ingress(
        GroupId=group.values["id"],
        IpPermissions=[{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}],
    )

    drifts = compare(
        engine.read_state(state), engine.observe(state=state, target=world.target(), report=lambda _: None)
    )
    assert [drift.address for drift in drifts] == ["aws_security_group.g"]
    trial.deploy()

    assert (
        compare(engine.read_state(state), engine.observe(state=state, target=world.target(), report=lambda _: None))
        == ()
    )


def test_tags_of_the_provider_are_on_everything_and_one_that_was_taken_comes_back(
    world: EngineWorld, tmp_path: Path
) -> None:
    trial = _trial(world, tmp_path, "tags", BEFORE)
    tagged = VERSIONS.replace(
        'region = "eu-west-1"', 'region = "eu-west-1"\n\n  default_tags {\n    tags = { cost = "42" }\n  }'
    )
    trial.write(BEFORE, versions=tagged)
    trial.deploy()
    engine, state = world.new_engine(), trial.applied_state()
    role = engine.read_state(state).find("aws_iam_role.r")
    assert role is not None
    assert (role.values["tags"], role.values["tags_all"]) == ({"one": "1"}, {"cost": "42", "one": "1"})
    AwsClients(world.target()).client("iam").untag_role(RoleName="types-tags-r", TagKeys=["cost"])

    plan = trial.plan()
    assert actions(plan) == {"aws_iam_role.r": "update"}
    trial.apply(plan)

    assert actions(trial.plan()) == {}
