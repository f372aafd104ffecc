"""What is known, what is not and why, and what stays hidden."""

import json
from typing import Any

import pytest

from pavior.adapters.hcl.module import Module, Secret, knows_nothing, read_module
from pavior.kernel.errors import InvalidError
from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import Unknown

AFTER_APPLY, NOT_EVALUATED = UnknownReason.KNOWN_AFTER_APPLY, UnknownReason.NOT_EVALUATED
SECRET = "hunter2hunter2"


def a_module(text: str, sensitive: frozenset[str] = frozenset(), **variables: str) -> Module:
    return read_module({"infra/main.tf": text.encode()}, variables, sensitive)


def value_of(expression: str, known: dict[str, dict[str, Any]] | None = None) -> Any:
    """The value of `aws_x.y.value` in a module with an unset variable, a secret one and other resources."""
    module = a_module(
        'variable "unset" {}\nvariable "secret" {\n  type = string\n}\n'
        'resource "aws_kms_key" "k" {}\nresource "aws_kms_key" "many" {\n  count = 2\n}\n'
        f'resource "aws_x" "y" {{\n  value = {expression}\n}}\n',
        frozenset(("secret",)),
        secret=SECRET,
    )
    block = next(item for item in module.resources if item.type == "aws_x")
    return module.values(block, (known or {}).get)["value"]


@pytest.mark.parametrize(
    ("expression", "reason", "detail"),
    [
        ("aws_kms_key.k.arn", AFTER_APPLY, "aws_kms_key.k.arn"),
        ("aws_kms_key.many[1].arn", AFTER_APPLY, "aws_kms_key.many[1].arn"),
        ('"x${aws_kms_key.k.arn}"', AFTER_APPLY, "aws_kms_key.k.arn"),
        ("upper(aws_kms_key.k.arn)", AFTER_APPLY, "aws_kms_key.k.arn"),
        ("aws_kms_key.k", AFTER_APPLY, "aws_kms_key.k"),
        ("keys(aws_kms_key.k)", AFTER_APPLY, "aws_kms_key.k"),
        ("jsonencode(aws_kms_key.k)", AFTER_APPLY, "aws_kms_key.k"),
        ("aws_kms_key.many == []", AFTER_APPLY, "aws_kms_key.many[0]"),
        ("[for x in aws_kms_key.k : x]", AFTER_APPLY, "aws_kms_key.k"),
        ("var.unset", NOT_EVALUATED, "var.unset has no value"),
        ("var.unset[0].x", NOT_EVALUATED, "var.unset has no value"),
        ('var.unset ? "a" : "b"', NOT_EVALUATED, "var.unset has no value"),
        ('"${aws_kms_key.k.arn}${var.unset}"', NOT_EVALUATED, "var.unset has no value"),
        ("var.missing", NOT_EVALUATED, "there is no variable 'missing'"),
        ("local.missing", NOT_EVALUATED, "there is no local 'missing'"),
        ("aws_kms_key.missing.arn", NOT_EVALUATED, "there is no aws_kms_key.missing"),
        ("data.aws_region.missing.name", NOT_EVALUATED, "there is no data.aws_region.missing"),
        ("module.missing.x", NOT_EVALUATED, "there is no module.missing"),
        ("aws_kms_key.many[7].arn", NOT_EVALUATED, "no instance"),
        ("uuid()", NOT_EVALUATED, "the function uuid is not supported"),
        ("provider::aws::arn_parse(1)", NOT_EVALUATED, "is not supported"),
        ("can(uuid())", NOT_EVALUATED, "is not supported"),
        ('try(uuid(), "never")', NOT_EVALUATED, "is not supported"),
        ('replace("a", "/(a+)+/", "b")', NOT_EVALUATED, "a repeat or a choice"),
        ("terraform.workspace", NOT_EVALUATED, "terraform.workspace"),
        ("each.key", NOT_EVALUATED, "without for_each"),
        ("count.index", NOT_EVALUATED, "without count"),
        ("1 / 0", NOT_EVALUATED, "divided by zero"),
        ('1 + "x"', NOT_EVALUATED, "not a number"),
        ("[1][5]", NOT_EVALUATED, "no element 5"),
        ("{ a = 1 }.b", NOT_EVALUATED, "no 'b'"),
        ("upper([])", NOT_EVALUATED, "cannot become text"),
        ("upper()", NOT_EVALUATED, "0 arguments"),
        ('file("/etc/passwd")', NOT_EVALUATED, "no such file"),
        ('file("../secrets.txt")', NOT_EVALUATED, "no such file"),
        ('file("missing.txt")', NOT_EVALUATED, "no such file"),
        ("null.x", NOT_EVALUATED, "null"),
    ],
)
def test_what_cannot_be_known_says_why(expression: str, reason: UnknownReason, detail: str) -> None:
    value = value_of(expression)

    assert isinstance(value, Unknown), value
    assert value.reason is reason
    assert detail in value.detail


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("[aws_kms_key.k.arn, 1][1]", 1),
        ("{ a = aws_kms_key.k.arn, b = 2 }.b", 2),
        ("merge({ a = aws_kms_key.k.arn }, { a = 3 })", {"a": 3}),
        ("length([aws_kms_key.k.arn, var.unset])", 2),
        ("concat([aws_kms_key.k.arn], [4])[1]", 4),
        ('lookup({ a = var.unset, b = 5 }, "b", 0)', 5),
        ("false && var.unset", False),
        ("var.unset || true", True),
        ("var.unset ? 6 : 6", 6),
        ('coalesce("", "seven", aws_kms_key.k.arn)', "seven"),
        ('try(local.missing, "eight")', "eight"),
        ("length(aws_kms_key.many)", 2),
    ],
)
def test_an_unknown_part_does_not_hide_what_does_not_depend_on_it(expression: str, expected: object) -> None:
    assert value_of(expression) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('true ? "a" : true ? "b" : "c"', "a"),
        ('false ? "a" : true ? "b" : "c"', "b"),
        ('false ? "a" : false ? "b" : "c"', "c"),
        ('true ? false ? "a" : "b" : "c"', "b"),
    ],
)
def test_the_first_condition_that_holds_decides(expression: str, expected: str) -> None:
    assert value_of(expression) == expected


