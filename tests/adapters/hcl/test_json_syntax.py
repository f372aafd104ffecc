"""Terraform in JSON means what the same Terraform in HCL means; expectations are those of the language's own pages."""

import json
from typing import Any

import pytest

from pavior.adapters.hcl.json_maps import is_map
from pavior.adapters.readers.terraform_source import read_source, read_source_tolerantly
from pavior.kernel.errors import InvalidError
from pavior.resources.model import Resource, ResourceGraph, Unknown


def a_graph(document: Any, **others: str) -> ResourceGraph:
    files = {name.replace("__", "/").replace("_tf", ".tf"): text.encode() for name, text in others.items()}
    return read_source({"main.tf.json": json.dumps(document).encode(), **files}, {}, frozenset())


def the_resource(block: Any, resource_type: str = "aws_x", **others: Any) -> Resource:
    document = {"resource": {resource_type: {"a": block}}, **others}
    return a_graph(document).resources[0]


WRITTEN = b"""
variable "names" {
  type    = list(string)
  default = ["a", "b"]
}

locals {
  first = var.names[0]
}

provider "aws" {
  default_tags {
    tags = {
      owner = "orders"
    }
  }
}

resource "aws_s3_bucket" "files" {
  for_each = toset(var.names)
  bucket   = "${local.first}-${each.key}"
  tags = {
    part = "x"
  }
}

resource "aws_s3_bucket_versioning" "files" {
  bucket = aws_s3_bucket.files["a"].id
  versioning_configuration {
    status = "Enabled"
  }
  depends_on = [aws_s3_bucket.files]
}

resource "aws_security_group" "web" {
  dynamic "ingress" {
    for_each = var.names
    iterator = port
    content {
      description = port.value
      from_port   = 22
    }
  }
  egress {
    to_port = 1
  }
  egress {
    to_port = 2
  }
}

module "inner" {
  source = "./inner"
  name   = upper(local.first)
}
"""
IN_JSON = {
    "//": "made by a program",
    "variable": {"names": {"type": "list(string)", "default": ["a", "b"]}},
    "locals": {"first": "${var.names[0]}"},
    "provider": {"aws": [{"default_tags": {"tags": {"owner": "orders"}}}]},
    "resource": [
        {
            "aws_s3_bucket": {
                "files": {
                    "//": {"metadata": "of the program"},
                    "for_each": "${toset(var.names)}",
                    "bucket": "${local.first}-${each.key}",
                    "tags": {"part": "x"},
                }
            }
        },
        {
            "aws_s3_bucket_versioning": {
                "files": [
                    {
                        "bucket": '${aws_s3_bucket.files["a"].id}',
                        "versioning_configuration": {"status": "Enabled"},
                        "depends_on": ["aws_s3_bucket.files"],
                    }
                ]
            },
            "aws_security_group": {
                "web": {
                    "dynamic": {
                        "ingress": {
                            "for_each": "${var.names}",
                            "iterator": "port",
                            "content": {"description": "${port.value}", "from_port": 22},
                        }
                    },
                    "egress": [{"to_port": 1}, {"to_port": 2}],
                }
            },
        },
    ],
    "module": {"inner": {"source": "./inner", "name": "${upper(local.first)}"}},
}
INNER = b'variable "name" {}\nresource "aws_x" "y" {\n  name = var.name\n}\n'


def test_json_means_what_the_same_hcl_means() -> None:
    written = read_source({"main.tf": WRITTEN, "inner/main.tf": INNER}, {}, frozenset())
    in_json = read_source({"main.tf.json": json.dumps(IN_JSON).encode(), "inner/main.tf": INNER}, {}, frozenset())

    def said(graph: ResourceGraph) -> list[Any]:
        return [(item.address, item.values, item.mode, item.provider, item.references) for item in graph.resources]

    assert len(written.resources) == 5
    assert said(in_json) == said(written)
    assert (in_json.skipped, in_json.complete) == ((), True)


def test_every_value_has_its_line() -> None:
    text = b'{\n  "resource": {\n    "aws_x": {\n      "a": {\n        "b": "c",\n        "d": {\n          "e": 1\n        }\n      }\n    }\n  }\n}'  # noqa: E501
    (resource,) = read_source({"main.tf.json": text}, {}, frozenset()).resources

    assert resource.position is not None
    assert (resource.position.line, resource.position.end_line) == (4, 9)
    lines = {path: (place.line, place.end_line, place.column) for path, place in resource.attribute_positions.items()}
    assert lines == {"b": (5, 5, 9), "d": (6, 8, 14), "d.0": (6, 8, 14), "d.0.e": (7, 7, 11)}


def test_texts_are_templates_and_escapes_are_kept() -> None:
    values = the_resource({"a": "$${x}", "b": "${1 + 1}", "c": "n${2}", "d": "plain", "e": [True, None, 1.5]}).values

    assert values == {"a": "${x}", "b": 2, "c": "n2", "d": "plain", "e": [True, None, 1.5]}


def test_a_default_is_taken_as_it_is() -> None:
    variable = {"v": {"default": "${not.read}"}}

    assert the_resource({"a": "${var.v}"}, variable=variable).values == {"a": "${not.read}"}


def test_a_comment_is_one_in_a_block_and_a_name_in_a_value() -> None:
    values = the_resource({"//": "no", "rule": {"//": "no", "a": 1}, "tags": {"//": "yes"}}).values

    assert values["rule"] == [{"a": 1}]
    assert values["tags"] == {"//": "yes"}


