"""Root modules: instances, references, called modules, and what is told when something cannot be read."""

import pytest

from pavior.adapters.hcl.module import Lifecycle, Module, knows_nothing, read_module
from pavior.kernel.errors import InvalidError
from pavior.kernel.verdicts import Position
from pavior.resources.model import Unknown


def a_module(text: str = "", *, is_strict: bool = True, **files: str) -> Module:
    """Of `infra/main.tf` and others, whose names have `__` for a slash and `_tf` for `.tf`."""
    named = {name.replace("__", "/").replace("_tf", ".tf"): body.encode() for name, body in files.items()}
    return read_module({"infra/main.tf": text.encode(), **named}, {}, frozenset(), is_strict=is_strict)


def addresses(module: Module) -> list[str]:
    return [resource.address for resource in module.resources]


def test_count_gives_instances_with_numbers() -> None:
    module = a_module('resource "aws_x" "y" {\n  count = 3\n  name = "n${count.index}"\n}\n')

    assert addresses(module) == ["aws_x.y[0]", "aws_x.y[1]", "aws_x.y[2]"]
    assert [module.values(item, knows_nothing) for item in module.resources] == [
        {"name": f"n{index}"} for index in range(3)
    ]
    assert [(item.has_count, item.has_for_each, item.key) for item in module.resources][1] == (True, False, 1)


def test_for_each_gives_instances_with_keys_in_their_order() -> None:
    module = a_module(
        'resource "aws_x" "y" {\n  for_each = { b = 1, "a\\"c" = 2 }\n  k = each.key\n  v = each.value\n}\n'
    )

    assert addresses(module) == ['aws_x.y["a\\"c"]', 'aws_x.y["b"]']
    assert [module.values(item, knows_nothing) for item in module.resources] == [
        {"k": 'a"c', "v": 2},
        {"k": "b", "v": 1},
    ]


def test_no_instance_is_no_resource_and_nothing_is_skipped() -> None:
    module = a_module('resource "aws_x" "y" {\n  count = 0\n}\nresource "aws_x" "z" {\n  for_each = {}\n}\n')

    assert module.resources == ()
    assert module.complete
    assert module.skipped == ()


@pytest.mark.parametrize(
    ("repetition", "why"),
    [
        ("count = var.unset", "var.unset has no value"),
        ("count = aws_x.other.size", "aws_x.other.size"),
        ("count = -1", "no whole number"),
        ("count = 1.5", "no whole number"),
        ("count = var.secret", "sensitive"),
        ("for_each = var.unset", "var.unset has no value"),
        ('for_each = ["a"]', "must be a map or a set"),
        ("for_each = aws_x.other", "aws_x.other"),
        ("for_each = toset([aws_x.other.id])", "aws_x.other.id"),
        ("for_each = var.secret", "sensitive"),
    ],
)
@pytest.mark.parametrize("is_strict", [True, False])
def test_instances_that_cannot_be_counted_are_skipped_and_told(repetition: str, why: str, *, is_strict: bool) -> None:
    module = a_module(
        'variable "unset" {}\nvariable "secret" {\n  sensitive = true\n  default = 1\n}\n'
        f'resource "aws_x" "other" {{}}\nresource "aws_x" "y" {{\n  {repetition}\n}}\n',
        is_strict=is_strict,
    )

    assert addresses(module) == ["aws_x.other"]
    assert not module.complete
    (skipped,) = module.skipped
    assert skipped.subject == "aws_x.y"
    assert why in skipped.why


def test_what_is_asked_of_instances_that_cannot_be_counted_is_unknown() -> None:
    module = a_module(
        'variable "unset" {}\nresource "aws_x" "y" {\n  count = var.unset\n}\n'
        'output "o" {\n  value = aws_x.y[0].id\n}\n'
    )

    value = module.output("o", knows_nothing)

    assert isinstance(value, Unknown)
    assert "how many aws_x.y" in value.detail


def test_a_loop_through_another_loops_instances_has_the_same_keys() -> None:
    module = a_module(
        'resource "aws_x" "a" {\n  for_each = toset(["p", "q"])\n}\n'
        'resource "aws_y" "b" {\n  for_each = aws_x.a\n  bucket = each.value.id\n}\n'
    )
    second = module.resources[3]

    assert second.address == 'aws_y.b["q"]'
    assert second.references == {"bucket": ('aws_x.a["q"]',)}
    known = {'aws_x.a["q"]': {"id": "the id"}}
    assert module.values(second, known.get) == {"bucket": "the id"}


