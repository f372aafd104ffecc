"""A check ends in five ways, and a pipeline can tell them apart: docs/reference/check.md."""

import json
import os
from pathlib import Path

import pytest
from tests.cli.checking.pretend import BAD, GOOD, LATER, QUEUE, UNREAD, Check

from pavior.cli.checking.ending import Ending, ending_of_error
from pavior.cli.checking.source_files import unreadable
from pavior.kernel.errors import MissingError

BREAKS = "aws_cloudwatch_log_group a no-such-word\n"
needs_rights = pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")


def test_the_endings_are_those_of_the_page(root: Path) -> None:
    page = (root / "docs" / "reference" / "check.md").read_text(encoding="utf-8")

    assert {item.name: int(item) for item in Ending} == {
        "CLEAN": 0,
        "BLOCKED": 1,
        "BAD_INPUT": 2,
        "NOT_EVALUATED": 3,
        "BUG": 70,
    }
    assert [f"| {int(item)} |" in page for item in Ending] == [True] * 5


@pytest.mark.parametrize("text", [GOOD, QUEUE, GOOD + UNREAD, GOOD + LATER])
def test_0_nothing_stops(check: Check, text: str) -> None:
    assert check({"main.tf": text})[0] == 0


def test_1_a_blocking_control_failed(check: Check) -> None:
    assert check({"main.tf": GOOD + BAD})[0] == 1


@pytest.mark.parametrize(
    "files",
    [
        {"main.tf": BAD + BREAKS},
        {"main.tf": BAD, "other.tf": "broken"},
        {"main.tf": BAD + UNREAD},
        {"main.tf": BAD, "app.yaml": "broken"},
    ],
)
def test_1_a_failure_counts_whatever_else_could_not_be_evaluated(check: Check, files: dict[str, str]) -> None:
    status, out, _ = check(files, "--require-known")

    assert status == 1
    assert "No: 1 denied" in out


@pytest.mark.parametrize(
    ("options", "at"),
    [
        ((), "nowhere"),
        ((), "empty"),
        (("--source", "nowhere"), "plan.json"),
        (("--source", "."), "main.tf"),
        ((), "no-plan.json"),
        (("--no-such-option",), "."),
        (("--format", "no-such-format"), "."),
        (("--json", "--format", "sarif"), "."),
        (("--output", "nowhere/report"), "main.tf"),
        (("--var-file", "nowhere"), "main.tf"),
        (("--explain", "no-such-control"), "main.tf"),
        (("--fix",), "nowhere"),
        (("--watch",), "nowhere"),
        (("more", "arguments"), "."),
    ],
)
def test_2_what_was_asked_for_cannot_be_checked(check: Check, options: tuple[str, ...], at: str) -> None:
    files = {"main.tf": GOOD, "plan.json": "{}", "no-plan.json": "x", "empty/README.md": ""}

    status, out, err = check(files, *options, at=at)

    assert status == 2
    # Whoever asked for JSON gets the error as such.
    assert ('"fix": ' in out) if "--json" in options else ("\n  fix: " in err)


def test_a_report_says_that_values_could_not_be_read(check: Check, tmp_path: Path) -> None:
    assert check({"main.tf": GOOD}, "--var-file", "nowhere", "--format", "sarif", "--output", "report.sarif")[0] == 2

    assert "There is no nowhere." in (tmp_path / "report.sarif").read_text(encoding="utf-8")


def test_3_a_rule_broke(check: Check) -> None:
    assert check({"main.tf": GOOD + BREAKS})[0] == 3


def test_a_rule_that_breaks_under_a_control_that_only_warns_stops_no_more_than_its_failure_would(check: Check) -> None:
    status, out, _ = check({"main.tf": GOOD + BREAKS}, "--environment", "dev")

    assert status == 0
    assert "1 errored" in out


def test_3_a_file_does_not_parse(check: Check) -> None:
    assert check({"main.tf": GOOD, "other.tf": "broken"})[0] == 3
    assert check({"alone/main.tf": "broken"}, at="alone/main.tf")[0] == 3
    assert check({"app.yaml": "broken"}, at="app.yaml")[0] == 3


