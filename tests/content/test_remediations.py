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
QUEUE = 'resource "aws_sqs_queue" "this" {{\n  name = "orders"\n{}\n}}\n'
QUEUE_POLICY = (
    'resource "aws_sqs_queue" "this" {{}}\n'
    'resource "aws_sqs_queue_policy" "this" {{\n  queue_url = "q"\n  policy = jsonencode({{\n{}\n  }})\n}}\n'
)
BUCKET_POLICY = (
    'resource "aws_s3_bucket_policy" "this" {{\n  bucket = "files"\n  policy = jsonencode({{\n{}\n  }})\n}}\n'
)
OBJECT = KEY + 'resource "aws_s3_object" "this" {{\n  bucket = "files"\n  key = "a"\n{}\n}}\n'
SECRET = KEY + 'resource "aws_secretsmanager_secret" "this" {{\n  name = "token"\n{}\n}}\n'
REGISTRY = KEY + 'resource "aws_ecr_repository" "this" {{\n  name = "orders"\n{}\n}}\n'
FILES = KEY + 'resource "aws_efs_file_system" "this" {{\n  creation_token = "shared"\n{}\n}}\n'
DOOR = 'resource "aws_efs_access_point" "this" {{\n  file_system_id = "fs-1"\n{}\n}}\n'
TRAIL = KEY + 'resource "aws_cloudtrail" "this" {{\n  name = "all"\n{}\n}}\n'
ACL = BUCKET + 'resource "aws_s3_bucket_acl" "this" {{\n  bucket = aws_s3_bucket.this.id\n{}\n}}\n'
VAULT = KEY + 'resource "aws_backup_vault" "this" {{\n  name = "nightly"\n{}\n}}\n'
TOPIC = KEY + 'resource "aws_sns_topic" "this" {{\n  name = "orders"\n{}\n}}\n'
# Put in as it is, so its braces are single.
NO_SUCH_ENCRYPTION = (
    'resource "aws_s3_bucket_server_side_encryption_configuration" "this" {\n  bucket = aws_s3_bucket.this.id\n'
    '  rule {\n    apply_server_side_encryption_by_default {\n      sse_algorithm = "kms"\n    }\n  }\n}'
)
BUILD = BUCKET + 'resource "aws_codebuild_project" "this" {{\n  name = "orders"\n  logs_config {{\n{}\n  }}\n}}\n'
# Where the fix goes, and what stands there before; without one, the place is empty and the control fails already.
PLACES = {
    "audit-trail-all-regions": (TRAIL, ""),
    "audit-trail-announces-records": ('resource "aws_sns_topic" "this" {{}}\n' + TRAIL, ""),
    "audit-trail-enabled": (TRAIL, "enable_logging = false"),
    "audit-trail-encrypted-with-own-key": (TRAIL, ""),
    "audit-trail-shows-changes": (TRAIL, ""),
    "backups-encrypted-with-own-key": (VAULT, ""),
    "build-logs-encrypted": (BUILD, 's3_logs {\n  status = "ENABLED"\n  encryption_disabled = true\n}'),
    "file-access-points-have-own-root": (DOOR, ""),
    "file-access-points-have-own-user": (DOOR, ""),
    "file-systems-backed-up": (FILES.replace("\n{}", "") + "{}", ""),
    "file-systems-encrypted": (FILES, ""),
    "file-systems-encrypted-with-own-key": (FILES, ""),
    "images-encrypted-with-key-service": (REGISTRY, ""),
    "images-scanned-on-push": (REGISTRY, ""),
    "image-tags-fixed": (REGISTRY, ""),
    "key-enabled": ('resource "aws_kms_key" "this" {{\n{}\n}}\n', "is_enabled = false"),
    "messages-encrypted": (TOPIC, ""),
    "messages-encrypted-with-own-key": (KEY + QUEUE, ""),
    "object-storage-encrypted": (BUCKET + "{}", NO_SUCH_ENCRYPTION),
    "object-storage-no-public-read-acl": (ACL, 'acl = "public-read"'),
    "object-storage-no-public-write-acl": (ACL, 'acl = "public-read-write"'),
    "resource-policy-no-lockout": (
        BUCKET_POLICY,
        'Statement = [{ Effect = "Deny", Principal = "*", Action = "s3:*", Resource = "*" }]',
    ),
    "resource-policy-no-public-access": (
        QUEUE_POLICY,
        'Statement = [{ Effect = "Allow", Principal = "*", Action = "sqs:SendMessage", Resource = "*" }]',
    ),
    "resource-policy-no-wildcard-actions": (
        QUEUE_POLICY,
        'Statement = [{ Effect = "Allow", Principal = { AWS = "111122223333" }, Action = "*", Resource = "*" }]',
    ),
    "secrets-encrypted-with-own-key": (SECRET, ""),
    "secrets-rotated": (SECRET.replace("\n{}", "") + "{}", ""),
    "stored-objects-encrypted-with-own-key": (OBJECT, 'server_side_encryption = "AES256"'),
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
    assert set(PLACES) == set(CONTROLS)
