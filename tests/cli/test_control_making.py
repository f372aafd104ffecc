"""A control of one's own: begun with cases that fail, tried until they do not, and read from a repository."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cli.tools import tools_with

from pavior.adapters.readers.configuration_file import read_configuration
from pavior.adapters.readers.kubernetes import read_manifests
from pavior.adapters.readers.terraform_source import read_source
from pavior.cli.root import invoke
from pavior.content.configuration import Configuration, PackSource
from pavior.content.loading import load_own_control
from pavior.resources.views import VIEWS

COMMIT = "0123456789abcdef0123456789abcdef01234567"
LOGS = 'resource "aws_cloudwatch_log_group" "a" {{\n  retention_in_days = {}\n}}\n'
RULE = """
from pavior.policy.model import RuleResult
from pavior.policy.rules import failed, passed, unknown
from pavior.resources.model import Unknown
from pavior.resources.views.log_group import LogGroup


def rule(logs: LogGroup) -> RuleResult:
    days = logs.retention_days
    if isinstance(days.value, Unknown):
        return unknown("how long logs are kept", days.value, days)
    return passed() if days.value else failed("Logs are kept for ever.", days)
"""


@pytest.fixture
def run(launcher: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs a command in a folder of its own; gives exit status, standard output and standard error."""
    monkeypatch.chdir(tmp_path)
    fetched: list[tuple[str, Path]] = []

    def find(_: Path) -> Configuration:
        file = tmp_path / "pavior.yaml"
        return read_configuration(file) if file.exists() else Configuration()

    def fetch(source: PackSource, base: Path) -> bool:
        fetched.append((source.commit, base))
        return len(fetched) == 1

    launcher.tools = tools_with(
        load_controls=lambda: (),
        read_source=read_source,
        read_manifests=read_manifests,
        read_configuration=find,
        fetch_pack=fetch,
    )

    def call(*arguments: str) -> tuple[int, str, str]:
        status = invoke(["control", *arguments], launcher)
        said = capsys.readouterr()
        return status, said.out, said.err

    return call


def _finish(folder: Path) -> None:
    (folder / "rule.py").write_text(RULE, encoding="utf-8")
    (folder / "lesson.md").write_text("# Logs end\n\n" + "Somebody explains it. " * 10, encoding="utf-8")
    for kind, days in (("passes", "30"), ("fails", "0"), ("unknown", "var.days")):
        text = LOGS.format(days) + ('variable "days" {}\n' if kind == "unknown" else "")
        (folder / "cases" / kind / "write_me.tf").write_text(text, encoding="utf-8")


def test_a_new_control_fails_until_it_is_written(run: Any, tmp_path: Path) -> None:
    status, out, _ = run("new", "acme-logs-end", "--view", "LogGroup", "--into", "policy")
    folder = tmp_path / "policy" / "acme_logs_end"
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())

    assert status == 0
    assert "pavior control test policy/acme_logs_end" in out
    assert files == [
        "cases/fails/write_me.tf",
        "cases/passes/write_me.tf",
        "cases/unknown/write_me.tf",
        "control.toml",
        "lesson.md",
        "rule.py",
    ]
    status, out, _ = run("test", "policy/acme_logs_end")
    assert status == 1
    assert "acme-logs-end: 0 of 3 cases are as they should be." in out
    assert "Its lesson is not written" in out
    assert "policy/acme_logs_end/cases/fails/write_me.tf" in out
    assert out.rstrip().endswith("No: not all is as it should be.")

    _finish(folder)
    status, out, _ = run("test", "policy/acme_logs_end")
    assert (status, out) == (0, "acme-logs-end: 3 of 3 cases are as they should be.\nAll is as it should be.\n")


@pytest.mark.parametrize("view", sorted(VIEWS))
def test_what_is_begun_can_be_loaded_whatever_it_reads(view: str, run: Any, tmp_path: Path) -> None:
    assert run("new", "acme-thing", "--view", view)[0] == 0

    assert load_own_control(tmp_path / "acme_thing").view == view


def test_nothing_is_ever_overwritten(run: Any, tmp_path: Path) -> None:
    (tmp_path / "acme_logs").mkdir()

    status, _, error = run("new", "acme-logs", "--view", "LogGroup")

    assert status == 5
    assert error.startswith("control-exists: acme_logs is there already.")
    assert list((tmp_path / "acme_logs").iterdir()) == []


@pytest.mark.parametrize(
    ("control_id", "view", "code"),
    [
        ("Acme", "LogGroup", "control-id-invalid"),
        ("../acme", "LogGroup", "control-id-invalid"),
        ("coverage", "LogGroup", "control-id-invalid"),
        ("a", "Log", "view-missing"),
    ],
)
def test_what_cannot_be_begun_is_refused(control_id: str, view: str, code: str, run: Any, tmp_path: Path) -> None:
    status, _, error = run("new", control_id, "--view", view)

    assert (status, error.partition(":")[0]) == (2, code)
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_case_is_told_with_what_was_expected_and_what_came(run: Any, tmp_path: Path) -> None:
    run("new", "acme-logs-end", "--view", "LogGroup")
    _finish(tmp_path / "acme_logs_end")
    (tmp_path / "acme_logs_end" / "cases" / "passes" / "write_me.tf").write_text(LOGS.format(0), encoding="utf-8")

    status, out, _ = run("test")
    document = json.loads(run("test", "--json")[1])

    assert status == 1
    row = next(line for line in out.splitlines() if "write_me.tf" in line)
    assert row.split()[:3] == ["acme_logs_end/cases/passes/write_me.tf", "passed", "failed"]
    assert "aws_cloudwatch_log_group.a is failed, not passed: Logs are kept for ever." in row
    assert [item["file"] for item in document[0]["results"] if item["problems"]] == ["cases/passes/write_me.tf"]


def test_a_whole_pack_is_tried_and_its_name_counts(run: Any, tmp_path: Path) -> None:
    run("new", "acme-logs-end", "--view", "LogGroup", "--into", "policy")
    _finish(tmp_path / "policy" / "acme_logs_end")
    pack = tmp_path / "policy" / "pack.toml"
    pack.write_text('name = "acme"\nversion = "1"\n', encoding="utf-8")
    assert run("test", "policy")[0] == 0

    pack.write_text('name = "corp"\nversion = "1"\n', encoding="utf-8")
    status, _, error = run("test", "policy")
    assert (status, error.partition(":")[0]) == (2, "pack-invalid")


def test_a_control_of_pavior_is_tried_by_its_id(run: Any) -> None:
    status, out, _ = run("test", "log-retention")

    assert status == 0
    assert out.startswith("log-retention: ")


@pytest.mark.parametrize("target", ["no-such", "../../etc", "."])
def test_where_there_is_no_control_nothing_is_called_good(target: str, run: Any) -> None:
    status, out, error = run("test", target)

    assert (status, out) == (4, "")
    assert error.startswith("control-missing: ")


def test_packs_are_fetched_only_when_that_is_asked_for(run: Any, tmp_path: Path) -> None:
    status, _, error = run("fetch")
    assert (status, error.partition(":")[0]) == (4, "configuration-missing")

    (tmp_path / "pavior.yaml").write_text(
        "version: 1\npacks:\n  - path: policy\n"
        + f"  - {{repository: 'https://git.example.org/p', commit: '{COMMIT}'}}\n" * 2,
        encoding="utf-8",
    )
    status, out, _ = run("fetch")
    assert status == 0
    assert [line.split()[2] for line in out.splitlines()[1:]] == ["fetched", "was"]
