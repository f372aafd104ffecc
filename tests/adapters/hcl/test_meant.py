"""What Terraform refuses and means one thing is read as that, with a remark; all else stays unknown."""

from collections.abc import Mapping
from typing import Any

import pytest

from pavior.adapters.readers.terraform_source import read_source, read_source_tolerantly
from pavior.kernel.errors import InvalidError
from pavior.resources.model import READ_AS_MEANT, ResourceGraph, Skipped, Unknown

NONE: frozenset[str] = frozenset()
REFUSED = "which Terraform refuses; it is read as"


def lenient(files: Mapping[str, str]) -> ResourceGraph:
    return read_source({name: text.encode() for name, text in files.items()}, {}, NONE, is_lenient=True)


def read_as(line: str, around: str = "") -> tuple[Any, list[str]]:
    """The value of `x` of a resource that holds the line, and the remarks."""
    graph = lenient({"main.tf": f'{around}\nresource "aws_x" "y" {{\n  {line}\n}}\n'})
    (resource,) = graph.of_type("aws_x")
    assert {item.kind for item in graph.skipped} <= {READ_AS_MEANT}
    assert graph.complete
    return next(iter(resource.values.values())), [f"{item.subject}: {item.why}" for item in graph.skipped]


@pytest.mark.parametrize(
    ("line", "value", "told"),
    [
        ("x = True", True, f"x is True, {REFUSED} true"),
        ("x = FALSE", False, f"x is FALSE, {REFUSED} false"),
        ("x = (False)", False, f"x is False, {REFUSED} false"),
        ("x = S3", "S3", f"x holds a word without quotes, {REFUSED} a text"),
        ("x = [all, True]", ["all", True], f"x holds a word without quotes, {REFUSED} a text"),
        ("x = { a = Allow }", {"a": "Allow"}, f"x holds a word without quotes, {REFUSED} a text"),
        ("x = true ? True : False", True, f"x is True, {REFUSED} true"),
        ("enable = 1", True, f"enable is a number, {REFUSED} true"),
        ("storage_encrypted = 0", False, f"storage_encrypted is a number, {REFUSED} false"),
    ],
)
def test_what_means_one_thing_is_read_as_that_and_told_with_its_line(line: str, value: object, told: str) -> None:
    found, remarks = read_as(line)

    assert found == value
    assert type(found) is type(value)
    assert f"main.tf:3: {told}" in remarks


@pytest.mark.parametrize("word", ["None", "NULL", "nil", "yes", "off", "var", "each", "path", "terraform"])
def test_a_word_that_may_mean_something_else_is_unknown(word: str) -> None:
    found, remarks = read_as(f"x = {word}")

    assert isinstance(found, Unknown)
    assert remarks == []


@pytest.mark.parametrize(
    "around", ['variable "key" {}', "locals {\n  key = 1\n}", 'resource "aws_kms_key" "key" {}', 'module "key" {\n}']
)
def test_a_word_that_something_is_declared_as_is_a_forgotten_reference(around: str) -> None:
    graph = read_source_tolerantly(
        {"a.tf": around.encode(), "main.tf": b'resource "aws_x" "y" {\n  x = key\n}'}, {}, NONE, is_lenient=True
    )

    (resource,) = graph.of_type("aws_x")
    assert isinstance(resource.values["x"], Unknown)
    assert [item for item in graph.skipped if item.kind == READ_AS_MEANT] == []


@pytest.mark.parametrize(
    "line", ["x = upper(S3)", 'x = "${S3}-a"', "x = S3.y", "x = S3[0]", "x = [for S3 in [1] : S3][0] == True"]
)
def test_a_word_within_another_expression_is_unknown(line: str) -> None:
    assert isinstance(read_as(line)[0], Unknown)


def test_a_number_is_a_yes_or_no_only_where_one_belongs() -> None:
    for line, value in (
        ("count_x = 1", 1),
        ("enable = 2", 2),
        ("enable_lni_at_device_index = 1", 1),
        ("enable = 1.5", 1.5),
    ):
        assert read_as(line) == (value, [])
    # Within a map the provider's schema says nothing.
    assert read_as("tags = { enabled = 1 }") == ({"enabled": 1}, [])


