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
QUEUE = 'resource "aws_sqs_queue" "failures" {{}}\n'
FUNCTION = 'resource "aws_lambda_function" "this" {{\n  function_name = "service"\n{}\n}}\n'
PERMISSION = 'resource "aws_lambda_permission" "this" {{\n  principal = "s3.amazonaws.com"\n{}\n}}\n'
NETWORK = 'resource "aws_subnet" "this" {{}}\nresource "aws_security_group" "this" {{}}\n'
SIGNING = 'resource "aws_lambda_code_signing_config" "this" {{}}\n'
TASK = 'resource "aws_ecs_task_definition" "this" {{\n  family = "service"\n{}\n}}\n'
CLUSTER = 'resource "aws_eks_cluster" "this" {{\n  vpc_config {{\n{}\n  }}\n}}\n'
PASSWORDS = 'resource "aws_iam_account_password_policy" "this" {{\n{}\n}}\n'
IMAGE = 'resource "aws_ami_copy" "this" {{\n  source_ami_id = "ami-0a1b2c3d"\n{}\n}}\n'
NODES = """
resource "aws_security_group" "this" {{}}
resource "aws_eks_node_group" "this" {{
  remote_access {{
    ec2_ssh_key = "platform"
    {}
  }}
}}
"""
SESSIONS = """
resource "aws_cloudwatch_log_group" "this" {{
  name = "sessions"
}}
resource "aws_ecs_cluster" "this" {{
{}
}}
"""
VOLUME = """
resource "aws_ecs_task_definition" "this" {{
  volume {{
    efs_volume_configuration {{
{}
    }}
  }}
}}
"""
BUILD_LOGS = """
resource "aws_codebuild_project" "this" {{
  logs_config {{
    s3_logs {{
      status = "ENABLED"
{}
    }}
  }}
}}
"""
# Where the fix goes, and what stands there before; without one, the place is empty and the control fails already.
PLACES = {
    "build-artifacts-encrypted": (
        'resource "aws_codebuild_project" "this" {{\n  artifacts {{\n    type = "S3"\n{}\n  }}\n}}\n',
        "encryption_disabled = true",
    ),
    "build-logs-encrypted": (BUILD_LOGS, "encryption_disabled = true"),
    "build-logs-kept": (
        'resource "aws_codebuild_project" "this" {{\n{}\n}}\n',
        'logs_config {\n  cloudwatch_logs {\n    status = "DISABLED"\n  }\n}',
    ),
    "container-cluster-measured": ('resource "aws_ecs_cluster" "this" {{\n{}\n}}\n', ""),
    "container-not-privileged": (
        'resource "aws_codebuild_project" "this" {{\n  environment {{\n{}\n  }}\n}}\n',
        "privileged_mode = true",
    ),
    "container-roles-separate": (
        'resource "aws_iam_role" "start" {{}}\nresource "aws_iam_role" "orders" {{}}\n' + TASK,
        "execution_role_arn = aws_iam_role.start.arn\ntask_role_arn      = aws_iam_role.start.arn",
    ),
    "container-root-read-only": (TASK, 'container_definitions = jsonencode([{ name = "orders", image = "orders:1" }])'),
    "container-service-without-public-address": (
        'resource "aws_ecs_service" "this" {{\n  network_configuration {{\n{}\n  }}\n}}\n',
        "assign_public_ip = true",
    ),
    "container-sessions-encrypted": (
        KEY + SESSIONS,
        'configuration {\n  execute_command_configuration {\n    logging = "DEFAULT"\n  }\n}',
    ),
    "container-volumes-encrypted-in-transit": (VOLUME, 'transit_encryption = "DISABLED"'),
    "database-encrypted-with-own-key": (KEY + TABLE, ""),
    "database-point-in-time-recovery": (TABLE, ""),
    "environment-without-secrets": (
        'resource "aws_secretsmanager_secret" "this" {{\n  name = "orders"\n}}\n' + FUNCTION,
        'environment {\n  variables = {\n    DATABASE_PASSWORD = "invented-horse-battery"\n  }\n}',
    ),
    "function-called-by-named-sources": (PERMISSION, ""),
    "function-code-signed": (SIGNING + FUNCTION, ""),
    "function-failures-kept": (QUEUE + FUNCTION, ""),
    "function-in-own-network": (NETWORK + FUNCTION, ""),
    "function-not-public": (
        'resource "aws_lambda_function_url" "this" {{\n  function_name = "orders"\n{}\n}}\n',
        'authorization_type = "NONE"',
    ),
    "function-runs-limited": (FUNCTION, ""),
    "function-runtime-supported": (FUNCTION, 'runtime = "python3.8"'),
    "function-settings-encrypted-with-own-key": (
        KEY + FUNCTION.replace("{}", "{}\n  environment {{\n    variables = {{\n      LEVEL = 1\n    }}\n  }}"),
        "",
    ),
    "identity-no-grants-to-users": (
        "{}",
        ('resource "aws_iam_user_policy_attachment" "this" {\n  user       = "mara"\n  policy_arn = "reports"\n}'),
    ),
    "identity-policy-names-resources": (
        BUCKET + POLICY,
        'Statement = [{ Effect = "Allow", Action = "s3:PutObject", Resource = "*" }]',
    ),
    "identity-policy-no-escalation": (
        BUCKET.replace("files", "x") + 'resource "aws_iam_role" "task" {{\n  name = "task"\n}}\n' + POLICY,
        'Statement = [{ Effect = "Allow", Action = "iam:PassRole", Resource = "*" }]',
    ),
    "identity-policy-no-reading-of-all-secrets": (
        'resource "aws_secretsmanager_secret" "this" {{\n  name = "orders"\n}}\n' + POLICY,
        ('Statement = [{ Effect = "Allow", Action = "secretsmanager:GetSecretValue", Resource = "*" }]'),
    ),
    "identity-policy-no-wildcards": (
        BUCKET + POLICY,
        'Statement = [{ Effect = "Allow", Action = "s3:*", Resource = "*" }]',
    ),
    "identity-trust-named-principals": (
        ROLE,
        'assume_role_policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = "*" }] })',
    ),
    "key-rotation": ('resource "aws_kms_key" "this" {{\n{}\n}}\n', ""),
    "kubernetes-api-not-open-to-everybody": (CLUSTER, "endpoint_private_access = true"),
    "kubernetes-api-private": (CLUSTER, "endpoint_public_access = true"),
    "kubernetes-control-plane-logged": (
        'resource "aws_eks_cluster" "this" {{\n{}\n}}\n',
        'enabled_cluster_log_types = ["api"]',
    ),
    "kubernetes-nodes-login-limited": (NODES, ""),
    "kubernetes-secrets-encrypted-with-own-key": (KEY + 'resource "aws_eks_cluster" "this" {{\n{}\n}}\n', ""),
    "kubernetes-version-supported": ('resource "aws_eks_cluster" "this" {{\n{}\n}}\n', 'version = "1.21"'),
    "log-retention": ('resource "aws_cloudwatch_log_group" "this" {{\n{}\n}}\n', "retention_in_days = 7"),
    "machine-image-encrypted": (IMAGE, "encrypted = false"),
    "machine-image-encrypted-with-own-key": (KEY + IMAGE, "encrypted = true"),
    "network-no-open-admin-ports": (
        GROUP,
        'ingress {\n  from_port = 22\n  to_port = 22\n  protocol = "tcp"\n  cidr_blocks = ["0.0.0.0/0"]\n}',
    ),
    "notebook-encrypted-with-own-key": (KEY + 'resource "aws_sagemaker_notebook_instance" "this" {{\n{}\n}}\n', ""),
    "notebook-metadata-needs-token": ('resource "aws_sagemaker_notebook_instance" "this" {{\n{}\n}}\n', ""),
    "object-storage-encrypted-with-own-key": (KEY + BUCKET + "{}", ""),
    "object-storage-no-public-access": (BUCKET + "{}", ""),
    "object-storage-tls-only": (BUCKET + "{}", ""),
    "object-storage-versioned": (BUCKET + "{}", ""),
    "passwords-long-and-mixed": (PASSWORDS, "minimum_password_length = 8"),
    "passwords-not-reused": (PASSWORDS, "password_reuse_prevention = 3"),
    "query-results-encrypted": (
        KEY + 'resource "aws_athena_workgroup" "this" {{\n  configuration {{\n{}\n  }}\n}}\n',
        "",
    ),
    "requests-logged": (
        'resource "aws_cloudwatch_log_group" "this" {{}}\nresource "aws_sfn_state_machine" "this" {{\n{}\n}}\n',
        "",
    ),
    "requests-traced": (FUNCTION, ""),
    "resources-tagged-with-owner-and-data-class": ('resource "aws_sqs_queue" "this" {{\n{}\n}}\n', ""),
    "stack-changes-announced": (
        'resource "aws_sns_topic" "this" {{}}\nresource "aws_cloudformation_stack" "this" {{\n{}\n}}\n',
        "",
    ),
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