def test_what_only_the_provider_can_tell_is_not_known() -> None:
    values = the_resource({"parameters": {"a": "b"}, "parameters_list": [{"a": "b"}]}).values

    assert isinstance(values["parameters"], Unknown)
    assert values["parameters"].detail == "in JSON it may be a block or a map, and only the provider knows which"
    assert values["parameters_list"] == [{"a": "b"}]


@pytest.mark.parametrize(
    ("resource_type", "name", "expected"),
    [
        ("aws_s3_bucket", "tags", True),
        ("aws_ce_cost_category", "tags", False),
        ("aws_codepipeline", "configuration", True),
        ("aws_athena_workgroup", "configuration", False),
        ("aws_lambda_function", "environment", False),
        ("aws_s3_object", "metadata", True),
        ("kubernetes_pod", "metadata", False),
        ("aws_db_parameter_group", "parameters", None),
    ],
)
def test_maps_and_blocks_are_told_apart_as_the_providers_schema_does(
    resource_type: str, name: str, *, expected: bool | None
) -> None:
    assert is_map(resource_type, name) is expected


def test_lifecycle_and_provider_are_references() -> None:
    document = {
        "provider": {"aws": {"alias": "east", "region": "us-east-1", "default_tags": {"tags": {"a": "b"}}}},
        "resource": {
            "aws_x": {
                "a": {"provider": "aws.east", "lifecycle": {"ignore_changes": ["tags"]}, "b": 1}
            }
        },
    }  # fmt: skip
    (resource,) = a_graph(document).resources

    assert resource.values == {"b": 1, "tags_all": {"a": "b"}}


def test_blocks_of_terraform_itself_are_no_error() -> None:
    document = {
        "terraform": {
            "required_version": ">= 1.5",
            "required_providers": {"aws": {"source": "acme/aws", "version": "~> 6"}},
            "backend": {"s3": {"bucket": "x"}},
        },
        "moved": [{"from": "aws_x.b", "to": "aws_x.a"}],
        "import": {"to": "aws_x.a", "id": "1"},
        "removed": {"from": "aws_x.c", "lifecycle": {"destroy": False}},
        "check": {"up": {"assert": {"condition": "${true}", "error_message": "no"}}},
        "ephemeral": {"random_password": {"p": {"length": 8}}},
        "output": {"o": {"value": "${aws_x.a.id}", "sensitive": True}},
        "resource": {"aws_x": {"a": {}}},
    }
    graph = a_graph(document)

    assert graph.complete
    assert [(item.address, item.provider) for item in graph.resources] == [
        ("aws_x.a", "registry.terraform.io/acme/aws")
    ]


def test_an_override_in_json_overrides() -> None:
    files = {
        "main.tf": b'resource "aws_x" "a" {\n  b = 1\n  c = 1\n}\n',
        "x_override.tf.json": b'{"resource": {"aws_x": {"a": {"b": 2}}}}',
    }
    (resource,) = read_source(files, {}, frozenset()).resources

    assert resource.values == {"b": 2, "c": 1}


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ('{\n"resource": 5}', 2, "resource must be a JSON object or a list of them"),
        ('{"resource": {"aws_x": {"a":\n{"b": 1, "b": 2}}}}', 2, "b is set twice in one block"),
        ('{"resource": {"aws_x": {"a": {"b":\n "${"}}}}', 2, "found the end of the file"),
        ('{"resource": {"aws_x": {"a": {"depends_on":\n ["a b"]}}}}', 2, "expected the end"),
        ("{\n\n,}", 3, "expected a name in quotes, found ','"),
        ('{"a": 1\n', 2, "expected ',', found the end of the file"),
        ("[1]", 1, "the file must be a JSON object"),
        ("", 1, "expected a value, found the end of the file"),
        ("{} x", 1, "the character 'x' means nothing here"),
        ("{} {}", 1, "expected the end, found '{'"),
        ('{"a": "\\ud800"}', 1, "a text has an escape sequence that is none"),
        ('{"a": 1e999999}', 1, "the number is too large or too small"),
        ("// no comments in JSON\n{}", 1, "the character '/' means nothing here"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(text: str, line: int, problem: str) -> None:
    with pytest.raises(InvalidError) as caught:
        read_source({"main.tf.json": text.encode()}, {}, frozenset())

    assert caught.value.code == "source-unparsable"
    assert caught.value.summary.startswith(f"main.tf.json:{line} cannot be read: ")
    assert problem in caught.value.summary
    assert not read_source_tolerantly({"main.tf.json": text.encode()}, {}, frozenset()).complete


@pytest.mark.parametrize("text", ["[" * 10_000, '{"a":' * 10_000, '{"locals": {"a": "${' + "[" * 10_000 + '"}}'])
def test_what_is_nested_without_end_is_refused(text: str) -> None:
    with pytest.raises(InvalidError) as caught:
        read_source({"main.tf.json": text.encode()}, {}, frozenset())

    assert caught.value.code == "source-too-complex"


def test_a_secret_stays_hidden() -> None:
    document = {
        "variable": {"p": {"default": "hunter2", "sensitive": True}},
        "resource": {"aws_x": {"a": {"b": "${var.p}", "tags": {"c": "x${var.p}"}}}},
    }

    assert "hunter2" not in repr(a_graph(document))