def test_values_follow_what_becomes_known_of_other_resources() -> None:
    module = a_module(
        "locals {\n  inner = aws_x.other.id\n  outer = local.inner\n}\n"
        'resource "aws_x" "other" {}\nresource "aws_x" "y" {\n  a = local.inner\n  b = local.outer\n}\n'
    )
    resource = module.resources[1]

    for identity in ("first", "second"):
        known = {"aws_x.other": {"id": identity}}
        assert module.values(resource, known.get) == {"a": identity, "b": identity}


def test_one_wrong_part_leaves_the_others_known() -> None:
    value = value_of("{ good = 1, bad = upper([]), list = [2, 1 / 0] }")

    assert value["good"] == 1
    assert isinstance(value["bad"], Unknown)
    assert value["list"][0] == 2
    assert isinstance(value["list"][1], Unknown)


def test_what_is_known_of_another_resource_is_used() -> None:
    known: dict[str, dict[str, Any]] = {
        "aws_kms_key.k": {"arn": "arn:k", "tags": {"a": "b"}},
        "aws_kms_key.many[0]": {"arn": "arn:0"},
    }

    assert value_of("aws_kms_key.k.arn", known) == "arn:k"
    assert value_of("aws_kms_key.k.tags.a", known) == "b"
    assert value_of("aws_kms_key.many[*].arn", known)[0] == "arn:0"
    assert isinstance(value_of("aws_kms_key.many[*].arn", known)[1], Unknown)


def test_a_document_with_an_unknown_leaf_is_unknown_as_text_and_known_as_a_tree() -> None:
    module = a_module(
        'resource "aws_s3_bucket" "b" {}\nresource "aws_s3_bucket_policy" "p" {\n'
        '  policy = jsonencode({ Statement = [{ Action = "*", Resource = aws_s3_bucket.b.arn }] })\n}\n'
    )
    policy = module.resources[1]

    assert module.values(policy, knows_nothing)["policy"] == Unknown(detail="aws_s3_bucket.b.arn")
    assert module.values(policy, knows_nothing, with_trees=True)["policy"] == {
        "Statement": [{"Action": "*", "Resource": Unknown(detail="aws_s3_bucket.b.arn")}]
    }
    known = {"aws_s3_bucket.b": {"arn": "arn:b"}}
    assert json.loads(module.values(policy, known.get)["policy"])["Statement"][0]["Resource"] == "arn:b"