def test_words_that_terraform_itself_takes_stay() -> None:
    text = """
variable "a" {
  type    = string
  default = "x"
}
resource "aws_x" "y" {
  provider   = aws
  x          = var.a
  dynamic "rule" {
    for_each = ["b"]
    iterator = one
    content {
      whole = one
      name  = rule
    }
  }
  lifecycle {
    ignore_changes = all
  }
  provisioner "local-exec" {
    when       = destroy
    on_failure = continue
  }
}
"""
    graph = lenient({"main.tf": text})

    (resource,) = graph.of_type("aws_x")
    assert resource.values["x"] == "x"
    assert isinstance(resource.values["rule"], list)
    assert resource.values["rule"][0] == {"whole": {"key": 0, "value": "b"}, "name": "rule"}
    # Only `rule` is none, for the iterator has another name.
    assert [item.why for item in graph.skipped] == [f"name holds a word without quotes, {REFUSED} a text"]


def test_no_word_is_repeated_that_may_be_a_secret() -> None:
    _, remarks = read_as("password = hunter2")

    assert remarks != []
    assert "hunter2" not in "".join(remarks)


def test_nested_blocks_locals_defaults_outputs_and_arguments_are_read_alike() -> None:
    files = {
        "main.tf": """
variable "on" {
  default = True
}
locals {
  kind = S3
}
module "m" {
  source = "./m"
  on     = True
}
resource "aws_x" "y" {
  on   = var.on
  kind = local.kind
  logging {
    enable = 1
  }
}
""",
        "m/main.tf": 'variable "on" {}\nresource "aws_x" "z" {\n  on = var.on\n}\n',
    }
    graph = lenient(files)

    one, other = graph.of_type("aws_x")
    assert (one.values["on"], one.values["kind"], one.values["logging"]) == (True, "S3", [{"enable": True}])
    assert other.values["on"] is True
    assert [item.subject for item in graph.skipped] == [f"main.tf:{line}" for line in (3, 6, 10, 16)]


@pytest.mark.parametrize("collection", ['["a", "b", "a"]', "var.names", "[for item in var.names : item]"])
def test_for_each_over_texts_is_the_set_of_them(collection: str) -> None:
    text = (
        f'variable "names" {{\n  default = ["a", "b"]\n}}\n'
        f'resource "aws_x" "y" {{\n  for_each = {collection}\n  x = each.value\n}}\n'
    )
    graph = lenient({"main.tf": text})

    assert {item.address: item.values["x"] for item in graph.resources} == {'aws_x.y["a"]': "a", 'aws_x.y["b"]': "b"}
    told = "for_each goes through a list, which Terraform refuses; it is read as the set of its texts"
    assert graph.skipped == (Skipped("main.tf:5", told, READ_AS_MEANT),)
    assert graph.complete


@pytest.mark.parametrize("collection", ["[1]", "[{ a = 1 }]", "[aws_kms_key.k.arn]", '"a"'])
def test_for_each_over_anything_else_is_not_known(collection: str) -> None:
    text = f'resource "aws_kms_key" "k" {{}}\nresource "aws_x" "y" {{\n  for_each = {collection}\n}}\n'
    graph = lenient({"main.tf": text})

    assert graph.of_type("aws_x") == ()
    assert not graph.complete


TWICE = b"""
resource "aws_x" "y" {
  x = 1
  x = 2
  y = true
  y = true
}
resource "aws_x" "z" {
  x = 3
}
"""


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("main.tf", TWICE),
        (
            "main.tf.json",
            b'{"resource": {"aws_x": {"y": {"x": 1, "x": 2, "y": true, "y": true}, "z": {"x": 3}}}}',
        ),
    ],
)
def test_an_attribute_that_stands_twice_hides_nothing_else(name: str, body: bytes) -> None:
    graph = read_source_tolerantly({name: body}, {}, NONE, is_lenient=True)

    one, other = graph.of_type("aws_x")
    assert isinstance(one.values["x"], Unknown)
    assert one.values["y"] is True
    assert other.values["x"] == 3
    assert {item.kind for item in graph.skipped} == {READ_AS_MEANT}
    assert {item.why.split()[0] for item in graph.skipped} == {"x", "y"}
    # A file that is no HCL is still told as one, however much of it can be judged.
    with pytest.raises(InvalidError, match="twice"):
        read_source({name: body}, {}, NONE, is_lenient=True)


def test_nothing_of_it_holds_where_a_plan_is_joined_or_a_change_is_planned() -> None:
    for line in ("x = True", "x = S3"):
        graph = read_source({"main.tf": f'resource "aws_x" "y" {{\n  {line}\n}}'.encode()}, {}, NONE)
        assert isinstance(graph.resources[0].values["x"], Unknown)
        assert graph.skipped == ()
    listed = b'resource "aws_x" "y" {\n  for_each = ["a"]\n}'
    assert not read_source({"main.tf": listed}, {}, NONE).complete
    assert read_source_tolerantly({"main.tf": TWICE}, {}, NONE).resources == ()
