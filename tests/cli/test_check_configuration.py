"""`pavior check` goes by what was typed, then by `pavior.yaml`, then by what comes with Pavior; and says by what."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cli.tools import tools_with

from pavior.adapters.readers.configuration_file import find_configuration, read_configuration
from pavior.adapters.readers.kubernetes import read_manifests
from pavior.adapters.readers.terraform_plan import read_planned_graph
from pavior.adapters.readers.terraform_source import read_source, read_source_tolerantly
from pavior.cli.root import invoke
from pavior.content.configuration import Configuration
from pavior.content.loading import CONTROLS_FOLDER, load_control

LOGS = 'resource "aws_cloudwatch_log_group" "{}" {{\n  retention_in_days = {}\n}}\n'
RULE = "from pavior.policy.rules import failed\n\n\ndef rule(logs):\n    return failed('Acme wants none.')\n"
DESCRIPTION = """
id = "acme-no-logs"
title = "There are no logs"
view = "LogGroup"
severity = "high"
default_level = "block"
risk = "Somebody reads them."

[[remediations]]
language = "terraform"
text = "# Take it out."
"""


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One log group that is kept for 90 days."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra" / "main.tf").write_text(LOGS.format("a", 90), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def check(launcher: Any, repository: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs the command on `infra`; gives exit status and report."""
    operator = repository / "operator.yaml"

    def find(path: Path) -> Configuration:
        file = find_configuration(path, user_home=Path("/home/mara"))
        return Configuration() if file is None else read_configuration(file)

    def read_operator() -> Configuration:
        return read_configuration(operator, is_of_operator=True) if operator.exists() else Configuration()

    def run(*arguments: str, path: str = "infra") -> tuple[int, Any]:
        controls = tuple(
            load_control(CONTROLS_FOLDER / name) for name in ("log_retention", "resources_in_allowed_regions")
        )
        launcher.tools = tools_with(
            load_controls=lambda: controls,
            read_source=read_source,
            read_source_tolerantly=read_source_tolerantly,
            read_plan=read_planned_graph,
            read_manifests=read_manifests,
            read_configuration=find,
            read_operator=read_operator,
        )
        status = invoke(["check", path, *arguments, "--json"], launcher)
        return status, json.loads(capsys.readouterr().out)

    return run


def _chosen(repository: Path, text: str) -> None:
    (repository / "pavior.yaml").write_text(f"version: 1\n{text}", encoding="utf-8")


def _pack(repository: Path) -> None:
    folder = repository / "policy" / "acme_no_logs"
    folder.mkdir(parents=True)
    (folder / "control.toml").write_text(DESCRIPTION, encoding="utf-8")
    (folder / "rule.py").write_text(RULE, encoding="utf-8")
    (folder / "lesson.md").write_text("# Logs\n", encoding="utf-8")
    (folder / "cases.tf").write_text(LOGS.format("case", 0), encoding="utf-8")
    (repository / "policy" / "pack.toml").write_text('name = "acme"\nversion = "1"\n', encoding="utf-8")


def test_without_a_file_the_defaults_hold_and_what_has_none_is_not_asked(check: Any) -> None:
    status, report = check("--environment", "prod")

    assert status == 1
    assert [item["message"] for item in report["denials"]] == [
        "Logs are kept for 90 days, and must be for at least 365."
    ]
    assert [item["subject"] for item in report["not_asked"]] == ["resources-in-allowed-regions"]
    assert report["configuration"] == ""
    # It is by design that nobody asks it, so nothing else is less known.
    assert report["is_complete"] is True


def test_a_value_of_the_file_counts_and_is_named_with_its_line(check: Any, repository: Path) -> None:
    _chosen(repository, "environment: prod\nparameters:\n  log-retention:\n    retention_days: 120\n")

    status, report = check()

    assert status == 1
    assert (report["environment"], report["configuration"]) == ("prod", "pavior.yaml")
    assert report["denials"][0]["message"] == (
        "Logs are kept for 90 days, and must be for at least 120. retention_days is 120 by pavior.yaml:5."
    )


def test_what_was_typed_wins(check: Any, repository: Path) -> None:
    _chosen(
        repository,
        "environment: prod\nrequire_known: true\nparameters:\n  resources-in-allowed-regions: {regions: [x1]}\n",
    )

    typed = check("--environment", "", "--no-require-known")[1]
    written = check()[1]

    assert (typed["environment"], typed["is_known_required"]) == ("", False)
    assert (written["environment"], written["is_known_required"]) == ("prod", True)


def test_coverage_is_demanded_in_writing_and_what_was_typed_wins(check: Any, repository: Path) -> None:
    (repository / "infra" / "main.tf").write_text(LOGS.format("a", 900), encoding="utf-8")
    (repository / "infra" / "Dockerfile").write_text("FROM scratch\n", encoding="utf-8")
    _chosen(repository, "require_coverage: true\n")

    status, report = check()
    assert (status, report["is_denied"], report["lacks_coverage"]) == (3, True, True)
    status, report = check("--no-require-coverage")
    assert (status, report["is_denied"], report["lacks_coverage"]) == (0, False, False)
    _chosen(repository, "require_coverage: false\n")
    assert check("--require-coverage")[0] == 3


def test_the_operators_value_wins_over_that_of_the_repository(check: Any, repository: Path) -> None:
    _chosen(repository, "parameters: {log-retention: {retention_days: 1}}\n")
    (repository / "operator.yaml").write_text(
        "version: 1\nparameters: {log-retention: {retention_days: 91}}\n", encoding="utf-8"
    )

    report = check()[1]

    assert report["warnings"][0]["message"].endswith("retention_days is 91 by operator.yaml:2.")


