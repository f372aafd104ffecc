"""Source beyond the plainest: repetition, data sources, lifecycle, secrets in odd places."""

import json
from pathlib import Path
from typing import Any

import pytest

from pavior.environments.ports import EnginePlan
from pavior.kernel.errors import InvalidError
from pavior.resources.drift import compare
from pavior.testing.engine_trial import CANARY, EngineWorld, Trial, actions, changes_of, expect_error

NAME = 'variable "name" {\n  type = string\n}\n\n'


def _trial(world: EngineWorld, tmp_path: Path, name: str, main: str) -> Trial:
    trial = Trial(world, tmp_path / name, f"language-{name}")
    trial.write(NAME + main)
    return trial


def _after(plan: EnginePlan, address: str) -> Any:
    return next(change["change"]["after"] for change in changes_of(plan) if change["address"] == address)


def test_repeated_resources_have_addresses_of_their_own(world: EngineWorld, tmp_path: Path) -> None:
    source = """\
variable "logs" {
  type    = list(string)
  default = ["api", "jobs"]
}

resource "aws_cloudwatch_log_group" "each" {
  for_each          = toset(var.logs)
  name              = "${var.name}/${each.key}"
  retention_in_days = 30
}

resource "aws_kms_key" "count" {
  count       = 2
  description = "${var.name} ${count.index}"
}

resource "aws_kms_alias" "count" {
  count         = 2
  name          = "alias/${var.name}-${count.index}"
  target_key_id = aws_kms_key.count[count.index].key_id
}
"""
    trial = _trial(world, tmp_path, "repeated", source)

    plan = trial.plan()
    assert {change["address"]: change.get("index") for change in changes_of(plan)} == {
        'aws_cloudwatch_log_group.each["api"]': "api",
        'aws_cloudwatch_log_group.each["jobs"]': "jobs",
        "aws_kms_key.count[0]": 0,
        "aws_kms_key.count[1]": 1,
        "aws_kms_alias.count[0]": 0,
        "aws_kms_alias.count[1]": 1,
    }
    trial.apply(plan)
    assert actions(trial.plan()) == {}
    trial.variables["logs"] = '["api"]'

    plan = trial.plan()
    assert actions(plan) == {'aws_cloudwatch_log_group.each["jobs"]': "delete"}
    trial.apply(plan)
    assert trial.count()["log-group"] == 1


