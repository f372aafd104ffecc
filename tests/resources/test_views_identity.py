"""What somebody may do is looked at where it stands, once."""

import pytest

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import GraphFormat, Resource, ResourceGraph, Unknown, Value
from pavior.resources.views import index_graph
from pavior.resources.views.identity import IdentityPolicy, build_identity_policy, build_trust_policy

LATER = Unknown(UnknownReason.KNOWN_AFTER_APPLY)
NEVER = Unknown(UnknownReason.NOT_EVALUATED, "var.x has no value")
ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
POLICY = '{"Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}'


def view_of(resource: Resource, *others: Resource) -> IdentityPolicy | None:
    index = index_graph(ResourceGraph(GraphFormat.TERRAFORM_PLAN, (resource, *others)))
    return build_identity_policy(resource, index)


def a_role(references: dict[str, tuple[str, ...]] | None = None, **values: Value) -> Resource:
    return Resource("aws_iam_role.a", "aws_iam_role", {"name": "a", **values}, references=references or {})


def an_attachment(arn: Value, *mentions: str) -> Resource:
    kind = "aws_iam_role_policy_attachment"
    return Resource(f"{kind}.a", kind, {"policy_arn": arn}, references={"policy_arn": mentions} if mentions else {})


def test_a_role_that_holds_no_policy_grants_nothing() -> None:
    assert view_of(a_role()) is None
    assert view_of(a_role(inline_policy=[], managed_policy_arns=[])) is None


def test_what_the_provider_only_reports_before_the_apply_grants_nothing() -> None:
    assert view_of(a_role(inline_policy=LATER, managed_policy_arns=LATER)) is None


def test_what_the_source_sets_and_the_plan_does_not_know_is_unknown() -> None:
    view = view_of(a_role({"inline_policy": ("aws_s3_bucket.a",)}, inline_policy=LATER))

    assert view is not None
    assert [fact.value for fact in view.documents] == [LATER]


def test_policies_inside_a_role_are_read_with_their_place() -> None:
    view = view_of(a_role(inline_policy=[{"name": "x", "policy": POLICY}, {"name": "y", "policy": LATER}]))

    assert view is not None
    assert [fact.attribute for fact in view.documents] == ["inline_policy.0.policy", "inline_policy.1.policy"]
    assert view.documents[1].value is LATER


def test_a_policy_with_a_resource_of_its_own_is_not_judged_twice() -> None:
    role = a_role(inline_policy=[{"name": "x", "policy": POLICY}, {"name": "by hand", "policy": POLICY}])
    policy = Resource("aws_iam_role_policy.x", "aws_iam_role_policy", {"name": "x", "role": "a", "policy": POLICY})

    view = view_of(role, policy)

    assert view is not None
    assert [fact.attribute for fact in view.documents] == ["inline_policy.1.policy"]
    assert view_of(policy, role) is not None


def test_a_policy_that_only_bears_the_name_of_another_is_judged() -> None:
    role = a_role(inline_policy=[{"name": "x", "policy": POLICY.replace("GetObject", "*")}])
    policy = Resource("aws_iam_role_policy.x", "aws_iam_role_policy", {"name": "x", "role": "a", "policy": POLICY})

    view = view_of(role, policy)

    assert view is not None
    assert [fact.attribute for fact in view.documents] == ["inline_policy.0.policy"]


def test_a_choice_between_policies_that_was_not_evaluated_is_unknown() -> None:
    for view in (
        view_of(an_attachment(NEVER, "aws_iam_policy.ours")),
        view_of(a_role({"managed_policy_arns": ("aws_iam_policy.ours",)}, managed_policy_arns=NEVER)),
    ):
        assert view is not None
        assert [fact.value for fact in view.managed] == [NEVER]


@pytest.mark.parametrize(
    ("kind", "attribute"),
    [
        ("aws_iam_policy", "policy"),
        ("aws_iam_role_policy", "policy"),
        ("aws_iam_user_policy", "policy"),
        ("aws_iam_group_policy", "policy"),
        ("aws_ssoadmin_permission_set_inline_policy", "inline_policy"),
    ],
)
def test_every_kind_of_policy_is_read(kind: str, attribute: str) -> None:
    view = view_of(Resource(f"{kind}.a", kind, {attribute: POLICY}))

    assert view is not None
    assert len(view.documents) == 1


def test_policies_of_aws_are_named_and_those_of_ours_looked_at_where_they_stand() -> None:
    view = view_of(an_attachment(ADMIN))

    assert view is not None
    assert [fact.value for fact in view.managed] == [ADMIN]
    assert view_of(an_attachment("arn:aws:iam::123456789012:policy/ours")) is None
    assert view_of(an_attachment(LATER, "aws_iam_policy.ours")) is None
    assert view_of(an_attachment(None)) is None


def test_an_attachment_of_nobody_knows_what_is_unknown() -> None:
    for attachment in (an_attachment(LATER), an_attachment(LATER, "data.aws_iam_policies.all")):
        view = view_of(attachment)

        assert view is not None
        assert [fact.value for fact in view.managed] == [LATER]


def test_policies_of_aws_in_a_role_are_named() -> None:
    view = view_of(a_role(managed_policy_arns=["arn:aws:iam::123456789012:policy/ours", ADMIN]))

    assert view is not None
    assert [(fact.value, fact.attribute) for fact in view.managed] == [(ADMIN, "managed_policy_arns.1")]


def test_who_may_become_a_role_is_its_trust_policy() -> None:
    role = a_role(assume_role_policy=LATER)
    index = index_graph(ResourceGraph(GraphFormat.TERRAFORM_PLAN, (role,)))

    assert build_trust_policy(role, index).document.value is LATER