def test_references_name_what_an_expression_leads_to_also_through_locals() -> None:
    module = a_module(
        "locals {\n  bucket = aws_s3_bucket.b.id\n  both = [local.bucket, data.aws_region.r.name]\n}\n"
        'data "aws_region" "r" {}\nresource "aws_s3_bucket" "b" {}\n'
        'resource "aws_z" "z" {\n'
        "  bucket = local.bucket\n  both = local.both\n  plain = 1\n"
        '  text = "${[for b in [1] : aws_s3_bucket.b.arn][0]}"\n'
        "  shadowed = [for aws_s3_bucket in [{ b = 1 }] : aws_s3_bucket.b]\n"
        "  rule {\n    inner {\n      key = aws_s3_bucket.b.arn\n    }\n  }\n}\n"
    )
    resource = module.resources[1]

    assert resource.references == {
        "bucket": ("aws_s3_bucket.b",),
        "both": ("aws_s3_bucket.b", "data.aws_region.r"),
        "text": ("aws_s3_bucket.b",),
        "rule.0.inner.0.key": ("aws_s3_bucket.b",),
    }
    assert resource.dependencies == ("aws_s3_bucket.b", "data.aws_region.r")


def test_a_reference_with_an_index_names_one_instance() -> None:
    module = a_module(
        'resource "aws_x" "a" {\n  count = 3\n}\n'
        'resource "aws_y" "b" {\n  count = 2\n  one = aws_x.a[1].id\n  same = aws_x.a[count.index].id\n'
        "  all = aws_x.a[*].id\n}\n"
    )
    second = module.resources[4]

    assert second.address == "aws_y.b[1]"
    assert second.references == {
        "one": ("aws_x.a[1]",),
        "same": ("aws_x.a[1]",),
        "all": ("aws_x.a[0]", "aws_x.a[1]", "aws_x.a[2]"),
    }


def test_depends_on_count_and_for_each_are_dependencies() -> None:
    module = a_module(
        'data "aws_x" "d" {}\nresource "aws_x" "a" {}\nresource "aws_x" "b" {}\n'
        'resource "aws_y" "y" {\n  depends_on = [aws_x.a, data.aws_x.d]\n  count = length([aws_x.b.id])\n}\n'
    )

    assert module.resources[2].dependencies == ("aws_x.a", "data.aws_x.d", "aws_x.b")
    assert module.resources[2].references == {}


def test_dynamic_blocks_are_written_out() -> None:
    module = a_module(
        'resource "aws_security_group" "s" {\n'
        '  dynamic "ingress" {\n    for_each = [80, 443]\n'
        "    content {\n      from_port = ingress.value\n      n = ingress.key\n    }\n  }\n"
        '  dynamic "egress" {\n    for_each = { a = 1 }\n    iterator = it\n'
        "    content {\n      description = it.key\n    }\n  }\n"
        '  egress {\n    description = "fixed"\n  }\n}\n'
    )

    assert module.values(module.resources[0], knows_nothing) == {
        "ingress": [{"from_port": 80, "n": 0}, {"from_port": 443, "n": 1}],
        "egress": [{"description": "a"}, {"description": "fixed"}],
    }


def test_a_dynamic_block_through_something_unknown_is_unknown_as_a_whole() -> None:
    module = a_module(
        'variable "unset" {}\nresource "aws_x" "s" {\n'
        '  dynamic "rule" {\n    for_each = var.unset\n    content {}\n  }\n  rule {}\n}\n'
    )

    value = module.values(module.resources[0], knows_nothing)["rule"]

    assert isinstance(value, Unknown)
    assert value.detail == "var.unset has no value"


def test_every_attribute_has_its_place_also_inside_of_blocks_and_documents() -> None:
    module = a_module(
        'resource "aws_x" "y" {\n'
        "  rule {\n"
        "    inner {\n"
        '      a = "x"\n'
        "    }\n"
        "  }\n"
        "  policy = jsonencode({\n"
        "    Statement = [\n"
        "      {\n"
        '        Action = "*"\n'
        "      },\n"
        "    ]\n"
        "  })\n"
        "  count = 1\n"
        "}\n"
    )
    lines = {path: place.line for path, place in module.resources[0].attribute_positions.items()}

    assert lines == {
        "policy": 7,
        "policy.Statement": 8,
        "policy.Statement.0": 9,
        "policy.Statement.0.Action": 10,
        "rule": 2,
        "rule.0": 2,
        "rule.0.inner": 3,
        "rule.0.inner.0": 3,
        "rule.0.inner.0.a": 4,
    }
    assert module.resources[0].attribute_positions["policy"] == Position("infra/main.tf", 7, 13, 3)


