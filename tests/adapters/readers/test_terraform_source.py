"""Terraform source as a resource graph."""

import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from pavior.adapters.readers.terraform_source import read_source, read_source_tolerantly
from pavior.kernel.errors import InvalidError
from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import ONE_GAP, GraphFormat, Resource, ResourceGraph, Sensitive, Unknown, Value

RECORDINGS = Path(__file__).parents[2] / "recordings" / "terraform-1.11.4"
UNSET = Unknown(UnknownReason.NOT_EVALUATED, "var.unset has no value")
# The variable itself, and not what is made of it.
JUST_UNSET = replace(UNSET, pieces=ONE_GAP)


def a_graph(
    text: str, variables: dict[str, str] | None = None, sensitive: frozenset[str] = frozenset()
) -> ResourceGraph:
    return read_source({"infra/main.tf": text.encode()}, variables or {}, sensitive)


def the_golden_path() -> ResourceGraph:
    folder = RECORDINGS / "python-service"
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.tf")}
    return read_source(files, {"environment": "dev"}, frozenset())


def get(graph: ResourceGraph, address: str) -> Resource:
    found = graph.find(address)
    assert found is not None
    return found


def unknown_reasons(value: Value) -> set[UnknownReason]:
    if isinstance(value, dict):
        return {reason for item in value.values() for reason in unknown_reasons(item)}
    if isinstance(value, list):
        return {reason for item in value for reason in unknown_reasons(item)}
    return {value.reason} if isinstance(value, Unknown) else set()


def test_the_golden_path_is_read_whole_and_only_what_aws_chooses_is_unknown() -> None:
    graph = the_golden_path()
    planned = json.loads((RECORDINGS / "python-service" / "plan.json").read_text("utf-8"))

    assert graph.format is GraphFormat.TERRAFORM_SOURCE
    assert graph.complete
    assert graph.skipped == ()
    assert {item.address for item in graph.resources} == {item["address"] for item in planned["resource_changes"]}
    reasons = {reason for item in graph.resources for reason in unknown_reasons(dict(item.values))}
    assert reasons == {UnknownReason.KNOWN_AFTER_APPLY}


def test_the_golden_path_has_the_values_that_terraform_plans() -> None:
    graph = the_golden_path()
    planned = json.loads((RECORDINGS / "python-service" / "plan.json").read_text("utf-8"))

    for item in planned["planned_values"]["root_module"]["resources"]:
        for name, value in get(graph, item["address"]).values.items():
            _compare(value, item.get("values", {}).get(name), f"{item['address']} {name}")


def _compare(written: Value, planned: Value, where: str) -> None:
    """Where the source has a value, the plan has the same; the provider adds defaults."""
    if isinstance(written, Unknown):
        assert planned is None, where
    elif isinstance(written, dict) and isinstance(planned, dict):
        for name, value in written.items():
            _compare(value, planned.get(name), f"{where}.{name}")
    elif isinstance(written, list) and isinstance(planned, list):
        for one, other in zip(written, planned, strict=True):
            _compare(one, other, where)
    elif where.endswith("_policy") and isinstance(written, str) and isinstance(planned, str):
        assert json.loads(written) == json.loads(planned), where
    elif isinstance(written, dict) and planned is None:
        # The plan hides the document of which a leaf is unknown.
        assert unknown_reasons(written), where
    else:
        assert written == planned, where