@pytest.mark.parametrize("use", ['"x${X}"', "upper(X)", "X.a", "[for k, v in X : v]", "X == 1", 'replace(X, "a", "b")'])
def test_a_document_with_an_unknown_leaf_is_no_known_text_for_others(use: str) -> None:
    assert isinstance(value_of(use.replace("X", "jsonencode({ a = aws_kms_key.k.arn })")), Unknown)


def test_decoding_what_was_encoded_gives_the_tree_back() -> None:
    assert value_of("jsondecode(jsonencode({ a = aws_kms_key.k.arn, b = 1 })).b") == 1


@pytest.mark.parametrize(
    ("expression", "clear"),
    [
        ("var.secret", SECRET),
        ('"a${var.secret}b"', f"a{SECRET}b"),
        ("upper(var.secret)", SECRET.upper()),
        ("base64encode(var.secret)", "aHVudGVyMmh1bnRlcjI="),
        ("length(var.secret)", len(SECRET)),
        (f'var.secret == "{SECRET}"', True),
        (f'var.secret == "{SECRET}" ? "yes" : "no"', "yes"),
        ('join("-", [var.secret, "x"])', f"{SECRET}-x"),
        ('split("u", var.secret)', ["h", "nter2h", "nter2"]),
        ("jsonencode({ a = var.secret })", json.dumps({"a": SECRET}, separators=(",", ":"))),
        ('jsonencode(["x", var.secret])', json.dumps(["x", SECRET], separators=(",", ":"))),
        ('format("%s!", var.secret)', f"{SECRET}!"),
        ("{ (var.secret) = 1 }", {SECRET: 1}),
        ("nonsensitive(var.secret)", SECRET),
        ("sensitive(1)", 1),
        ("[for x in [1, 2] : x if var.secret != null]", [1, 2]),
        ("<<-E\n  ${var.secret}\n  E\n", f"{SECRET}\n"),
        ('"%{ if var.secret == null }a%{ else }b%{ endif }"', "b"),
        ("coalesce(var.secret, 1)", SECRET),
        ("try(var.secret, 1)", SECRET),
        ('element(["a", "b"], length(var.secret))', "a"),
        ("toset([var.secret])", [SECRET]),
    ],
)
def test_what_is_made_of_a_secret_is_a_secret(expression: str, clear: object) -> None:
    value = value_of(expression)

    assert isinstance(value, Secret), value
    assert value.value == clear
    assert SECRET not in repr(value)
    assert SECRET not in str(value)
    assert str(clear) not in repr(value)


def test_only_the_part_that_holds_the_secret_is_hidden() -> None:
    value = value_of('merge({ user = "admin" }, { password = var.secret })')

    assert value["user"] == "admin"
    assert isinstance(value["password"], Secret)


def test_a_document_with_a_secret_shows_the_rest_as_a_tree() -> None:
    module = a_module(
        'variable "secret" {}\n'
        'resource "aws_x" "y" {\n  value = jsonencode({ user = "a", password = var.secret })\n}\n',
        frozenset(("secret",)),
        secret=SECRET,
    )
    (block,) = module.resources

    assert isinstance(module.values(block, knows_nothing)["value"], Secret)
    tree = module.values(block, knows_nothing, with_trees=True)["value"]
    assert tree["user"] == "a"
    assert isinstance(tree["password"], Secret)


def test_a_variable_declared_sensitive_is_secret_without_being_named_so() -> None:
    module = a_module(
        'variable "a" {\n  sensitive = true\n  default = "clear text"\n}\noutput "o" {\n  value = var.a\n}\n'
    )

    assert isinstance(module.output("o", knows_nothing), Secret)


def test_a_secret_that_other_resources_hold_stays_one() -> None:
    value = value_of("aws_kms_key.k.password", {"aws_kms_key.k": {"password": Secret("s3cr3t")}})

    assert isinstance(value, Secret)


@pytest.mark.parametrize(
    ("declared", "given", "expected"),
    [
        ("string", "5", "5"),
        ("number", "5", 5),
        ("number", "1.50", 1.5),
        ("bool", "true", True),
        ("list(string)", '["a", 1]', ["a", "1"]),
        ("set(number)", "[2, 1, 2]", [1, 2]),
        ("map(string)", "{ a = 1 }", {"a": "1"}),
        ('object({ a = number, b = optional(string, "x") })', '{ a = "1", c = 2 }', {"a": 1, "b": "x"}),
        ("tuple([string, bool])", '[1, "false"]', ["1", False]),
        ("any", "[1]", [1]),
        ("list(list(number))", "[[1]]", [[1]]),
    ],
)
def test_a_given_text_becomes_the_declared_type(declared: str, given: str, expected: object) -> None:
    module = a_module(f'variable "a" {{\n  type = {declared}\n}}\n', a=given)

    assert module.variable("a") == expected


