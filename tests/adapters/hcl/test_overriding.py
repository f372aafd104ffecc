"""Override files count as Terraform counts them: what they change is what is checked.

Expected values: https://developer.hashicorp.com/terraform/language/files/override
"""

import json
from collections.abc import Mapping

import pytest

from pavior.adapters.readers.terraform_source import read_source, read_source_tolerantly
from pavior.kernel.errors import InvalidError
from pavior.resources.model import Resource

BASE = """
variable "size" { default = 1 }
locals {
  a = 1
  b = 1
}
provider "aws" { region = "eu-north-1" }
resource "aws_instance" "web" {
  ami           = "abc"
  instance_type = "t2.micro"
  size          = var.size
  a             = local.a
  b             = local.b
  ebs_block_device { device_name = "one" }
  ebs_block_device { device_name = "two" }
  network_interface { device_index = 0 }
  lifecycle {
    prevent_destroy = true
    ignore_changes  = [ami]
  }
}
"""


def web(**files: str) -> Resource:
    """The instance, as the base and these files (by their name without an ending) make it."""
    given = {"main.tf": BASE.encode(), **{f"{name}.tf": text.encode() for name, text in files.items()}}
    return next(item for item in read_source(given, {}, frozenset()).resources if item.address == "aws_instance.web")


def test_an_attribute_is_replaced_and_its_place_is_in_the_override() -> None:
    found = web(override='resource "aws_instance" "web" {\n  ami = "xyz"\n}\n')

    assert (found.values["ami"], found.values["instance_type"]) == ("xyz", "t2.micro")
    assert str(found.attribute_positions["ami"]) == "override.tf:2"
    assert str(found.attribute_positions["instance_type"]) == "main.tf:10"


def test_the_last_override_by_name_wins() -> None:
    found = web(
        z_override='resource "aws_instance" "web" {\n  ami = "z"\n}\n',
        a_override='resource "aws_instance" "web" {\n  ami = "a"\n}\n',
    )

    assert found.values["ami"] == "z"


@pytest.mark.parametrize(
    "blocks",
    [
        '  ebs_block_device { device_name = "three" }\n',
        (
            '  dynamic "ebs_block_device" {\n    for_each = ["three"]\n'
            "    content { device_name = ebs_block_device.value }\n  }\n"
        ),
    ],
)
def test_blocks_of_one_type_are_replaced_all_together(blocks: str) -> None:
    found = web(override=f'resource "aws_instance" "web" {{\n{blocks}}}\n')

    assert found.values["ebs_block_device"] == [{"device_name": "three"}]
    assert found.values["network_interface"] == [{"device_index": 0}]


def test_variables_and_locals_are_replaced_one_by_one() -> None:
    found = web(override='variable "size" { default = 2 }\nlocals { b = 2 }\n')

    assert (found.values["size"], found.values["a"], found.values["b"]) == (2, 1, 2)


def test_an_override_of_nothing_is_refused_where_a_change_is_planned() -> None:
    files = {"main.tf": BASE.encode(), "override.tf": b'resource "aws_instance" "other" {\n  ami = "x"\n}\n'}

    with pytest.raises(InvalidError) as caught:
        read_source(files, {}, frozenset())

    assert caught.value.code == "source-invalid"
    assert "override.tf:1" in caught.value.summary
    assert "aws_instance other" in caught.value.summary


def test_an_override_of_nothing_is_checked_like_any_other_resource() -> None:
    files = {"main.tf": BASE.encode(), "override.tf": b'resource "aws_instance" "other" {\n  ami = "x"\n}\n'}

    graph = read_source_tolerantly(files, {}, frozenset())

    assert {item.address for item in graph.resources} == {"aws_instance.web", "aws_instance.other"}


@pytest.mark.parametrize(
    ("files", "size"),
    [
        ({"terraform.tfvars.json": {"size": 3}}, 3),
        ({"terraform.tfvars.json": {"size": 3}, "x.auto.tfvars.json": {"size": 4}}, 4),
        ({"terraform.tfvars.json": {"size": "${1 + 1}"}}, "${1 + 1}"),
    ],
)
def test_values_in_json_files_count_as_terraform_counts_them(
    files: Mapping[str, Mapping[str, object]], size: object
) -> None:
    source = b'variable "size" { default = 1 }\nresource "aws_x" "y" {\n  size = var.size\n}\n'
    given = {"main.tf": source, **{name: json.dumps(body).encode() for name, body in files.items()}}

    assert read_source(given, {}, frozenset()).resources[0].values["size"] == size


@pytest.mark.parametrize("body", [b"[]", b"{", b"\xff", b'{"size": NaN}'])
def test_values_that_are_no_json_object_are_refused(body: bytes) -> None:
    files = {"main.tf": b'variable "size" {}\n', "terraform.tfvars.json": body}

    with pytest.raises(InvalidError) as caught:
        read_source(files, {}, frozenset())

    assert caught.value.code == "source-unparsable"