def test_a_policy_with_an_unknown_leaf_is_a_tree_with_the_lines_of_its_parts() -> None:
    policy = get(the_golden_path(), "aws_s3_bucket_policy.files")

    document = policy.values["policy"]
    assert isinstance(document, dict)
    assert document["Statement"] == [
        {
            "Sid": "OnlyOverTls",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [
                Unknown(detail="aws_s3_bucket.files.arn"),
                Unknown(detail="part of a text: aws_s3_bucket.files.arn", pieces=("", "/*")),
            ],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    ]
    assert policy.references == {"bucket": ("aws_s3_bucket.files",), "policy": ("aws_s3_bucket.files",)}
    source = (RECORDINGS / "python-service" / "infra" / "main.tf").read_text("utf-8").splitlines()
    for path, text in (
        ("policy.Statement.0.Principal", "Principal = "),
        ("policy", "policy = jsonencode"),
        ("bucket", "bucket = "),
    ):
        place = policy.attribute_positions[path]
        assert place.path == "infra/main.tf"
        assert text.replace(" ", "") in source[place.line - 1].replace(" ", "")


def test_nested_attributes_have_places_and_references() -> None:
    encryption = get(the_golden_path(), "aws_s3_bucket_server_side_encryption_configuration.files")
    path = "rule.0.apply_server_side_encryption_by_default.0"

    assert encryption.references[f"{path}.kms_master_key_id"] == ("aws_kms_key.data",)
    assert {"rule", "rule.0", path, f"{path}.sse_algorithm"} <= set(encryption.attribute_positions)


def test_secrets_are_hidden_wherever_they_went() -> None:
    secret = "correct-horse-battery"
    graph = a_graph(
        'variable "password" {}\nlocals {\n  url = "postgres://u:${var.password}@host"\n}\n'
        'resource "aws_db_instance" "a" {\n  password = var.password\n  name = "n"\n  url = upper(local.url)\n'
        '  tags = { a = local.url, b = "clear" }\n  list = [1, var.password]\n'
        '  policy = jsonencode({ user = "u", password = var.password })\n}\n'
        'resource "aws_x" "b" {\n  copied = aws_db_instance.a.password\n  inside = aws_db_instance.a.tags\n}\n',
        {"password": secret},
        frozenset(("password",)),
    )

    assert get(graph, "aws_db_instance.a").values == {
        "password": Sensitive(""),
        "name": "n",
        "url": Sensitive(""),
        "tags": {"a": Sensitive(""), "b": "clear"},
        "tags_all": {"a": Sensitive(""), "b": "clear"},
        "list": [1, Sensitive("")],
        "policy": {"user": "u", "password": Sensitive("")},
    }
    assert get(graph, "aws_x.b").values == {"copied": Sensitive(""), "inside": {"a": Sensitive(""), "b": "clear"}}
    assert secret not in repr(graph)


def test_a_variable_without_a_value_is_not_evaluated() -> None:
    graph = a_graph('variable "size" {}\nresource "aws_x" "y" {\n  size = var.size\n}\n')

    assert get(graph, "aws_x.y").values == {
        "size": Unknown(UnknownReason.NOT_EVALUATED, "var.size has no value", ONE_GAP)
    }
    assert graph.complete


def test_attributes_of_other_resources_are_used_in_any_order_of_the_files() -> None:
    graph = a_graph(
        'resource "aws_x" "a" {\n  name = "a-${aws_x.b.name}"\n}\n'
        'resource "aws_x" "b" {\n  name = "b-${aws_x.c.name}"\n}\n'
        'resource "aws_x" "c" {\n  name = "c"\n}\n'
    )

    assert get(graph, "aws_x.a").values == {"name": "a-b-c"}
    assert [item.address for item in graph.resources] == ["aws_x.a", "aws_x.b", "aws_x.c"]


def test_resources_that_need_each_other_are_unknown_to_each_other() -> None:
    graph = a_graph('resource "aws_x" "a" {\n  n = aws_x.b.n\n}\nresource "aws_x" "b" {\n  n = aws_x.a.n\n}\n')

    assert any(isinstance(item.values["n"], Unknown) for item in graph.resources)


def test_a_very_long_chain_of_resources_is_read() -> None:
    chain = "".join(f'resource "aws_x" "r{n}" {{\n  name = aws_x.r{n + 1}.name\n}}\n' for n in range(3_000))

    graph = a_graph(chain + 'resource "aws_x" "r3000" {\n  name = "end"\n}\n')

    assert get(graph, "aws_x.r0").values == {"name": "end"}


@pytest.mark.parametrize(
    ("provider", "resource", "expected"),
    [
        ('tags = { a = "p", b = "p" }', 'tags = { b = "r" }', {"a": "p", "b": "r"}),
        ('tags = { a = "p" }', "", {"a": "p"}),
        ('tags = { a = "p" }', "tags = null", {"a": "p"}),
        ("tags = {}", 'tags = { b = "r" }', {"b": "r"}),
        ("tags = {}", "", None),
        (
            "tags = { a = var.unset }",
            "tags = {}",
            {"a": JUST_UNSET},
        ),
        ("tags = var.unset", "tags = {}", UNSET),
    ],
)
def test_tags_of_the_provider_are_in_tags_all(provider: str, resource: str, expected: Value) -> None:
    graph = a_graph(
        f'variable "unset" {{}}\nprovider "aws" {{\n  default_tags {{\n    {provider}\n  }}\n}}\n'
        f'resource "aws_x" "y" {{\n  {resource}\n}}\n'
    )

    assert get(graph, "aws_x.y").values.get("tags_all") == expected


def test_a_resource_has_the_tags_of_its_own_provider() -> None:
    graph = a_graph(
        'provider "aws" {}\n'
        'provider "aws" {\n  alias = "east"\n  default_tags {\n    tags = { where = "east" }\n  }\n}\n'
        'resource "aws_x" "y" {}\nresource "aws_x" "z" {\n  provider = aws.east\n}\n'
    )

    assert "tags_all" not in get(graph, "aws_x.y").values
    assert get(graph, "aws_x.z").values["tags_all"] == {"where": "east"}
    assert {item.provider for item in graph.resources} == {"registry.terraform.io/hashicorp/aws"}


POLICY_DOCUMENT = """
resource "aws_s3_bucket" "b" {}
data "aws_iam_policy_document" "base" {
  statement {
    sid       = "Base"
    actions   = ["s3:GetObject"]
    resources = ["*"]
  }
}
data "aws_iam_policy_document" "d" {
  source_policy_documents = [data.aws_iam_policy_document.base.json]
  statement {
    effect      = "Deny"
    not_actions = ["s3:a", "s3:b"]
    resources   = [%s]
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::123456789012:root"]
    }
    principals {
      type        = "Service"
      identifiers = ["a.amazonaws.com", "b.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:username"
      values   = ["&{aws:username}"]
    }
  }
}
resource "aws_s3_bucket_policy" "p" {
  policy = data.aws_iam_policy_document.d.json
}
"""


def a_document(resource: Value) -> dict[str, Value]:
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Sid": "Base", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"},
            {
                "Effect": "Deny",
                "NotAction": ["s3:a", "s3:b"],
                "Resource": resource,
                "Principal": {
                    "AWS": "arn:aws:iam::123456789012:root",
                    "Service": ["a.amazonaws.com", "b.amazonaws.com"],
                },
                "Condition": {"StringEquals": {"aws:username": "${aws:username}"}},
            },
        ],
    }