def test_3_nothing_at_all_could_be_read(check: Check) -> None:
    status, out, _ = check({"app.yaml": "broken", "other.yaml": "broken"})

    assert status == 3
    assert "Could not be evaluated: nothing could be read." in out


def test_a_link_that_leads_to_itself_is_passed_over(check: Check, tmp_path: Path) -> None:
    (tmp_path / "loop.tf").symlink_to("loop.tf")

    status, out, _ = check({"main.tf": GOOD})
    assert status == 0
    assert "passed over  loop.tf: it leads out of the folder, or is no file" in out
    assert check({"alone/README.md": ""}, "--require-known")[0] == 3


def test_one_file_without_resources_is_read_all_the_same(check: Check) -> None:
    assert check({"main.tf": GOOD, "versions.tf": ""}, at="versions.tf")[0] == 0


def test_3_is_what_an_unreadable_file_ends_with_and_2_what_was_wrongly_asked_for() -> None:
    refused = unreadable(Path("main.tf"), PermissionError(13, "Permission denied"))

    assert ending_of_error(refused) is Ending.NOT_EVALUATED
    assert ending_of_error(MissingError("path-missing", "There is none.", fix="Name one.")) is Ending.BAD_INPUT


@pytest.mark.parametrize("options", [(), ("--explain", "log-retention"), ("--fix",), ("--watch",)])
@pytest.mark.parametrize(("at", "status"), [("nowhere", 2), ("app.yaml", 3)])
def test_a_refusal_ends_alike_however_it_was_asked_and_says_so(
    check: Check, options: tuple[str, ...], at: str, status: int
) -> None:
    ended, out, _ = check({"app.yaml": "broken"}, *options, "--json", at=at)

    assert (ended, json.loads(out)["error"]["exit_status"]) == (status, status)


@needs_rights
@pytest.mark.parametrize("at", [".", "main.tf"])
def test_3_a_file_may_not_be_read(check: Check, tmp_path: Path, at: str) -> None:
    (tmp_path / "main.tf").write_text(GOOD, encoding="utf-8")
    (tmp_path / "main.tf").chmod(0)

    status, _, err = check({}, at=at)

    assert (status, err.split(":")[0]) == (3, "check-unreadable")


@pytest.mark.parametrize("text", [UNREAD, LATER])
def test_3_what_must_be_known_is_not(check: Check, text: str) -> None:
    assert check({"main.tf": GOOD + text}, "--require-known")[0] == 3
    assert check({"main.tf": GOOD + text}, "--require-known", "--environment", "dev")[0] == 0


def test_3_a_plan_holds_what_could_not_be_evaluated(check: Check) -> None:
    assert check({"plan.json": '{"aws_cloudwatch_log_group.a": "unread"}'}, at="plan.json")[0] == 3


def test_70_what_is_a_bug_says_so(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(*_: object) -> None:
        raise RuntimeError("no text of an exception is told")

    monkeypatch.setattr("pavior.cli.checking.command.check_path", stumble)

    status, _, err = check({"main.tf": GOOD})

    assert status == 70
    assert err.startswith("bug: Pavior stumbled over itself (RuntimeError).")


@pytest.mark.parametrize(
    "options",
    [
        ("--var-file", "nowhere.tfvars"),
        ("--explain", "no-such-control"),
        ("--explain", "log-retention", "--var-file", "nowhere.tfvars"),
        ("--fix", "--var-file", "nowhere.tfvars"),
        ("--watch", "--var-file", "nowhere.tfvars"),
    ],
)
def test_2_whatever_was_asked_for_and_is_not_there(check: Check, options: tuple[str, ...]) -> None:
    assert check({"main.tf": GOOD}, *options)[0] == 2


def test_a_file_of_values_that_is_not_there_leaves_no_old_report(check: Check, tmp_path: Path) -> None:
    options = ("--format", "sarif", "--output", "out.sarif", "--var-file", "nowhere.tfvars")

    status, _, _ = check({"main.tf": GOOD, "out.sarif": "old"}, *options)

    assert status == 2
    assert "path-missing" in (tmp_path / "out.sarif").read_text(encoding="utf-8")
