"""What everybody reaches because of a plan, by hand from what providers document."""

import json
from typing import Any

import pytest

from pavior.kernel.verdicts import UnknownReason
from pavior.policy.exposure import find_exposed
from pavior.resources.model import (
    Action,
    GraphFormat,
    PlanReading,
    Resource,
    ResourceChange,
    ResourceGraph,
    Unknown,
)

BUCKET = Resource("aws_s3_bucket.files", "aws_s3_bucket", {"bucket": "files"})
LATER = Unknown(UnknownReason.KNOWN_AFTER_APPLY)
EVERYBODY = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}
OF_OURS = {**EVERYBODY, "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}}
WITHOUT_TLS = {**EVERYBODY, "Effect": "Deny", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}


def a_reading(*resources: Resource, changed: tuple[str, ...] = (), prior: tuple[Resource, ...] = ()) -> PlanReading:
    """All are made, unless it is said which are changed."""
    touched = [item for item in resources if not changed or item.address in changed]
    action = Action.UPDATE if changed else Action.CREATE
    changes = tuple(ResourceChange(item.address, item.type, action, None, item.values) for item in touched)
    graph, before = ResourceGraph(GraphFormat.TERRAFORM_PLAN, resources), ResourceGraph(GraphFormat.STATE, prior)
    return PlanReading(graph, changes, before, "1.2", "1.11.4")


def a_group(*networks: Any) -> Resource:
    rule: dict[str, Any] = {"protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_blocks": list(networks)}
    return Resource("aws_security_group.web", "aws_security_group", {"ingress": [rule]})


def one(kind: str, **values: Any) -> Resource:
    return Resource(f"{kind}.one", kind, values)


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def an_acl(name: str) -> Resource:
    return one("aws_s3_bucket_acl", bucket="files", acl=name)


def a_policy(*statements: dict[str, Any]) -> Resource:
    return one("aws_s3_bucket_policy", bucket="files", policy=document(*statements))


def a_block(**switches: Any) -> Resource:
    return one("aws_s3_bucket_public_access_block", bucket="files", **switches)


@pytest.mark.parametrize(
    ("networks", "is_open"),
    [(("10.0.0.0/8",), False), (("10.0.0.0/8", "0.0.0.0/0"), True), (("::/0",), True), ((Unknown(),), True)],
)
def test_a_network_rule_for_everybody_or_for_nobody_knows_whom_is_exposure(
    networks: tuple[Any, ...],
    is_open: bool,  # noqa: FBT001 - of the table
) -> None:
    assert find_exposed(a_reading(a_group(*networks))) == (("aws_security_group.web",) if is_open else ())


def test_what_is_open_already_and_is_not_changed_is_no_exposure_of_this_change() -> None:
    other = Resource("aws_s3_bucket.a", "aws_s3_bucket", {})

    assert find_exposed(a_reading(a_group("0.0.0.0/0"), other, changed=("aws_s3_bucket.a",))) == ()


def test_a_rule_of_its_own_that_opens_a_group_is_exposure_of_the_group() -> None:
    group = Resource("aws_security_group.web", "aws_security_group", {"id": "sg-1"})
    rule = Resource(
        "aws_vpc_security_group_ingress_rule.all",
        "aws_vpc_security_group_ingress_rule",
        {"security_group_id": "sg-1", "cidr_ipv4": "0.0.0.0/0", "ip_protocol": "tcp", "from_port": 22, "to_port": 22},
    )

    reading = a_reading(group, rule, changed=("aws_vpc_security_group_ingress_rule.all",))

    assert find_exposed(reading) == ("aws_security_group.web",)


def test_what_cannot_be_read_may_be_open() -> None:
    broken = Resource("aws_security_group.web", "aws_security_group", {"ingress": [{"cidr_blocks": 7}]})

    assert find_exposed(a_reading(broken)) == ("aws_security_group.web",)


@pytest.mark.parametrize(
    ("beside", "is_open"),
    [
        ((), False),
        ((an_acl("private"),), False),
        ((an_acl("public-read"),), True),
        ((an_acl("public-read-write"),), True),
        ((an_acl("public-read"), a_block(ignore_public_acls=False)), True),
        # What is ignored lets nobody in.
        ((an_acl("public-read"), a_block(ignore_public_acls=True)), False),
        ((a_policy(EVERYBODY),), True),
        ((a_policy(OF_OURS),), False),
        ((a_policy(WITHOUT_TLS),), False),
        ((a_policy(WITHOUT_TLS, EVERYBODY),), True),
        ((a_policy(EVERYBODY), a_block(ignore_public_acls=True)), True),
        ((a_policy(EVERYBODY), a_block(restrict_public_buckets=True)), False),
        # A switch that nobody knows yet may be off, and a policy that nobody knows may be for everybody.
        ((a_policy(EVERYBODY), a_block(restrict_public_buckets=LATER)), True),
        ((one("aws_s3_bucket_policy", bucket="files", policy=LATER),), True),
    ],
)
def test_a_bucket_is_open_by_its_list_or_its_policy_where_nothing_keeps_the_public_out(
    beside: tuple[Resource, ...],
    is_open: bool,  # noqa: FBT001 - of the table
) -> None:
    assert find_exposed(a_reading(BUCKET, *beside)) == (("aws_s3_bucket.files",) if is_open else ())


def test_a_policy_of_a_bucket_that_is_elsewhere_stands_for_it() -> None:
    assert find_exposed(a_reading(a_policy(EVERYBODY))) == ("aws_s3_bucket_policy.one",)


def test_a_plan_that_takes_away_what_kept_the_public_out_opens_the_bucket() -> None:
    acl, other = an_acl("public-read"), one("aws_sqs_queue", name="x")
    closed = (BUCKET, acl, a_block(ignore_public_acls=True))

    # The block is deleted, and neither the bucket nor its list is changed.
    reading = a_reading(BUCKET, acl, other, changed=(other.address,), prior=closed)

    assert find_exposed(reading) == ("aws_s3_bucket.files",)


def test_a_bucket_that_was_open_already_and_is_left_alone_is_no_exposure_of_this_change() -> None:
    acl, other = an_acl("public-read"), one("aws_sqs_queue", name="x")

    assert find_exposed(a_reading(BUCKET, acl, other, changed=(other.address,), prior=(BUCKET, acl))) == ()


@pytest.mark.parametrize(
    ("thing", "is_open"),
    [
        (one("aws_sqs_queue_policy", policy=document({**EVERYBODY, "Action": "sqs:SendMessage"})), True),
        (one("aws_sqs_queue_policy", policy=document({**OF_OURS, "Action": "sqs:SendMessage"})), False),
        (one("aws_sns_topic_policy", policy=document({**EVERYBODY, "Action": "sns:Publish"})), True),
        (one("aws_kms_key", policy=document({**EVERYBODY, "Action": "kms:*"})), True),
        (one("aws_ecr_repository_policy", policy=LATER), True),
        (one("aws_db_snapshot", shared_accounts=["all"]), True),
        (one("aws_db_snapshot", shared_accounts=["123456789012"]), False),
        (one("aws_db_snapshot"), False),
        (one("aws_ami_launch_permission", image_id="ami-1", group="all"), True),
        (one("aws_ami_launch_permission", image_id="ami-1", account_id="123456789012"), False),
        (one("aws_lambda_permission", action="lambda:InvokeFunction", principal="*"), True),
        (one("aws_lambda_permission", principal="*", principal_org_id="o-a1b2c3d4e5"), False),
        (one("aws_lambda_permission", principal="events.amazonaws.com"), False),
        (one("aws_lambda_function_url", authorization_type="NONE"), True),
        (one("aws_lambda_function_url", authorization_type="AWS_IAM"), False),
        (one("google_storage_bucket_iam_member", role="roles/storage.objectViewer", member="allUsers"), True),
        (one("google_storage_bucket_iam_member", role="roles/storage.objectViewer", member="user:a@b.org"), False),
        (one("google_cloud_run_service_iam_member", role="roles/run.invoker", member="allUsers"), True),
        (one("azurerm_storage_container", container_access_type="blob"), True),
        (one("azurerm_storage_container", container_access_type="private"), False),
    ],
)
def test_a_thing_is_open_when_it_is_shared_with_everybody(
    thing: Resource,
    is_open: bool,  # noqa: FBT001 - of the table
) -> None:
    assert find_exposed(a_reading(thing)) == ((thing.address,) if is_open else ())


def test_what_is_open_in_two_ways_is_named_once() -> None:
    assert find_exposed(a_reading(BUCKET, an_acl("public-read"), a_policy(EVERYBODY))) == ("aws_s3_bucket.files",)
