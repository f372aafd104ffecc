"""JSON that is written by hand as a template keeps its shape, though a part of it is not known."""

import pytest

from pavior.adapters.readers.terraform_source import read_source
from pavior.resources.model import Unknown, Value


def the_policy(text: str) -> Value:
    source = f'resource "aws_sqs_queue" "q" {{}}\nresource "aws_sqs_queue_policy" "p" {{\n  policy = {text}\n}}\n'
    graph = read_source({"main.tf": source.encode()}, {}, frozenset())
    return next(item for item in graph.resources if item.type == "aws_sqs_queue_policy").values["policy"]


def test_only_what_is_not_known_is_a_gap() -> None:
    policy = the_policy('<<EOF\n{"Action": "sqs:*", "Resource": ["a", "${aws_sqs_queue.q.arn}/*"]}\nEOF')

    assert isinstance(policy, dict)
    assert policy["Action"] == "sqs:*"
    assert isinstance(policy["Resource"], list)
    assert policy["Resource"][0] == "a"
    assert isinstance(policy["Resource"][1], Unknown)
    assert policy["Resource"][1].pieces == ("", "/*")


def test_a_gap_in_a_file_that_was_not_given_is_one_too() -> None:
    policy = the_policy('<<EOF\n{"Action": "sqs:*", "Resource": "${aws_sqs_queue.elsewhere.arn}"}\nEOF')

    assert isinstance(policy, dict)
    assert policy["Action"] == "sqs:*"


@pytest.mark.parametrize(
    "text",
    [
        '"[${aws_sqs_queue.q.arn}]"',
        '"{${aws_sqs_queue.q.arn}}"',
        '"{\\"${aws_sqs_queue.q.arn}\\": 1}"',
        '"{\\"a\\": 1, \\"a\\": \\"${aws_sqs_queue.q.arn}\\"}"',
        '"{\\"a\\": ${aws_sqs_queue.q.arn}}"',
    ],
)
def test_what_has_no_certain_shape_is_unknown_as_a_whole(text: str) -> None:
    assert isinstance(the_policy(text), Unknown)
