"""`--var` and `--var-file` of `pavior check`, in Terraform's order: folder, files, texts."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pavior.adapters.readers.terraform_source import read_source
from pavior.cli.root import invoke
from pavior.launching.later import LaterLauncher
from pavior.resources.model import Sensitive

NONE: frozenset[str] = frozenset()
DECLARED = 'variable "days" {\n  type = number\n}\n'
LOGS = 'resource "aws_cloudwatch_log_group" "g" {\n  retention_in_days = var.days\n}\n'
SOURCE = (DECLARED + LOGS).encode()

Check = Callable[..., tuple[int, str]]


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Check:
    def run(files: dict[str, str], *options: str, at: str = ".") -> tuple[int, str]:
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        status = invoke(["check", at, *options], LaterLauncher({}, Path("/nonexistent")))
        captured = capsys.readouterr()
        return status, captured.out + captured.err

    return run


def days(files: dict[str, bytes], given: dict[str, str], given_files: dict[str, bytes]) -> object:
    (resource,) = read_source({"main.tf": SOURCE, **files}, given, NONE, given_files).resources
    return resource.values["retention_in_days"]


# Source: developer.hashicorp.com/terraform/language/values/variables, "Variable definition precedence".
@pytest.mark.parametrize(
    ("files", "given", "given_files", "expected"),
    [
        ({"terraform.tfvars": b"days = 1"}, {}, {}, 1),
        ({"terraform.tfvars": b"days = 1", "terraform.tfvars.json": b'{"days": 2}'}, {}, {}, 2),
        ({"terraform.tfvars.json": b'{"days": 2}', "a.auto.tfvars": b"days = 3"}, {}, {}, 3),
        ({"a.auto.tfvars": b"days = 3", "b.auto.tfvars.json": b'{"days": 4}'}, {}, {}, 4),
        ({"b.auto.tfvars.json": b'{"days": 4}', "c.auto.tfvars": b"days = 5"}, {}, {}, 5),
        ({"z.auto.tfvars": b"days = 5"}, {}, {"prod.tfvars": b"days = 6"}, 6),
        ({}, {}, {"z.tfvars": b"days = 6", "a.tfvars.json": b'{"days": 7}'}, 7),
        ({"terraform.tfvars": b"days = 1"}, {"days": "8"}, {"prod.tfvars": b"other = 6"}, 8),
        ({"prod.tfvars": b"days = 9", "terraform.tfvars": b"days = 1"}, {}, {}, 1),
    ],
)
def test_later_places_win_as_in_terraform(
    files: dict[str, bytes], given: dict[str, str], given_files: dict[str, bytes], expected: int
) -> None:
    assert days(files, given, given_files) == expected


def test_values_given_to_a_check_decide(check: Check) -> None:
    files = {"main.tf": SOURCE.decode(), "short.tfvars": "days = 7\n", "long.tfvars.json": '{"days": 400}'}

    def outcome(*options: str) -> str:
        verdicts = json.loads(check(files, "--json", *options)[1])["verdicts"]
        return str({item["outcome"] for item in verdicts if item["control"] == "log-retention"})

    assert outcome() == "{'unknown'}"
    assert outcome("--var", "days=400") == "{'passed'}"
    assert outcome("--var-file", "short.tfvars", "--var-file", "long.tfvars.json") == "{'passed'}"


def test_the_environment_is_not_read(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_VAR_days", "400")

    assert "var.days has no value" in check({"main.tf": SOURCE.decode()})[1]


def test_a_value_for_no_variable_is_told_and_hides_nothing(check: Check) -> None:
    files = {"main.tf": SOURCE.decode(), "terraform.tfvars": "days = 400\ndasy = 1\n", "x.tfvars": "regon = 1\n"}

    _, out = check(files, "--json", "--var-file", "x.tfvars")
    document = json.loads(out)

    assert [(item["subject"], item["why"]) for item in document["coverage"]["skipped"]] == [
        ("terraform.tfvars:2", "it sets dasy, and no such variable is declared"),
        ("x.tfvars:1", "it sets regon, and no such variable is declared"),
    ]
    assert document["is_complete"] is True


def test_what_one_of_several_stacks_declares_is_no_mistake(check: Check) -> None:
    files = {"a/main.tf": SOURCE.decode(), "b/main.tf": 'variable "zone" {}\n', "x.tfvars": "days = 400\nzone = 1\n"}

    _, out = check(files, "--json", "--var-file", "x.tfvars")
    assert json.loads(out)["coverage"]["skipped"] == []

    assert check(files, "--var", "zone=1")[0] == 0
    status, told = check(files, "--var", "regon=1")
    assert status == 2
    assert told.startswith("variable-undeclared: --var regon sets a variable that nothing here declares.")


def test_a_value_given_twice_in_two_ways_is_no_guess(check: Check) -> None:
    files = {"main.tf": SOURCE.decode(), "x.tfvars": "\ndays = 400\n"}

    status, out = check(files, "--var", "days=1", "--var-file", "x.tfvars")

    assert status == 3
    assert "x.tfvars:2: days is set here and with --var" in out


def test_a_sensitive_value_stays_hidden(check: Check) -> None:
    secret = 'variable "p" {\n  sensitive = true\n}\nresource "aws_db_instance" "d" {\n  password = var.p\n}\n'

    graph = read_source({"main.tf": secret.encode()}, {}, NONE, {"x.tfvars": b'p = "hunter2"'})
    assert graph.resources[0].values["password"] == Sensitive("")
    for options in (["--var", "p=hunter2"], ["--var-file", "x.tfvars"], ["--var", "hunter2"]):
        for form in ([], ["--json"]):
            assert "hunter2" not in check({"main.tf": secret, "x.tfvars": 'p = "hunter2"'}, *options, *form)[1]


@pytest.mark.parametrize(
    ("options", "status", "code"),
    [
        (["--var", "days"], 2, "variable-malformed"),
        (["--var", "1x=2"], 2, "variable-malformed"),
        (["--var-file", "nowhere.tfvars"], 2, "path-missing"),
        (["--var-file", "folder"], 3, "check-unreadable"),
    ],
)
def test_what_is_no_value_is_refused(check: Check, options: list[str], status: int, code: str) -> None:
    found, out = check({"main.tf": SOURCE.decode(), "folder/x": ""}, *options)

    assert (found, out.split(":")[0]) == (status, code)


@pytest.mark.parametrize("body", ["days = ", "days {\n}\n", "days = var.other\n"])
def test_a_file_of_values_that_cannot_be_read_is_a_no(check: Check, body: str) -> None:
    status, out = check({"main.tf": SOURCE.decode(), "x.tfvars": body}, "--var-file", "x.tfvars")

    assert status == 3
    assert "x.tfvars:1" in out


def test_values_belong_to_source(check: Check) -> None:
    status, out = check({"p.json": '{"format_version": "1.2"}'}, "--var", "a=b", at="p.json")

    assert (status, out.split(":")[0]) == (2, "check-variables-without-source")
