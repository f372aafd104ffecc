"""What a denial offers to paste is true: pasted where it says, the control passes."""

import pytest

from pavior.adapters.readers.terraform_source import read_source
from pavior.content import load_controls
from pavior.kernel.verdicts import Outcome, Phase
from pavior.policy.evaluation import evaluate
from pavior.policy.model import Control

CONTROLS = {control.id: control for control in load_controls()}
# All are format strings, so braces of Terraform are doubled.
KEY = 'resource "aws_kms_key" "this" {{}}\n'
BUCKET = 'resource "aws_s3_bucket" "this" {{\n  bucket = "files"\n}}\n'
TABLE = 'resource "aws_dynamodb_table" "this" {{\n  name = "records"\n{}\n}}\n'
ROLE = 'resource "aws_iam_role" "this" {{\n  name = "service"\n{}\n}}\n'
POLICY = 'resource "aws_iam_role_policy" "this" {{\n  role = "service"\n  policy = jsonencode({{\n{}\n  }})\n}}\n'
GROUP = 'resource "aws_security_group" "this" {{\n  name = "service"\n{}\n}}\n'
# Where the fix goes, and what stands there before; without one, the place is empty and the control fails already.
PLACES = {
    "database-encrypted-with-own-key": (KEY + TABLE, ""),
    "database-point-in-time-recovery": (TABLE, ""),
    "identity-policy-no-wildcards": (
        BUCKET + POLICY,
        'Statement = [{ Effect = "Allow", Action = "s3:*", Resource = "*" }]',
    ),
    "identity-trust-named-principals": (
        ROLE,
        'assume_role_policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = "*" }] })',
    ),
    "key-rotation": ('resource "aws_kms_key" "this" {{\n{}\n}}\n', ""),
    "log-retention": ('resource "aws_cloudwatch_log_group" "this" {{\n{}\n}}\n', "retention_in_days = 7"),
    "network-no-open-admin-ports": (
        GROUP,
        'ingress {\n  from_port = 22\n  to_port = 22\n  protocol = "tcp"\n  cidr_blocks = ["0.0.0.0/0"]\n}',
    ),
    "object-storage-encrypted-with-own-key": (KEY + BUCKET + "{}", ""),
    "object-storage-no-public-access": (BUCKET + "{}", ""),
    "object-storage-tls-only": (BUCKET + "{}", ""),
    "object-storage-versioned": (BUCKET + "{}", ""),
    "resources-tagged-with-owner-and-data-class": ('resource "aws_sqs_queue" "this" {{\n{}\n}}\n', ""),
}


def outcomes(control: Control, text: str) -> set[Outcome]:
    graph = read_source({"main.tf": text.encode()}, {}, frozenset())
    assert graph.skipped == ()
    return {verdict.outcome for verdict in evaluate(graph, (control,), Phase.CODE).verdicts}


@pytest.mark.parametrize("control_id", sorted(PLACES))
def test_the_fix_to_paste_fixes_it(control_id: str) -> None:
    control = CONTROLS[control_id]
    place, before = PLACES[control_id]
    fix = next(item.text for item in control.remediations if item.language == "terraform")

    assert outcomes(control, place.format(before)) == {Outcome.FAILED}
    assert outcomes(control, place.format(fix)) == {Outcome.PASSED}


def test_every_fix_is_tried() -> None:
    assert set(PLACES) == {item.id for item in CONTROLS.values() if item.remediations[0].language == "terraform"}
