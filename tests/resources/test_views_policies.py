"""Policy documents are trees; what is not known in them stays a leaf."""

import json

import pytest

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import GraphFormat, Resource, ResourceGraph, Sensitive, Unknown, Value
from pavior.resources.views import index_graph
from pavior.resources.views.facts import Source
from pavior.resources.views.policies import Condition, PolicyDocument, Principal, Statement, read_document, read_policy

LATER = Unknown(UnknownReason.KNOWN_AFTER_APPLY)


def statements(value: Value) -> tuple[Statement, ...]:
    document = read_document(value, "policy")
    assert isinstance(document, PolicyDocument)
    return document.statements


def test_a_statement_is_read_from_text_and_from_a_tree_alike() -> None:
    tree: dict[str, Value] = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": ["arn:aws:s3:::a", "arn:aws:s3:::a/*"],
                "Condition": {"Bool": {"aws:SecureTransport": False}},
            }
        ],
    }
    expected = Statement(
        effect="Deny",
        actions=("s3:*",),
        resources=("arn:aws:s3:::a", "arn:aws:s3:::a/*"),
        principals=(Principal("*", "*"),),
        conditions=(Condition("Bool", "aws:SecureTransport", ("false",)),),
        path="policy.Statement.0",
    )

    assert statements(tree) == (expected,)
    assert statements(json.dumps(tree)) == (expected,)


def test_unknown_leaves_stay_where_they_are() -> None:
    found = statements({"Statement": [{"Effect": "Allow", "Action": ["s3:GetObject", LATER], "Resource": LATER}]})[0]

    assert found.actions == ("s3:GetObject", LATER)
    assert found.resources == (LATER,)


def test_one_statement_needs_no_list() -> None:
    assert len(statements({"Statement": {"Effect": "Allow", "Action": "a:B", "Resource": "*"}})) == 1


def test_principals_keep_their_kind() -> None:
    found = statements(
        {"Statement": [{"Effect": "Allow", "Principal": {"AWS": ["1", "2"], "Service": "ecs.amazonaws.com"}}]}
    )[0]

    assert found.principals == (Principal("AWS", "1"), Principal("AWS", "2"), Principal("Service", "ecs.amazonaws.com"))


@pytest.mark.parametrize("nothing", [None, "", {"Statement": []}])
def test_no_policy_says_nothing(nothing: Value) -> None:
    assert statements(nothing) == ()


@pytest.mark.parametrize("broken", ["{", "[]", "3", "not json", {"Version": "x"}, 7, Sensitive("f")])
def test_what_cannot_be_read_is_not_evaluated(broken: Value) -> None:
    found = read_document(broken, "policy")

    assert isinstance(found, Unknown)
    assert found.reason is UnknownReason.NOT_EVALUATED


def test_a_wholly_unknown_policy_keeps_its_reason() -> None:
    assert read_document(LATER, "policy") is LATER


def test_a_statement_that_cannot_be_read_may_be_anything() -> None:
    for item in (LATER, "x", Sensitive()):
        found = statements({"Statement": [item]})[0]

        assert isinstance(found.effect, Unknown)
        assert all(isinstance(action, Unknown) for action in found.actions)
        assert found.conditions


def test_an_effect_that_aws_does_not_know_is_unknown() -> None:
    assert isinstance(statements({"Statement": [{"Effect": "allow", "Action": "*"}]})[0].effect, Unknown)


DOCUMENT = Resource(
    "data.aws_iam_policy_document.a",
    "aws_iam_policy_document",
    {
        "statement": [
            {
                "effect": None,
                "actions": ["sts:AssumeRole"],
                "resources": None,
                "principals": [{"type": "AWS", "identifiers": ["1"]}, {"type": "AWS", "identifiers": ["2"]}],
                "condition": [
                    {"test": "StringEquals", "variable": "aws:PrincipalOrgID", "values": ["o-1"]},
                    {"test": "StringEquals", "variable": "aws:SourceVpc", "values": [LATER]},
                ],
            }
        ]
    },
    mode="data",
)


def read_through(document: Resource, *mentions: str) -> PolicyDocument | Unknown:
    policy = Resource("aws_iam_policy.a", "aws_iam_policy", {"policy": LATER}, references={"policy": mentions})
    index = index_graph(ResourceGraph(GraphFormat.TERRAFORM_PLAN, (document, policy)))
    return read_policy(Source(policy), "policy", index).value


def test_a_policy_document_data_source_is_read_from_its_blocks() -> None:
    document = read_through(DOCUMENT, DOCUMENT.address)

    assert document == PolicyDocument(
        (
            Statement(
                effect="Allow",
                actions=("sts:AssumeRole",),
                principals=(Principal("AWS", "1"), Principal("AWS", "2")),
                conditions=(
                    Condition("StringEquals", "aws:PrincipalOrgID", ("o-1",)),
                    Condition("StringEquals", "aws:SourceVpc", (LATER,)),
                ),
                path="policy.Statement.0",
            ),
        )
    )


def test_a_policy_of_more_than_one_source_stays_unknown() -> None:
    merged = Resource(
        DOCUMENT.address,
        DOCUMENT.type,
        {**DOCUMENT.values, "source_policy_documents": ["{}"]},
        mode="data",
    )

    assert read_through(DOCUMENT, DOCUMENT.address, "aws_s3_bucket.a") is LATER
    assert read_through(merged, DOCUMENT.address) is LATER
    assert read_through(DOCUMENT) is LATER


@pytest.mark.parametrize(
    "statement",
    [
        '{"effect": "Allow", "action": "*", "resource": "*"}',
        '{"action": "*", "Resource": "*"}',
        "{}",
        '{"Effect": "Allow", "Actions": "*", "Resource": "*"}',
    ],
)
def test_a_statement_of_elements_that_policies_do_not_have_may_be_anything(statement: str) -> None:
    document = read_document(f'{{"Statement": [{statement}]}}', "policy")

    assert isinstance(document, PolicyDocument)
    assert isinstance(document.statements[0].effect, Unknown)
    assert all(isinstance(action, Unknown) for action in document.statements[0].actions)


def test_a_statement_without_effect_is_one_that_allows_and_one_that_nobody_knows() -> None:
    allowing, unclear = statements({"Statement": {"Action": "*", "Resource": "*"}})

    assert (allowing.effect, allowing.actions, allowing.resources) == ("Allow", ("*",), ("*",))
    # So no rule passes because of it.
    assert isinstance(unclear.effect, Unknown)
    assert all(isinstance(action, Unknown) for action in unclear.actions)


def test_a_policy_that_says_one_thing_twice_is_not_evaluated() -> None:
    text = '{"Statement": [{"Effect": "Allow", "Action": "*", "Action": "s3:GetObject", "Resource": "*"}]}'

    assert isinstance(read_document(text, "policy"), Unknown)