def test_what_is_excluded_is_counted_and_not_looked_at(check: Any, repository: Path) -> None:
    for name in ("examples/a/main.tf", "examples/b/main.tf"):
        (repository / name).parent.mkdir(parents=True)
        (repository / name).write_text(LOGS.format("x", 1), encoding="utf-8")
    (repository / "infra" / "app.test.yaml").write_text("apiVersion: v1\nkind: Pod\n", encoding="utf-8")
    _chosen(repository, "exclude:\n  - examples\n  - '*.test.yaml'\n  - nothing/**\n")

    report = check(path=".")[1]

    assert [(item["glob"], item["origin"], item["files"]) for item in report["excluded"]] == [
        ("examples", "pavior.yaml:3", 2),
        ("*.test.yaml", "pavior.yaml:4", 1),
        ("nothing/**", "pavior.yaml:5", 0),
    ]
    assert {item["subject"] for item in report["verdicts"]} == {"aws_cloudwatch_log_group.a"}
    assert report["is_complete"] is True


def test_a_stack_of_which_a_part_is_excluded_is_not_whole(check: Any, repository: Path) -> None:
    (repository / "infra" / "more.tf").write_text(LOGS.format("x", 1), encoding="utf-8")
    _chosen(repository, "exclude: [infra/more.tf]\n")

    report = check()[1]

    assert report["is_complete"] is False
    assert report["coverage"]["skipped"] == [
        {"subject": "infra/more.tf", "why": "excluded by pavior.yaml:2", "kind": ""}
    ]


def test_when_everything_is_excluded_nothing_was_checked(check: Any, repository: Path) -> None:
    _chosen(repository, "exclude: [infra]\n")

    status, answer = check()

    assert (status, answer["error"]["code"]) == (2, "nothing-to-check")
    assert "All 1 files" in answer["error"]["summary"]
    # What is named itself is looked at.
    assert check(path="infra/main.tf")[1]["verdicts"]


def test_a_pack_of_the_repository_is_not_run_and_never_counts_as_passed(check: Any, repository: Path) -> None:
    _pack(repository)
    _chosen(repository, "packs:\n  - path: policy\n")

    status, report = check()
    strict, strict_report = check("--require-known")

    assert status == 0
    assert [item["subject"] for item in report["not_asked"]] == ["acme-no-logs", "resources-in-allowed-regions"]
    assert "--trust-packs" in report["not_asked"][0]["why"]
    assert report["is_complete"] is False
    assert {item["control"] for item in report["verdicts"]} == {"log-retention"}
    # Nothing failed, and something that matters was not evaluated.
    assert (strict, strict_report["is_denied"]) == (3, True)


def test_a_trusted_pack_is_asked(check: Any, repository: Path) -> None:
    _pack(repository)
    _chosen(repository, "packs:\n  - path: policy\n")

    status, report = check("--trust-packs")

    assert status == 1
    assert [(item["control"], item["message"]) for item in report["denials"]] == [("acme-no-logs", "Acme wants none.")]


def test_the_cases_of_a_pack_are_nobodys_infrastructure(check: Any, repository: Path) -> None:
    _pack(repository)
    _chosen(repository, "packs:\n  - path: policy\n")

    report = check("--trust-packs", path=".")[1]

    assert {item["subject"] for item in report["verdicts"]} == {"aws_cloudwatch_log_group.a"}
    assert [(item["glob"], item["files"]) for item in report["excluded"]] == [("policy/**", 1)]


def test_a_file_that_is_wrong_stops_the_check(check: Any, repository: Path) -> None:
    _chosen(repository, "parameters: {log-retention: {retention_days: 0}}\n")

    status, answer = check()

    assert (status, answer["error"]["code"]) == (2, "configuration-invalid")
    assert answer["error"]["summary"] == (
        "pavior.yaml:2: retention_days of log-retention must be an integer from 1 to 3653."
    )


def test_people_read_what_was_excluded_and_not_asked(
    check: Any, launcher: Any, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _pack(repository)
    _chosen(repository, "exclude: [docs]\npacks:\n  - path: policy\n")
    check()

    invoke(["check", "."], launcher)
    told = " ".join(capsys.readouterr().out.split())

    assert "excluded docs (pavior.yaml:2): 0 files; policy/** (pavior.yaml:4): 1 files" in told
    assert "not asked 2: acme-no-logs: its rules would run with your rights because pavior.yaml:4 says so" in told
    assert "chosen in pavior.yaml" in told
    assert "Not everything is known" in told


def test_the_sentence_does_not_hide_what_is_excluded(check: Any, repository: Path, launcher: Any, capsys: Any) -> None:
    (repository / "infra" / "main.tf").write_text(LOGS.format("a", 900), encoding="utf-8")
    (repository / "infra" / "pod.yaml").write_text("apiVersion: v1\nkind: Pod\n", encoding="utf-8")
    _chosen(repository, "exclude: ['*.yaml']\n")
    check()

    assert invoke(["check", "infra"], launcher) == 0
    assert "Nothing here stops a Change. Excluded: 1 file." in capsys.readouterr().out


@pytest.mark.parametrize("typed", ["a b", "Prod", "orders/prod/eu", "prod\n", "-prod", "a" * 501])
def test_an_environment_that_is_typed_is_held_to_the_form_of_the_file(check: Any, typed: str) -> None:
    status, report = check(f"--environment={typed}")

    assert status == 2
    assert report["error"]["code"] == "check-environment-invalid"