def test_a_document_is_read_as_soon_as_what_it_names_is_known(world: EngineWorld, tmp_path: Path) -> None:
    source = """\
data "aws_caller_identity" "me" {}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "read" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.b.arn}/*"]
  }
}

resource "aws_s3_bucket" "b" {
  bucket = "${var.name}-${data.aws_caller_identity.me.account_id}"
}

resource "aws_iam_role" "r" {
  name               = "${var.name}-r"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy" "r" {
  name   = "read"
  role   = aws_iam_role.r.id
  policy = data.aws_iam_policy_document.read.json
}
"""
    trial = _trial(world, tmp_path, "document", source)

    plan = trial.plan()
    assert _after(plan, "aws_s3_bucket.b")["bucket"] == "language-document-123456789012"
    assert json.loads(_after(plan, "aws_iam_role.r")["assume_role_policy"])["Statement"] == [
        {"Action": "sts:AssumeRole", "Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}}
    ]
    assert "policy" not in _after(plan, "aws_iam_role_policy.r")
    trial.apply(plan)

    assert actions(trial.plan()) == {}
    applied = world.new_engine().read_state(trial.applied_state()).find("aws_iam_role_policy.r")
    assert applied is not None
    assert json.loads(str(applied.values["policy"])) == {
        "Version": "2012-10-17",
        "Statement": [
            {"Action": "s3:GetObject", "Effect": "Allow", "Resource": "arn:aws:s3:::language-document-123456789012/*"}
        ],
    }


def test_what_the_source_ignores_is_left_alone(world: EngineWorld, tmp_path: Path) -> None:
    source = """\
resource "aws_s3_bucket" "b" {
  bucket = "${var.name}-b"
  tags   = { owner = "payments" }

  lifecycle {
    ignore_changes = [tags]
  }
}
"""
    trial = _trial(world, tmp_path, "ignores", source)
    trial.deploy()
    world.edit_bucket_tag("language-ignores-b", "owner", "platform")

    assert actions(trial.plan()) == {}
    trial.write(NAME + source.replace('"payments"', '"security"'))
    assert actions(trial.plan()) == {}


@pytest.mark.parametrize("is_destroy", [False, True])
def test_what_must_not_go_does_not_go(world: EngineWorld, tmp_path: Path, is_destroy: bool) -> None:  # noqa: FBT001
    source = """\
resource "aws_s3_bucket" "b" {
  bucket = "${var.name}-b"

  lifecycle {
    prevent_destroy = true
  }
}
"""
    trial = _trial(world, tmp_path, f"keeps-{is_destroy}".lower(), source)
    trial.deploy()
    if not is_destroy:
        trial.write(NAME + source.replace('-b"', '-c"'))

    error = expect_error(InvalidError, "stack-invalid", lambda: trial.plan(is_destroy=is_destroy))

    assert "aws_s3_bucket.b would be" in error.summary
    assert "prevent_destroy" in error.summary


def test_a_secret_is_hidden_wherever_it_goes(world: EngineWorld, tmp_path: Path) -> None:
    source = """\
variable "token" {
  type      = string
  sensitive = true
}

variable "plain_default" {
  type      = string
  sensitive = true
  default   = "canary-of-a-default"
}

locals {
  wrapped = "Bearer ${var.token}"
}

resource "aws_s3_bucket" "b" {
  bucket = "${var.name}-b"
  tags = {
    (var.token)  = "as a name"
    whole        = local.wrapped
    part         = upper(var.plain_default)
    plain        = "shown"
  }
}

resource "aws_iam_role" "r" {
  name               = "${var.name}-r"
  description        = var.plain_default
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ecs-tasks.amazonaws.com" }
      Condition = { StringEquals = { "sts:ExternalId" = var.token } }
    }]
  })
}

output "copied" {
  value     = aws_iam_role.r.description
  sensitive = true
}

output "undeclared" {
  value = { inner = local.wrapped }
}
"""
    trial = _trial(world, tmp_path, "hides", source)
    engine = world.new_engine()

    first = trial.plan()
    trial.apply(first)
    state = trial.applied_state()
    AwsEdits.retag(world, "language-hides-b", CANARY)
    live = engine.observe(state=state, target=world.target(), report=lambda _: None)
    second, destroy = trial.plan(), trial.plan(is_destroy=True)

    assert actions(second) == {"aws_s3_bucket.b": "update"}
    shown = (first.plan_json, second.plan_json, destroy.plan_json, repr(live), repr(engine.read_state(state)))
    for text in map(str, shown):
        assert CANARY not in text
        assert CANARY.upper() not in text
        assert "canary-of-a-default" not in text
        assert "CANARY-OF-A-DEFAULT" not in text
    assert engine.outputs(state) == {}
    assert CANARY not in repr(trial.events)
    assert [drift.address for drift in compare(engine.read_state(state), live)] == ["aws_s3_bucket.b"]


class AwsEdits:
    """What people do by hand."""

    @staticmethod
    def retag(world: EngineWorld, bucket: str, secret: str) -> None:
        """The secret where no state expects it."""
        world.edit_bucket_tag(bucket, "moved", f"prefix {secret}")


def test_equal_secrets_have_equal_fingerprints_and_others_have_others(world: EngineWorld, tmp_path: Path) -> None:
    source = """\
variable "token" {
  type      = string
  sensitive = true
}

resource "aws_kms_key" "k" {
  tags = { one = var.token, same = var.token, other = "${var.token}!" }
}
"""
    trial = _trial(world, tmp_path, "prints", source)

    tags = _after(trial.plan(), "aws_kms_key.k")["tags"]

    assert tags["one"] == tags["same"]
    assert tags["one"] != tags["other"]
    assert tags["one"].startswith("(sensitive ")
