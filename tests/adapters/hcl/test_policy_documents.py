"""What a policy document says is what the provider makes of its blocks."""

import json

from pavior.adapters.hcl.policy_documents import policy_document
from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import Resource, Unknown, Value
from pavior.resources.views.policies import read_data_document


def a_condition(*values: str) -> dict[str, Value]:
    return {"test": "StringEquals", "variable": "aws:SourceAccount", "values": list(values)}


def test_two_conditions_with_one_test_and_variable_are_one_with_all_values() -> None:
    conditions: list[Value] = [a_condition("*"), a_condition("111122223333")]
    statement: dict[str, Value] = {"actions": ["s3:GetObject"], "condition": conditions}

    document = json.loads(policy_document({"statement": [statement]}))
    read = read_data_document(
        Resource("data.aws_iam_policy_document.a", "aws_iam_policy_document", {"statement": [statement]}, mode="data")
    ).value

    assert document["Statement"][0]["Condition"] == {"StringEquals": {"aws:SourceAccount": ["*", "111122223333"]}}
    assert not isinstance(read, Unknown)
    assert read.statements[0].conditions[0].values == ("*", "111122223333")


def test_a_document_that_an_old_provider_merges_is_not_evaluated() -> None:
    for name in ("source_json", "override_json"):
        found = policy_document({"statement": [], name: "{}"})

        assert isinstance(found, Unknown)
        assert found.reason is UnknownReason.NOT_EVALUATED