@pytest.mark.parametrize(
    ("declared", "given"),
    [
        ("number", SECRET),
        ("bool", SECRET),
        ("list(string)", SECRET),
        ("list(string)", f'"{SECRET}"'),
        ("object({ a = string })", f'{{ {SECRET} = "{SECRET}" }}'),
        ("tuple([string])", f'["{SECRET}", 1]'),
        ("map(number)", f'{{ a = "{SECRET}" }}'),
    ],
)
def test_a_value_that_does_not_fit_is_told_without_showing_it(declared: str, given: str) -> None:
    with pytest.raises(InvalidError) as error:
        a_module(f'\nvariable "a" {{\n  type = {declared}\n}}\n', a=given)

    assert error.value.code == "source-invalid"
    assert "infra/main.tf:2" in error.value.summary
    chain = f"{error.value}{error.value.__cause__}{error.value.context}"
    assert SECRET not in chain


def test_variables_that_nobody_declared_are_left_out() -> None:
    assert a_module('variable "a" {\n  default = 1\n}\n', b="2").variables.keys() == {"a"}


def test_files_of_variables_are_read_and_what_is_given_wins() -> None:
    files = {
        "infra/main.tf": b'variable "a" {}\nvariable "b" {}\nvariable "c" {}\n'
        b'variable "d" {\n  default = "default"\n}\n',
        "infra/terraform.tfvars": b'a = "file"\nb = "file"\nc = "file"\nother = 1\n',
        "infra/x.auto.tfvars": b'b = "auto"\nc = "auto"\n',
        "infra/other.tfvars": b'd = "not read by itself"\n',
    }

    module = read_module(files, {"c": "given"}, frozenset())

    assert [module.variable(name) for name in "abcd"] == ["file", "auto", "given", "default"]


VALIDATED = """
variable "a" {
  type = number
  %s

  validation {
    condition     = var.a > 1
    error_message = "It was ${var.a}."
  }
}
"""


def test_a_value_that_meets_its_validation_or_is_not_known_is_taken() -> None:
    a_module(VALIDATED % "", a="2")
    a_module(VALIDATED % "")


def test_a_value_that_does_not_meet_its_validation_is_refused_with_its_message() -> None:
    with pytest.raises(InvalidError) as error:
        a_module(VALIDATED % "", a="1")

    assert error.value.code == "source-invalid"
    assert "infra/main.tf:6: " in error.value.summary
    assert "It was 1." in error.value.summary


def test_a_secret_value_that_does_not_meet_its_validation_is_not_shown() -> None:
    with pytest.raises(InvalidError) as error:
        a_module(VALIDATED % "sensitive = true", a="-77")

    assert "refused" in error.value.summary
    assert "77" not in error.value.summary


@pytest.mark.parametrize(
    ("expression", "pieces"),
    [
        ('"${aws_kms_key.k.arn}/x"', ("", "/x")),
        ('"a${var.unset}b${aws_kms_key.k.arn}"', ("a", "b", "")),
        ('"x-${"y${var.unset}"}-z"', ("x-y", "-z")),
        ('"${var.unset}${aws_kms_key.k.arn}"', ()),
        ("var.unset", ("", "")),
        ("upper(var.unset)", ()),
        # What is made of a text with gaps is another text.
        ('upper("a${var.unset}")', ()),
        ('"a${var.unset}" == "b"', ()),
        ('"a${var.unset}"[0]', ()),
        ('"a${var.unset}" ? "b" : "c"', ()),
        ('{ "a${var.unset}" = 1 }', ()),
        ('[for x in "a${var.unset}" : x]', ()),
        ('aws_kms_key.many["a${var.unset}"]', ()),
        ('jsonencode(["a${var.unset}"])', ()),
        ('element(["a${var.unset}"], 0)', ()),
        # A secret is not told by the text around it.
        ('"a${var.secret}b${var.unset}"', ("a", "b", "")),
    ],
)
def test_of_a_text_with_gaps_the_rest_is_known(expression: str, pieces: tuple[str, ...]) -> None:
    value = value_of(expression)

    assert [getattr(item, "pieces", "none") for item in (value if isinstance(value, list) else [value])] == [pieces]