def test_what_is_meant_for_terraform_is_no_value() -> None:
    module = a_module(
        'resource "aws_x" "a" {}\nresource "aws_x" "y" {\n'
        "  name = 1\n  count = 1\n  provider = aws.east\n  depends_on = [aws_x.a]\n"
        "  lifecycle {\n    create_before_destroy = true\n    prevent_destroy = true\n"
        '    ignore_changes = [tags["a"], name]\n    precondition {}\n    replace_triggered_by = [aws_x.a]\n  }\n'
        '  provisioner "local-exec" {\n    command = "true"\n  }\n  connection {}\n}\n'
        'provider "aws" {\n  alias = "east"\n  region = "us-east-1"\n}\n'
    )
    resource = module.resources[1]

    assert module.values(resource, knows_nothing) == {"name": 1}
    assert resource.provider == "aws.east"
    assert module.resources[0].provider == "aws"
    assert resource.lifecycle == Lifecycle(
        create_before_destroy=True,
        prevent_destroy=True,
        ignore_changes=('tags["a"]', "name"),
        others=("replace_triggered_by", "precondition"),
    )
    assert resource.provisioners == ("local-exec",)
    assert module.provider_values(module.providers[0]) == {"alias": "east", "region": "us-east-1"}


@pytest.mark.parametrize(
    "locals_text",
    [
        "a = local.a",
        "a = local.b\n  b = local.c\n  c = local.a",
        "a = { x = [local.b] }\n  b = upper(local.a.x[0])",
    ],
)
def test_a_value_that_refers_to_itself_is_refused(locals_text: str) -> None:
    module = a_module(f'locals {{\n  {locals_text}\n}}\noutput "o" {{\n  value = local.a\n}}\n')

    with pytest.raises(InvalidError) as error:
        module.output("o", knows_nothing)

    assert error.value.code == "source-cyclic"
    assert "local.a -> " in error.value.summary


def test_a_count_that_depends_on_itself_is_refused() -> None:
    with pytest.raises(InvalidError) as error:
        a_module('resource "aws_x" "y" {\n  count = length(aws_x.y)\n}\n')

    assert error.value.code == "source-cyclic"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('resource "aws_x" "y" {}\nresource "aws_x" "y" {}\n', "aws_x.y is declared twice"),
        ('resource "aws_x" {}\n', "has 2 labels"),
        ('variable "a" {}\nvariable "a" {}\n', "variable a is declared twice"),
        ('variable "a" {\n  type = strin\n}\n', "none that Terraform has"),
        ("locals {\n  a = 1\n}\nlocals {\n  a = 2\n}\n", "local.a is declared twice"),
        ('output "o" {}\n', "has no value"),
        ("a = 1\n", "outside of a block"),
        ('resource "aws_x" "y" {\n  count = 1\n  for_each = {}\n}\n', "both count and for_each"),
        ('module "a" "b" {}\n', "has 1 labels"),
    ],
)
def test_what_terraform_would_refuse_is_an_error_with_its_line_or_skipped(text: str, problem: str) -> None:
    with pytest.raises(InvalidError) as error:
        a_module("\n" + text)
    module = a_module("\n" + text, is_strict=False)

    assert error.value.code == "source-invalid"
    assert problem in error.value.summary
    assert "infra/main.tf:" in error.value.summary
    assert not module.complete
    assert problem in module.skipped[0].why


@pytest.mark.parametrize(
    "name",
    ["infra/x.tofu", "infra/x.tofu.json"],
)
@pytest.mark.parametrize("is_strict", [True, False])
def test_a_kind_of_file_that_is_not_read_is_told(name: str, *, is_strict: bool) -> None:
    module = read_module({"infra/main.tf": b"", name: b"{}"}, {}, frozenset(), is_strict=is_strict)

    assert [item.subject for item in module.skipped] == [name]
    assert not module.complete


def test_what_a_module_requires_of_engines_is_there() -> None:
    module = a_module(
        'terraform {\n  backend "s3" {}\n  cloud {}\n  required_providers {\n'
        '    aws = {\n      source = "hashicorp/aws"\n      version = "~> 5.0"\n    }\n    null = "~> 3"\n  }\n}\n'
        "moved {\n  from = aws_x.a\n  to = aws_x.b\n}\n"
    )

    assert [block.type for block in module.backends] == ["backend", "cloud"]
    assert [block.type for block in module.others] == ["moved"]
    assert {name: (item.source, item.version) for name, item in module.required_providers.items()} == {
        "aws": ("hashicorp/aws", "~> 5.0"),
        "null": ("hashicorp/null", "~> 3"),
    }


def test_files_are_read_only_from_the_root_modules_folder() -> None:
    files = {
        "infra/main.tf": b'output "a" {\n  value = file("${path.module}/x.txt")\n}\n'
        b'output "b" {\n  value = file("../secret.txt")\n}\n',
        "infra/x.txt": b"inside",
        "secret.txt": b"outside",
    }

    module = read_module(files, {}, frozenset())

    assert module.output("a", knows_nothing) == "inside"
    assert isinstance(module.output("b", knows_nothing), Unknown)