def test_a_policy_document_of_the_provider_is_computed() -> None:
    graph = a_graph(POLICY_DOCUMENT % '"arn:aws:s3:::b"')

    policy = get(graph, "aws_s3_bucket_policy.p").values["policy"]
    assert isinstance(policy, str)
    assert json.loads(policy) == a_document("arn:aws:s3:::b")


def test_a_policy_document_with_an_unknown_leaf_is_a_tree() -> None:
    graph = a_graph(POLICY_DOCUMENT % "aws_s3_bucket.b.arn")

    policy = get(graph, "aws_s3_bucket_policy.p")
    assert policy.values["policy"] == a_document(Unknown(detail="aws_s3_bucket.b.arn"))
    assert policy.references["policy"] == ("data.aws_iam_policy_document.d",)


@pytest.mark.parametrize("identifiers", ['["*"]', '["*", "x"]'])
def test_a_principal_of_any_type_is_everybody(identifiers: str) -> None:
    graph = a_graph(
        'data "aws_iam_policy_document" "d" {\n  statement {\n    principals {\n      type = "*"\n'
        f"      identifiers = {identifiers}\n    }}\n  }}\n}}\n"
        'resource "aws_x" "y" {\n  policy = data.aws_iam_policy_document.d.json\n}\n'
    )

    policy = get(graph, "aws_x.y").values["policy"]
    assert isinstance(policy, str)
    assert json.loads(policy)["Statement"] == [{"Effect": "Allow", "Principal": "*"}]


def test_statements_with_the_same_sid_are_overridden_where_the_first_stands() -> None:
    statement = 'statement {\n    sid = "%s"\n    actions = ["s3:%s"]\n  }\n'
    graph = a_graph(
        f'data "aws_iam_policy_document" "base" {{\n  {statement % ("A", "Base")}  {statement % ("B", "Base")}}}\n'
        f'data "aws_iam_policy_document" "over" {{\n  {statement % ("B", "Over")}}}\n'
        'data "aws_iam_policy_document" "d" {\n'
        "  source_policy_documents = [data.aws_iam_policy_document.base.json]\n"
        "  override_policy_documents = [data.aws_iam_policy_document.over.json]\n"
        f"  {statement % ('A', 'Own')}  {statement % ('C', 'Own')}}}\n"
        'resource "aws_x" "y" {\n  policy = data.aws_iam_policy_document.d.json\n}\n'
    )

    policy = get(graph, "aws_x.y").values["policy"]
    assert isinstance(policy, str)
    assert [(item["Sid"], item["Action"]) for item in json.loads(policy)["Statement"]] == [
        ("A", "s3:Own"),
        ("B", "s3:Over"),
        ("C", "s3:Own"),
    ]


def test_a_policy_document_whose_statements_are_unknown_is_unknown() -> None:
    graph = a_graph(
        'variable "unset" {}\ndata "aws_iam_policy_document" "d" {\n  dynamic "statement" {\n    for_each = var.unset\n'
        '    content {}\n  }\n}\nresource "aws_x" "y" {\n  policy = data.aws_iam_policy_document.d.json\n}\n'
    )

    assert get(graph, "aws_x.y").values["policy"] == UNSET


