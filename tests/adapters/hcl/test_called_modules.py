"""Modules that a module calls."""

import pytest

from pavior.adapters.hcl.module import Module, knows_nothing, read_module
from pavior.kernel.errors import InvalidError
from pavior.resources.model import Skipped, Unknown


def a_module(text: str = "", *, is_strict: bool = True, **files: str) -> Module:
    """Of `infra/main.tf` and others, whose names have `__` for a slash and `_tf` for `.tf`."""
    named = {name.replace("__", "/").replace("_tf", ".tf"): body.encode() for name, body in files.items()}
    return read_module({"infra/main.tf": text.encode(), **named}, {}, frozenset(), is_strict=is_strict)


def addresses(module: Module) -> list[str]:
    return [resource.address for resource in module.resources]


def test_a_called_module_has_its_own_names_and_gives_its_outputs() -> None:
    module = a_module(
        'module "part" {\n  source = "./modules/part"\n  bucket = aws_s3_bucket.b.id\n}\n'
        'resource "aws_s3_bucket" "b" {}\n'
        'resource "aws_z" "z" {\n  key = module.part.key_arn\n  depends_on = [module.part]\n}\n',
        infra__modules__part__main_tf='variable "bucket" {}\nlocals {\n  here = path.module\n}\n'
        'resource "aws_kms_key" "k" {\n  description = "${var.bucket} ${local.here}"\n}\n'
        'output "key_arn" {\n  value = aws_kms_key.k.arn\n}\n',
    )
    bucket, user, key = module.resources

    assert key.address == "module.part.aws_kms_key.k"
    assert key.references == {"description": ("aws_s3_bucket.b",)}
    assert user.references == {"key": ("module.part.aws_kms_key.k",)}
    assert user.dependencies == ("module.part.aws_kms_key.k",)
    known = {bucket.address: {"id": "bid"}, key.address: {"arn": "karn"}}
    assert module.values(key, known.get) == {"description": "bid modules/part"}
    assert module.values(user, known.get) == {"key": "karn"}


def test_a_module_called_in_a_loop_has_instances_of_its_resources() -> None:
    module = a_module(
        'module "part" {\n  source = "./part"\n  for_each = { a = 1, b = 2 }\n  size = each.value\n}\n'
        'output "sizes" {\n  value = [for key, item in module.part : "${key}${item.size}"]\n}\n',
        infra__part__main_tf='variable "size" {}\nresource "aws_x" "y" {\n  count = 1\n  size = var.size\n}\n'
        'output "size" {\n  value = var.size\n}\n',
    )

    assert addresses(module) == ['module.part["a"].aws_x.y[0]', 'module.part["b"].aws_x.y[0]']
    assert [module.values(item, knows_nothing) for item in module.resources] == [{"size": 1}, {"size": 2}]
    assert module.output("sizes", knows_nothing) == ["a1", "b2"]


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ('"terraform-aws-modules/s3-bucket/aws"', "not a folder of this checkout"),
        ('"git::https://example.com/x.git"', "not a folder of this checkout"),
        ('"../outside"', "no Terraform files"),
        ('"../../../outside"', "no Terraform files"),
        ("var.x", "no source"),
        ('"./"', "calls itself"),
    ],
)
def test_a_module_that_cannot_be_read_is_told_and_its_outputs_are_unknown(source: str, why: str) -> None:
    module = a_module(f'module "m" {{\n  source = {source}\n}}\noutput "o" {{\n  value = module.m.x\n}}\n')

    assert not module.complete
    assert module.skipped[0].subject == "module.m"
    assert why in module.skipped[0].why
    value = module.output("o", knows_nothing)
    assert isinstance(value, Unknown)
    assert "module.m was not read" in value.detail


def test_modules_that_call_each_other_end() -> None:
    module = a_module(
        'module "a" {\n  source = "./a"\n}\n',
        infra__a__main_tf='module "b" {\n  source = "../a"\n}\nresource "aws_x" "y" {}\n',
    )

    assert addresses(module) == ["module.a.aws_x.y"]
    assert module.skipped == (Skipped("module.a.module.b", "it calls itself"),)


def test_the_root_module_is_the_shallowest_folder_that_no_module_calls() -> None:
    files = {
        "a/network/main.tf": b'resource "aws_x" "called" {}\n',
        "b/main.tf": b'module "n" {\n  source = "../a/network"\n}\n',
        "b/readme.md": b"",
        "c/d/main.tf": b'resource "aws_x" "other" {}\n',
    }

    module = read_module(files, {}, frozenset())

    assert module.folder == "b"
    assert addresses(module) == ["module.n.aws_x.called"]


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("git::https://mara:hunter2@git.example.org/m.git?ref=v1", "git::https://***@git.example.org/m.git?ref=v1"),
        ("git::https://hunter2@git.example.org/m.git", "git::https://***@git.example.org/m.git"),
        ("https://example.org/m.zip?token=hunter2&ref=v1", "https://example.org/m.zip?token=***&ref=v1"),
        ("git::ssh://git@git.example.org/m.git", "git::ssh://git@git.example.org/m.git"),
        ("git::ssh://git:hunter2@git.example.org/m.git", "git::ssh://***@git.example.org/m.git"),
        ("terraform-aws-modules/vpc/aws", "terraform-aws-modules/vpc/aws"),
    ],
)
def test_what_signs_in_at_the_source_of_a_module_is_not_told(source: str, shown: str) -> None:
    module = a_module(f'module "m" {{\n  source = "{source}"\n}}\n', is_strict=False)

    (skipped,) = module.skipped
    assert skipped.why == f"its source '{shown}' is not a folder of this checkout"


@pytest.mark.parametrize(
    "text", ['db = "abc" hunter2', "db = hunter2 hunter3", "db = [hunter2", "hunter2", 'hunter2 "hunter3" {}']
)
def test_a_file_of_values_that_does_not_parse_is_told_without_a_word_of_it(text: str) -> None:
    files = {"main.tf": b'variable "db" {}\n', "terraform.tfvars": text.encode()}

    with pytest.raises(InvalidError) as caught:
        read_module(files, {}, frozenset())

    assert "terraform.tfvars:1" in caught.value.summary
    assert "hunter" not in caught.value.summary
