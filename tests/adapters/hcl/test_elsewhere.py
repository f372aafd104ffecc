"""What a file mentions that was not given still has the name of its kind."""

from pavior.adapters.readers.terraform_source import read_source
from pavior.resources.model import Resource, Unknown


def the_stream(text: str) -> Resource:
    source = f'resource "aws_kinesis_stream" "s" {{\n{text}\n}}\n'
    graph = read_source({"main.tf": source.encode()}, {}, frozenset())
    return graph.resources[0]


def test_a_reference_to_another_file_is_recorded_and_its_value_unknown() -> None:
    stream = the_stream("kms_key_id = aws_kms_key.elsewhere.arn")

    assert stream.references == {"kms_key_id": ("aws_kms_key.elsewhere",)}
    assert isinstance(stream.values["kms_key_id"], Unknown)


def test_the_iterator_of_a_dynamic_block_is_no_resource() -> None:
    stream = the_stream(
        'dynamic "stream_mode_details" {\n  for_each = ["ON_DEMAND"]\n'
        "  content {\n    stream_mode = stream_mode_details.value\n  }\n}"
    )

    assert stream.references == {}


def test_a_name_that_a_loop_gives_is_no_resource() -> None:
    assert the_stream("names = [for my_name in [{ a = 1 }] : my_name.a]").references == {}