def test_data_sources_are_in_the_graph_and_known_when_planned() -> None:
    graph = a_graph('data "aws_region" "r" {}\nresource "aws_x" "y" {\n  region = data.aws_region.r.name\n}\n')

    assert get(graph, "data.aws_region.r").mode == "data"
    assert get(graph, "aws_x.y").values["region"] == Unknown(detail="data.aws_region.r.name")
    assert graph.of_type("aws_region") == ()


def test_an_unreadable_file_is_an_error_or_skipped() -> None:
    files = {"infra/bad.tf": b"resource {", "infra/main.tf": b'resource "aws_x" "y" {}\n'}

    with pytest.raises(InvalidError) as error:
        read_source(files, {}, frozenset())
    graph = read_source_tolerantly(files, {}, frozenset())

    assert error.value.code == "source-unparsable"
    assert [item.address for item in graph.resources] == ["aws_x.y"]
    assert not graph.complete
    assert graph.skipped[0].subject == "infra/bad.tf"
    assert "infra/bad.tf:1" in graph.skipped[0].why


@pytest.mark.parametrize(
    "text",
    [
        'locals {\n  a = local.a\n}\nresource "aws_x" "y" {\n  a = local.a\n}\n',
        'resource "aws_x" "y" {\n  count = 20000\n}\n',
        'variable "v" {\n  type = number\n  default = "x"\n}\n',
    ],
)
def test_a_folder_that_cannot_be_evaluated_is_skipped_alone(text: str) -> None:
    files = {"bad/main.tf": text.encode(), "good/main.tf": b'resource "aws_x" "z" {}\n'}

    graph = read_source_tolerantly(files, {}, frozenset())

    assert [item.name for item in graph.resources] == ["z"]
    assert [item.subject for item in graph.skipped] == ["bad"]
    assert not graph.complete


def test_resources_of_other_stacks_have_addresses_of_their_own() -> None:
    text = (
        'resource "aws_s3_bucket" "b" {}\nresource "aws_s3_bucket_versioning" "v" {\n  bucket = aws_s3_bucket.b.id\n}\n'
    )
    files = {"dev/main.tf": text.encode(), "prod/main.tf": text.encode()}

    graph = read_source_tolerantly(files, {}, frozenset())

    assert [item.address for item in graph.resources] == [
        "aws_s3_bucket.b",
        "aws_s3_bucket_versioning.v",
        "prod//aws_s3_bucket.b",
        "prod//aws_s3_bucket_versioning.v",
    ]
    assert graph.resources[3].references == {"bucket": ("prod//aws_s3_bucket.b",)}
    assert graph.resources[3].name == "v"


def test_a_strict_reading_is_of_one_root_module_and_names_the_others() -> None:
    files = {"infra/main.tf": b'resource "aws_x" "y" {}\n', "infra/other/main.tf": b"not read ("}

    graph = read_source(files, {}, frozenset())

    assert [item.address for item in graph.resources] == ["aws_x.y"]
    assert [item.subject for item in graph.skipped] == ["infra/other"]
    assert graph.complete


def test_nothing_to_read_is_an_empty_graph() -> None:
    for read in (read_source, read_source_tolerantly):
        graph = read({"README.md": b"#"}, {}, frozenset())

        assert graph == ResourceGraph(GraphFormat.TERRAFORM_SOURCE, ())


def test_blocks_of_terraform_itself_are_no_error_and_hide_nothing() -> None:
    source = b"""
terraform {
  required_version = ">= 1.11"
  cloud {
    organization = "acme"
  }
}

moved {
  from = aws_db_instance.old
  to   = aws_db_instance.d
}

import {
  to = aws_db_instance.d
  id = "orders"
}

removed {
  from = aws_db_instance.gone
  lifecycle {
    destroy = false
  }
}

check "up" {
  assert {
    condition     = aws_db_instance.d.id != ""
    error_message = "no database"
  }
}

ephemeral "aws_secretsmanager_secret_version" "s" {
  secret_id = "orders"
}

variable "token" {
  type      = string
  ephemeral = true
  default   = null
}

resource "aws_db_instance" "d" {
  password_wo         = ephemeral.aws_secretsmanager_secret_version.s.secret_string
  password_wo_version = 1
  name                = provider::aws::trim_iam_role_path("arn:aws:iam::1:role/a")
  lifecycle {
    precondition {
      condition     = true
      error_message = "never"
    }
  }
}
"""

    graph = read_source({"main.tf": source}, {}, frozenset())

    assert graph.complete
    assert graph.skipped == ()
    (database,) = graph.resources
    assert database.values["password_wo_version"] == 1
    # Set, and not known: nothing of it is guessed.
    assert isinstance(database.values["password_wo"], Unknown)
    assert isinstance(database.values["name"], Unknown)
