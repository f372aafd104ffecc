"""What a statement really grants: patterns, reach and conditions."""

import pytest

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import Unknown
from pavior.resources.views.facts import Leaf
from pavior.resources.views.granting import covers, is_everything, is_unlimited, matches
from pavior.resources.views.policies import Condition, Principal, Statement
from pavior.resources.views.resource_policy import is_everybody
from pavior.resources.views.unrestrictable import UNRESTRICTABLE_ACTIONS, is_unrestrictable

LATER = Unknown(UnknownReason.KNOWN_AFTER_APPLY, "aws_s3_bucket.files.arn")
NOBODY_KNOWS = Unknown(UnknownReason.NOT_EVALUATED, "var.x has no value")


@pytest.mark.parametrize(
    ("pattern", "is_match"),
    [
        ("iam:PassRole", True),
        ("IAM:passrole", True),
        ("iam:Pass*", True),
        ("iam:P?ssRole", True),
        ("*", True),
        ("iam:PassRol", False),
        ("iam.PassRole", False),
        ("sts:*", False),
    ],
)
def test_patterns_match_as_aws_compares(pattern: str, is_match: bool) -> None:  # noqa: FBT001
    assert matches(pattern, "iam:PassRole") is is_match


def test_what_is_not_excluded_is_covered() -> None:
    statement = Statement("Allow", not_actions=("iam:*", "organizations:*"))

    assert covers(statement, "s3:GetObject") is True
    assert covers(statement, "iam:PassRole") is False


def test_an_unknown_action_may_be_any() -> None:
    assert covers(Statement("Allow", actions=("s3:GetObject", NOBODY_KNOWS)), "iam:PassRole") == NOBODY_KNOWS


@pytest.mark.parametrize(
    ("resource", "is_all"),
    [
        ("*", True),
        ("arn:aws:s3:::*", True),
        ("arn:aws:iam::123456789012:*", True),
        ("arn:aws:s3:::files/*", False),
        ("arn:aws:s3:::files", False),
        ("files:*", False),
    ],
)
def test_everything_is_a_star_or_an_arn_of_all(resource: str, is_all: bool) -> None:  # noqa: FBT001
    assert is_everything(resource) is is_all


@pytest.mark.parametrize(
    ("resource", "expected"), [("*", True), ("arn:aws:s3:::files", False), (LATER, False), (NOBODY_KNOWS, NOBODY_KNOWS)]
)
def test_what_the_apply_makes_is_never_everything(resource: Leaf, expected: bool | Unknown) -> None:  # noqa: FBT001
    assert is_unlimited(Statement("Allow", resources=(resource,)), is_everything) == expected


def test_a_condition_limits_and_a_denial_grants_nothing() -> None:
    condition = Condition("StringEquals", "aws:ResourceTag/team", ("orders",))

    assert is_unlimited(Statement("Allow", resources=("*",), conditions=(condition,)), is_everything) is False
    assert is_unlimited(Statement("Deny", resources=("*",)), is_everything) is False
    assert is_unlimited(Statement("Allow", not_resources=("arn:aws:s3:::files",)), is_everything) is True


def test_a_group_of_actions_knows_no_resource_only_when_all_of_it_do() -> None:
    assert is_unrestrictable("elasticloadbalancing:DescribeTags*")
    assert is_unrestrictable("ecr:getauthorizationtoken")
    assert not is_unrestrictable("ecr:Get*")
    assert not is_unrestrictable("*")


def test_each_action_without_a_resource_stands_there_once() -> None:
    assert len(UNRESTRICTABLE_ACTIONS) > 100
    assert len(UNRESTRICTABLE_ACTIONS) == len(set(UNRESTRICTABLE_ACTIONS))
    assert all(action.count(":") == 1 for action in UNRESTRICTABLE_ACTIONS)


@pytest.mark.parametrize(
    "detail",
    [
        "data.aws_iam_role.r.arn",
        "terraform_data.t.output",
        "module.a.terraform_data.t[0].output",
        "part of a text: data.aws_s3_bucket.b.arn",
        "aws_ssm_parameter.p.value",
        "random_id.r.hex",
    ],
)
def test_what_the_apply_only_finds_or_passes_on_may_be_anything(detail: str) -> None:
    passed_on = Unknown(UnknownReason.KNOWN_AFTER_APPLY, detail)
    statement = Statement("Allow", actions=("s3:*",), resources=(passed_on,))

    assert is_unlimited(statement, is_everything) == passed_on
    assert is_everybody(Principal("AWS", passed_on)) == passed_on
