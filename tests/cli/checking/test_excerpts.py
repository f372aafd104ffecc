"""Lines of the source beside a denial: numbered, few, and without anything that may be a secret."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cli.checking.pretend import (
    BAD,
    GOOD,
    Check,
)

from pavior.cli.checking.excerpts import _SECRET_NAME, SECRET_WORDS, excerpts, masked_assignments
from pavior.cli.root import invoke
from pavior.kernel.verdicts import Position
from pavior.launching.later import LaterLauncher
from pavior.storage.masking import Masker

Show = Callable[..., tuple[str, ...]]


@pytest.fixture
def show(tmp_path: Path) -> Show:
    """The excerpt of a file with this text, around these lines."""

    def lines(text: str, line: int, end_line: int = 0, name: str = "main.tf") -> tuple[str, ...]:
        (tmp_path / name).write_text(text, encoding="utf-8")
        position = Position(str(tmp_path / name), line, end_line or line)
        return excerpts([position], (), Masker().mask_lines)[position]

    return lines


NUMBERED = "".join(f"line {number}\n" for number in range(1, 13))


def test_a_denial_shows_the_line_that_it_means(check: Check) -> None:
    _, out, _ = check({"main.tf": GOOD + BAD + GOOD})

    assert (
        "  where: aws_cloudwatch_log_group.bad at main.tf:2, retention_in_days\n"
        "      1 | aws_cloudwatch_log_group good good\n"
        "    > 2 | aws_cloudwatch_log_group bad bad\n"
        "      3 | aws_cloudwatch_log_group good good\n"
        "  failed: It is kept for ever.\n"
    ) in out


def test_an_attribute_stands_among_its_neighbours_and_numbers_stand_below_each_other(show: Show) -> None:
    assert show(NUMBERED, 10) == ("   8 | line 8", "   9 | line 9", "> 10 | line 10", "  11 | line 11")
    assert show(NUMBERED, 1) == ("> 1 | line 1", "  2 | line 2")
    assert show(NUMBERED, 12) == ("  10 | line 10", "  11 | line 11", "> 12 | line 12")


def test_of_a_long_block_only_its_beginning_is_shown(show: Show) -> None:
    assert show(NUMBERED, 2, 11) == tuple(f"> {number} | line {number}" for number in range(2, 9))


def test_what_is_not_there_any_more_has_no_excerpt(tmp_path: Path) -> None:
    places = [Position(str(tmp_path / "gone.tf"), 1, 1), Position(str(tmp_path), 1, 1)]

    assert excerpts(places, (), Masker().mask_lines) == dict.fromkeys(places, ())


def test_a_line_is_clipped_and_steers_no_terminal(show: Show) -> None:
    (shown,) = show("\x1b[31m" + "x" * 500 + "\u202e", 1)

    assert len(shown) < 130
    assert shown.startswith("> 1 | [31mxxx")
    assert shown.isprintable()


SECRETS = [
    'password = "hunter"',
    'password = "hunter" # not for long',
    "password = 12345678",
    'DB_PASS = "hunter"',
    'password: "hunter"',
    "password: hunter",
    '"password": "hunter",',
    '  - {name: DB_PASSWORD, value: "hunter"}',
    '{ name = "A", value = "hunter" }',
    "  value: hunter",
    'x = sensitive("hunter")',
    'secret_string = jsonencode({ a = "hunter" })',
    'auth_token="hunter"',
    'clientSecret: "hunter"',
    'connection_string = "Server=a;Pwd=hunter"',
    'user_data = "echo hunter"',
    'url = "https://me:hunter@example.com"',
    "# password = hunter",
    'environment = { A = "b", API_KEY = "hunter" }',
    'password = var.is_test ? "hunter" : "other"',
    'password = "${var.prefix}hunter"',
    'args: ["--password=hunter"]',
    'args: ["--db-password", "hunter"]',
    'command = ["run", "-token", "hunter"]',
    "args:\n- --password\n- hunter",
    'command = [\n  "--password",\n  "hunter",\n]',
    "export PGPASSWORD=hunter",
    'slack_webhook = "hunter"',
    "password =\n  hunter",
    "password = <<EOT\nhunter\n  hunter\nEOT",
    "stringData:\n  any: hunter\n\n  other: hunter",
    "passwords:\n- hunter",
    'tokens = [\n  "hunter",\n]',
    "password: |\n  hunter\n  hunter",
    "- password: >-\n    hunter",
    "user_data = <<-EOF\n  #!/bin/sh\n  echo hunter\n  EOF",
    "-----BEGIN PRIVATE KEY-----\nhunter\n-----END PRIVATE KEY-----",
]


@pytest.mark.parametrize("name", ["main.tf", "app.yaml", "main.tf.json"])
@pytest.mark.parametrize("text", SECRETS)
def test_a_secret_is_not_shown(show: Show, text: str, name: str) -> None:
    lines = text.split("\n")

    shown = "\n".join(show(f"before\n{text}\nafter\n", 2, 1 + len(lines), name=name))

    assert "hunter" not in shown
    assert "***" in shown
    assert "before" in shown


@pytest.mark.parametrize(
    "value", ["9fB3kQ7zX2mN5vL8pR1tYw", "0123456789abcdef0123456789abcdef", "AKIAIOSFODNN7EXAMPLE"]
)
def test_what_only_chance_could_have_written_is_not_shown(show: Show, value: str) -> None:
    assert value not in "".join(show(f'name = "{value}"', 1))


PLAIN = [
    "retention_in_days = 0",
    'http_tokens   = "optional"',
    'authorization = "NONE"',
    "value = var.days",
    "default = aws_kms_key.logs.arn",
    "automountServiceAccountToken: true",
    'secret_name = "orders-db"',
    '  actions = ["secretsmanager:GetSecretValue"]',
    'Action = "s3:*"',
    'data "aws_iam_policy_document" "x" {',
    "image: registry.example/web@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    'resource "aws_secretsmanager_secret" "x" {',
]


@pytest.mark.parametrize("line", PLAIN)
def test_what_a_denial_is_about_is_shown(show: Show, line: str) -> None:
    assert show(line, 1) == (f"> 1 | {line}",)


@given(st.lists(st.text(alphabet=" -:=[]{}\"'|><ab\tEOTpassword\x00\u2028\r"), max_size=12))
def test_there_is_one_line_for_each_line(lines: list[str]) -> None:
    for is_terraform in (True, False):
        assert len(list(masked_assignments(lines, is_terraform=is_terraform, wanted={1, 3}))) == len(lines)


@given(
    st.lists(st.sampled_from([line for text in [*SECRETS, *PLAIN] for line in text.split("\n")]), max_size=9),
    st.integers(1, 9),
)
def test_a_line_looks_the_same_whichever_others_are_asked_for(lines: list[str], line: int) -> None:
    every = list(masked_assignments(lines, is_terraform=True, wanted=range(1, 10)))

    only = list(masked_assignments(lines, is_terraform=True, wanted={line}))

    assert every[line - 1 : line] == only[line - 1 : line]


# Enough to come by each of the alternatives.
@settings(max_examples=500)
@given(st.from_regex(_SECRET_NAME))
def test_every_name_of_a_secret_has_one_of_the_words_that_lines_are_found_by(name: str) -> None:
    assert not name.isascii() or any(word in name.lower() for word in SECRET_WORDS)


# --- what readers know to be sensitive

SECRET_MANIFEST = """apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  containers:
    - name: web
      image: registry.example/web:1.0
      securityContext: {privileged: true}
