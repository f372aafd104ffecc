"""Where it is not known whether a block is there, what holds both with it and without it is the answer."""

import pytest
from msgspec import structs

from pavior.adapters.readers.terraform_source import read_source, read_source_tolerantly
from pavior.content.loading import CONTROLS_FOLDER, load_control
from pavior.kernel.verdicts import Outcome, Phase, Verdict
from pavior.policy import ways as limits
from pavior.policy.evaluation import evaluate
from pavior.policy.model import Control
from pavior.policy.ways import Ways
from pavior.resources.model import GraphFormat, Resource, ResourceGraph, Unknown

NONE: frozenset[str] = frozenset()
BUCKET = """
variable "is_encrypted" {{}}
resource "aws_s3_bucket" "files" {{
  dynamic "server_side_encryption_configuration" {{
    for_each = {each}
    content {{
      rule {{
        apply_server_side_encryption_by_default {{
          sse_algorithm     = {algorithm}
          kms_master_key_id = {key}
        }}
      }}
    }}
  }}
}}
resource "aws_kms_key" "ours" {{}}
"""
OPEN = "var.is_encrypted ? [1] : []"


@pytest.fixture(scope="module")
def encrypted() -> Control:
    return load_control(CONTROLS_FOLDER / "object_storage_encrypted")


@pytest.fixture(scope="module")
def with_own_key() -> Control:
    return load_control(CONTROLS_FOLDER / "object_storage_encrypted_with_own_key")


def a_bucket(each: str = OPEN, algorithm: str = '"AES256"', key: str = "null") -> ResourceGraph:
    return read_source({"main.tf": BUCKET.format(each=each, algorithm=algorithm, key=key).encode()}, {}, NONE)


def verdict(control: Control, graph: ResourceGraph) -> Verdict:
    (found,) = evaluate(graph, (control,), Phase.CODE).verdicts
    return found


def test_what_passes_with_the_block_and_without_it_passes(encrypted: Control) -> None:
    # Since 2023-01 S3 encrypts what nobody set.
    assert verdict(encrypted, a_bucket()).outcome is Outcome.PASSED


def test_what_fails_with_the_block_and_without_it_fails_at_its_line(with_own_key: Control) -> None:
    found = verdict(with_own_key, a_bucket())

    assert found.outcome is Outcome.FAILED
    assert found.message.endswith("It is so with the dynamic block that may be there, and without it.")
    assert found.position is not None
    assert found.position.line > 3


def test_what_only_one_of_the_two_says_is_not_known(encrypted: Control, with_own_key: Control) -> None:
    assert verdict(encrypted, a_bucket(algorithm='"none"')).outcome is Outcome.UNKNOWN
    assert verdict(with_own_key, a_bucket(algorithm='"aws:kms"', key="aws_kms_key.ours.arn")).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("each", "algorithm"),
    [
        # What the block says depends on what it is made of.
        (OPEN, "server_side_encryption_configuration.value"),
        (OPEN, '"${server_side_encryption_configuration.key}"'),
        # Terraform would refuse it, or the value is one that is not told.
        ('upper("a", 1)', '"AES256"'),
        ("sensitive([1])", '"AES256"'),
    ],
)
def test_a_block_of_which_more_is_unclear_than_whether_it_is_there_is_not_known(
    encrypted: Control, each: str, algorithm: str
) -> None:
    graph = a_bucket(each, algorithm)

    assert all(item.ways == () for item in graph.resources)
    assert verdict(encrypted, graph).outcome is Outcome.UNKNOWN


def test_a_block_that_is_known_to_be_there_has_no_ways() -> None:
    assert all(item.ways == () for item in a_bucket("[1]").resources)
    assert all(item.ways == () for item in a_bucket("[]").resources)


def test_each_way_is_the_resource_as_a_whole() -> None:
    graph = a_bucket(algorithm='"aws:kms"', key="aws_kms_key.ours.arn")

    bucket = graph.resources[0]
    without, with_it = bucket.ways
    assert isinstance(bucket.values["server_side_encryption_configuration"], Unknown)
    assert "server_side_encryption_configuration" not in without.values
    path = "server_side_encryption_configuration.0.rule.0.apply_server_side_encryption_by_default.0.kms_master_key_id"
    assert with_it.references[path] == ("aws_kms_key.ours",)
    assert with_it.attribute_positions[path].line == 10


def test_what_completes_a_resource_may_be_there_in_each_way_too(encrypted: Control) -> None:
    text = """
variable "is_encrypted" {}
resource "aws_s3_bucket" "files" {}
resource "aws_s3_bucket_server_side_encryption_configuration" "files" {
  bucket = aws_s3_bucket.files.id
  dynamic "rule" {
    for_each = var.is_encrypted ? [1] : []
    content {
      apply_server_side_encryption_by_default {
        sse_algorithm = "aws:kms"
      }
    }
  }
}
"""
    assert verdict(encrypted, read_source({"main.tf": text.encode()}, {}, NONE)).outcome is Outcome.PASSED
    # Also in a stack of another folder, whose addresses begin with it.
    both = read_source_tolerantly({"a/main.tf": b"", "b/main.tf": text.encode()}, {}, NONE)
    assert [item.outcome for item in evaluate(both, (encrypted,), Phase.CODE).verdicts] == [Outcome.PASSED]


def test_more_blocks_than_anybody_would_try_stay_unknown() -> None:
    block = '  dynamic "rule" {\n    for_each = var.x\n    content {\n      a = 1\n    }\n  }\n'

    def ways(count: int) -> int:
        text = f'variable "x" {{}}\nresource "aws_x" "y" {{\n{block * count}}}\n'
        return len(read_source({"main.tf": text.encode()}, {}, NONE).resources[0].ways)

    assert [ways(count) for count in (0, 1, 2, 3, 4)] == [0, 2, 4, 8, 0]


def test_graphs_are_arranged_once_each_and_never_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = (Resource(f"aws_x.{name}", "aws_x", {}) for name in "ab")
    one, other = (structs.replace(item, ways=(item, item, item)) for item in (one, other))
    ways = Ways(ResourceGraph(GraphFormat.TERRAFORM_SOURCE, (one, other)))

    assert ways.are_open
    assert len(ways.indexes((one,))) == 3
    assert ways.indexes((one,))[0] is ways.indexes((one,))[0]
    assert len(ways.indexes((one, other))) == 9
    monkeypatch.setattr(limits, "MAXIMUM_WAYS", 8)
    assert ways.indexes((one, other)) == ()
    # A part of the ways would prove nothing.
    monkeypatch.setattr(limits, "MAXIMUM_ARRANGED", (3 + 9 + 2) * 2)
    assert ways.indexes((other,)) == ()
