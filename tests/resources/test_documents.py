import json

import pytest

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.documents import is_policy, means_same, read_document, same_scalar
from pavior.resources.model import Sensitive, Unknown, Value

LATER = Unknown(UnknownReason.KNOWN_AFTER_APPLY)


def a_policy(**statement: Value) -> Value:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", **statement}]}


@pytest.mark.parametrize("value", [None, 3, True, "", "text", "{", "[1", '"text"', "{not json}", LATER, Sensitive("f")])
def test_what_is_no_object_or_array_is_no_document(value: Value) -> None:
    assert read_document(value) is None


def test_a_document_is_read_from_text_or_taken_as_its_tree() -> None:
    assert read_document('  {"a": [1]}') == {"a": [1]}
    assert read_document([{"a": 1}]) == [{"a": 1}]


@pytest.mark.parametrize("depth", [101, 500, 100_000])
def test_a_document_that_is_too_deep_to_be_real_is_a_text(depth: int) -> None:
    assert read_document("[" * depth + "]" * depth) is None


def test_a_document_of_the_deepest_that_is_read_can_be_compared() -> None:
    text = "[" * 100 + "]" * 100

    assert means_same(read_document(text), read_document(text))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (a_policy(), json.loads(json.dumps(a_policy(), indent=4, sort_keys=True))),
        (a_policy(Action=["a", "b"]), a_policy(Action=["b", "a"])),
        (a_policy(Action="a"), a_policy(Action=["a"])),
        (a_policy(Resource="*"), a_policy(Resource=["*"])),
        (
            a_policy(Principal={"AWS": "123456789012"}),
            a_policy(Principal={"AWS": ["arn:aws:iam::123456789012:root"]}),
        ),
        (
            a_policy(Condition={"Bool": {"aws:SecureTransport": False}}),
            a_policy(Condition={"Bool": {"aws:SecureTransport": ["false"]}}),
        ),
        (
            {"Statement": {"Effect": "Deny"}},
            {"Statement": [{"Effect": "Deny"}]},
        ),
        (
            {"Statement": [{"Sid": "a"}, {"Sid": "b"}]},
            {"Statement": [{"Sid": "b"}, {"Sid": "a"}]},
        ),
        (a_policy(Resource=LATER), a_policy(Resource=["arn:1", "arn:2"])),
        (a_policy(Resource=["arn:1", LATER]), a_policy(Resource=["arn:2", "arn:1"])),
        (a_policy(Resource=Sensitive("f")), a_policy(Resource=Sensitive("f"))),
        (a_policy(Resource=Sensitive()), a_policy(Resource="arn:1")),
    ],
)
def test_policies_that_mean_the_same(left: Value, right: Value) -> None:
    assert means_same(left, right)
    assert means_same(right, left)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (a_policy(), a_policy(Effect="Deny")),
        (a_policy(), a_policy(Action="s3:PutObject")),
        (a_policy(Action=["a", "b"]), a_policy(Action=["a"])),
        (a_policy(), a_policy(Condition={"Bool": {"aws:SecureTransport": "true"}})),
        (a_policy(Principal={"AWS": "123456789012"}), a_policy(Principal={"AWS": "*"})),
        (a_policy(Principal="*"), a_policy(Principal={"Service": "s3.amazonaws.com"})),
        (a_policy(Resource=Sensitive("f")), a_policy(Resource=Sensitive("g"))),
        (
            a_policy(Condition={"Bool": {"aws:SecureTransport": False}}),
            a_policy(Condition={"Bool": {"aws:SecureTransport": True}}),
        ),
    ],
)
def test_policies_that_do_not(left: Value, right: Value) -> None:
    assert not means_same(left, right)
    assert not means_same(right, left)


def test_in_other_documents_order_means_something_and_kinds_are_kept() -> None:
    assert not is_policy({"command": []})
    assert means_same({"command": ["a", "b"]}, {"command": ["a", "b"]})
    assert not means_same({"command": ["a", "b"]}, {"command": ["b", "a"]})
    assert not means_same({"port": 80}, {"port": "80"})
    assert not means_same({"on": True}, {"on": 1})
    assert means_same([{"name": LATER}], [{"name": "x"}])


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (443, "443", True),
        (True, "true", True),
        (1, 1.0, True),
        (True, 1, False),
        (True, "True", False),
        ("a", "A", False),
        (0.5, "0.5", True),
    ],
)
def test_leaves_are_the_same_as_providers_convert_them(left: Value, right: Value, *, expected: bool) -> None:
    assert same_scalar(left, right) is expected