---
apiVersion: v1
kind: Secret
metadata: {name: key, namespace: shop}
data: {
  innocent: aHVudGVyMg }
"""


def test_what_a_reader_knows_to_be_sensitive_is_hidden_wherever_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "main.tf").write_text(
        'variable "greeting" {\n  type      = string\n  sensitive = true\n  default   = "aHVudGVyMg"\n}\n'
        'locals {\n  other = sensitive("aHVudGVyMg")\n}\n'
        'resource "aws_db_instance" "x" {\n'
        '  identifier          = "db"\n'
        "  publicly_accessible = true\n"
        "  username            = local.other\n"
        "  password            = var.greeting\n}\n",
        encoding="utf-8",
    )
    (tmp_path / "app.yaml").write_text(SECRET_MANIFEST, encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    status = invoke(["check", "."], LaterLauncher({}, tmp_path))

    out = capsys.readouterr().out
    assert status == 1
    assert "aHVudGVyMg" not in out
    assert "|   publicly_accessible = true" in out
    # Nothing but the reader's word says that this one is.
    assert "username" not in out
    assert "privileged: true" in out


def test_a_hostile_name_makes_no_line_of_its_own(check: Check) -> None:
    address = "aws_cloudwatch_log_group.x\\nNo: 0 denied.\\u001b[2J\\u202e"

    _, out, _ = check({"plan.json": f'{{"{address}": "bad"}}'}, at="plan.json")

    assert "  where: aws_cloudwatch_log_group.x No: 0 denied.[2J, retention_in_days\n" in out
    assert [line for line in out.splitlines() if line.startswith("No:")] == ["No: 1 denied."]
    assert "\x1b" not in out
