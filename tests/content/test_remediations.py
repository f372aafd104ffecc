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
METHOD = 'resource "aws_api_gateway_method" "this" {{\n  http_method = "GET"\n{}\n}}\n'
STAGE = 'resource "aws_api_gateway_stage" "this" {{\n  stage_name = "prod"\n{}\n}}\n'
VOLUME = 'resource "aws_ebs_volume" "this" {{\n  size = 20\n{}\n}}\n'
BALANCER = 'resource "aws_lb" "this" {{\n  name = "web"\n{}\n}}\n'
MACHINE = 'resource "aws_instance" "this" {{\n  instance_type = "t3.micro"\n{}\n}}\n'
NETWORK = 'resource "aws_vpc" "this" {{\n  cidr_block = "10.0.0.0/16"\n}}\n'
# Where the fix goes, and what stands there before; without one, the place is empty and the control fails already.
PLACES = {
    "api-callers-identified": (METHOD, 'authorization = "NONE"'),
    "api-requests-traced": (STAGE, ""),
    "certificate-names-its-servers": (
        'resource "aws_acm_certificate" "this" {{\n{}\n}}\n',
        'domain_name = "*.example.com"',
    ),
    "disk-encrypted": (VOLUME, ""),
    "disk-encrypted-with-own-key": (KEY + VOLUME, ""),
    "disk-encryption-on-by-default": (
        "{}",
        'resource "aws_ebs_encryption_by_default" "this" {\n  enabled = false\n}\n',
    ),
    "load-balancer-deletion-protected": (BALANCER, ""),
    "load-balancer-drops-invalid-headers": (BALANCER, ""),
    "load-balancer-guards-against-desync": (BALANCER, 'desync_mitigation_mode = "monitor"'),
    "machine-metadata-needs-token": (MACHINE, ""),
    "machine-no-public-address": (MACHINE, "associate_public_ip_address = true"),
    "network-default-group-closed": (NETWORK + "{}", ""),
    "network-egress-named": (
        GROUP,
        'egress {\n  from_port = 0\n  to_port = 0\n  protocol = "-1"\n  cidr_blocks = ["0.0.0.0/0"]\n}',
    ),
    "network-no-open-plain-web": (
        GROUP,
        'ingress {\n  from_port = 80\n  to_port = 80\n  protocol = "tcp"\n  cidr_blocks = ["0.0.0.0/0"]\n}',
    ),
    "network-traffic-recorded": (NETWORK + "{}", ""),
    "subnet-acl-no-open-admin-ports": (
        'resource "aws_network_acl" "this" {{\n  vpc_id = "vpc-1"\n{}\n}}\n',
        'ingress {\n  rule_no = 100\n  action = "allow"\n  protocol = -1\n  cidr_block = "0.0.0.0/0"\n}',
    ),
    "subnet-no-automatic-public-addresses": (
        'resource "aws_subnet" "this" {{\n  vpc_id = "vpc-1"\n{}\n}}\n',
        "map_public_ip_on_launch = true",
    ),
    "web-backend-tls-only": ('resource "aws_lb_target_group" "this" {{\n{}\n}}\n', 'protocol = "HTTP"'),
    "web-entry-behind-firewall": ('resource "aws_lb" "this" {{\n  name = "web"\n}}\n{}', ""),
    "web-entry-modern-tls": (
        'resource "aws_lb_listener" "this" {{\n  port = 443\n  protocol = "HTTPS"\n{}\n}}\n',
        "",
    ),
    "web-entry-tls-only": (
        'resource "aws_lb_listener" "this" {{\n  port = 80\n{}\n}}\n',
        'default_action {\n  type = "forward"\n}',
    ),
    "web-firewall-stops-known-exploits": ('resource "aws_wafv2_web_acl" "this" {{\n  name = "web"\n{}\n}}\n', ""),
    "web-requests-recorded": (BALANCER, ""),
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
