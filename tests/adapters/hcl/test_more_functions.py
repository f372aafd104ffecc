"""Functions as Terraform itself evaluates them, and those whose result is not known because it might be another."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from pavior.adapters.hcl.module import Module, Secret, read_module
from pavior.kernel.errors import InvalidError
from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import Unknown


@pytest.fixture
def folder(root: Path) -> Path:
    return root / "tests" / "recordings" / "terraform-1.11.4" / "functions"


def the_module(text: str) -> Module:
    return read_module({"main.tf": text.encode()}, {}, frozenset())


def the_value(expression: str) -> Any:
    return the_module(f'output "o" {{\n  value = {expression}\n}}\n').output("o", lambda _: None)


def test_every_output_has_the_value_that_terraform_gives_it(folder: Path) -> None:
    module = the_module((folder / "main.tf").read_text("utf-8"))
    outputs = json.loads((folder / "plan.json").read_text("utf-8"))["planned_values"]["outputs"]

    assert len(outputs) > 20
    assert outputs.keys() == module.outputs.keys()
    for name, output in outputs.items():
        found = module.output(name, lambda _: None)
        assert json.dumps(found, sort_keys=True) == json.dumps(output["value"], sort_keys=True), name


@pytest.mark.parametrize(
    "expression",
    [
        'regex("(a+)+$", "aaaa")',
        'regex("(a|aa)+$", "aaaa")',
        'regex("(a?){20}", "aaaa")',
        'regex("\\\\pL", "a")',
        'regex("[[:alpha:]]", "a")',
        'regex("(?i)é", "é")',
        'regex("(?i)k", "é")',
        'regex(".*.*.*.*x", "%s")' % ("a" * 200),
        'regex("a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?aaaa", "aaaa")',
        'cidrsubnet("10.0.0.0/16", 8, -1)',
        "pow(2, 0.5)",
        "pow(10, 40)",
        'parseint("A", 62)',
        'yamldecode("a: yes")',
        'yamldecode("a: 0o17")',
        'yamldecode("a: 2020-01-01")',
        'yamldecode("a: &x [1]\\nb: *x")',
        'yamldecode("a: !mine 1")',
        'yamldecode("1: a")',
        'strrev("é")',
        "timestamp()",
        "uuid()",
        'provider::aws::arn_parse("arn:aws:iam::1:role/a")',
    ],
)
def test_what_might_be_another_value_is_not_known(expression: str) -> None:
    found = the_value(expression)

    assert isinstance(found, Unknown)
    assert found.reason is UnknownReason.NOT_EVALUATED


@pytest.mark.parametrize(
    "expression",
    [
        'regex("a", "b")',
        'regex("(", "b")',
        'regex("a**", "b")',
        'regex("(?<=a)b", "ab")',
        'regex("(a)\\\\1", "aa")',
        'regex("(?P<x>a)(b)", "ab")',
        'regex("a)", "a")',
        'regex("[a", "a")',
        'cidrsubnet("10.0.0.0/16", 4, 16)',
        'cidrsubnet("10.0.0.0/30", 4, 0)',
        'cidrhost("10.0.0.0/30", 4)',
        'cidrnetmask("fd00::/8")',
        'cidrsubnets("10.0.0.0/30", 1, 1, 1)',
        'cidrhost("10.0.0.1", 1)',
        'cidrhost("orders", 1)',
        'parseint("12a", 10)',
        'parseint("1", 1)',
        "log(0, 10)",
        'index(["a"], "b")',
        'formatlist("%s", ["a"], ["b", "c"])',
        'csvdecode("a,a\\n1,2")',
        'csvdecode("")',
        'yamldecode("a: [")',
        'yamldecode("a\\n---\\nb")',
        'chunklist(["a"], -1)',
        'matchkeys(["a"], [], ["a"])',
    ],
)
def test_what_terraform_refuses_is_refused(expression: str) -> None:
    assert the_value(f'try({expression}, "refused")') == "refused"


def test_no_pattern_takes_long() -> None:
    before = time.process_time()

    for pattern in (r"^(\\w+)@(\\w+)\\.com$", "a*a*a*b", "(x+x+)+y", "(.*)(.*)(.*)=$", "^(([a-z])+.)+[A-Z]([a-z])+$"):
        the_value(f'try(regex("{pattern}", "{"a" * 5000}"), 0)')

    assert time.process_time() - before < 10


def test_yaml_without_end_ends() -> None:
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\\n" + "".join(
        f"{name}: &{name} [{','.join(['*' + before] * 9)}]\\n"
        for before, name in zip("abcdefg", "bcdefgh", strict=True)
    )

    for text in (bomb, "[" * 5000, "- " * 5000, "{a: " * 5000):
        try:
            found = the_value(f'try(yamldecode("{text}"), 0)')
        except InvalidError as error:
            assert error.code == "source-too-complex"  # noqa: PT017 - either way is an end
        else:
            assert found == 0 or isinstance(found, Unknown)


def test_what_is_made_of_a_secret_stays_one() -> None:
    secret = 'variable "s" {\n  default = "a-1"\n  sensitive = true\n}\n'
    for expression in ('regex("[a-z]", var.s)', 'replace(var.s, "/a/", "b")', "yamldecode(var.s)", "strrev(var.s)"):
        found = the_module(f'{secret}output "o" {{\n  value = {expression}\n}}\n').output("o", lambda _: None)
        assert isinstance(found, Secret)


# What Terraform 1.11.4 gives, and what it refuses.
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('tobool("1")', True),
        ('tobool("0")', False),
        ('"1" ? "x" : "y"', "x"),
        ('try(tobool("True"), "refused")', "refused"),
        ('try(tobool(1), "refused")', "refused"),
    ],
)
def test_a_text_is_a_yes_or_no_as_terraform_takes_it(expression: str, expected: object) -> None:
    assert the_value(expression) is expected or the_value(expression) == expected
