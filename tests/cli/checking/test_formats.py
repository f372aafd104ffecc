"""What all formats have in common: none is missing, and none is silent about a refusal."""

import json
from pathlib import Path

import pytest
from tests.cli.checking.pretend import BAD, GOOD, UNREAD, Check
from tests.cli.checking.reports import BLOCKING, OBSERVED, WARNING, a_verdict, one_of_each, told

from pavior.cli.check import check as command
from pavior.cli.checking.formats import FORMATS, PEOPLE, rendered
from pavior.cli.checking.items import Standing
from pavior.kernel.verdicts import Outcome, Position

FOR_PROGRAMS = sorted(FORMATS.keys() - {PEOPLE})


def test_every_format_has_a_module_and_a_section_in_the_reference(root: Path) -> None:
    folder = root / "src/pavior/cli/checking/formats"
    page = (root / "docs/reference/check.md").read_text(encoding="utf-8")
    (option,) = (item for item in command.params if item.name == "format_name")

    modules = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    assert modules == {module for module in FORMATS.values() if module}
    assert list(getattr(option.type, "choices", ())) == list(FORMATS)
    assert [name for name in FORMATS if f"| `{name}` |" not in page] == []


def test_what_is_not_passed_stands_in_the_order_of_what_it_does() -> None:
    standings = [(item.denial.control, item.denial.outcome, item.standing) for item in one_of_each().items]

    assert standings == [
        (BLOCKING.id, Outcome.FAILED, Standing.STOPS),
        (BLOCKING.id, Outcome.ERRORED, Standing.STOPS),
        (WARNING.id, Outcome.FAILED, Standing.WARNED_OF),
        (OBSERVED.id, Outcome.FAILED, Standing.OBSERVED),
        (BLOCKING.id, Outcome.UNKNOWN, Standing.NOT_KNOWN),
    ]


def test_a_fingerprint_stays_when_lines_move_and_differs_for_each_entry() -> None:
    def fingerprints(*verdicts: object) -> list[str]:
        return [item.fingerprint for item in told(verdicts).items]  # type: ignore[arg-type]

    here = a_verdict(position=Position("main.tf", 3, 5))
    moved = a_verdict(position=Position("main.tf", 30, 50), message="Said in other words.")
    others = (
        a_verdict(WARNING, position=Position("main.tf", 3, 5)),
        a_verdict(position=Position("other.tf", 3, 5)),
        a_verdict(subject="aws_cloudwatch_log_group.other", position=Position("main.tf", 3, 5)),
        # The same thing twice, at another attribute.
        a_verdict(position=Position("main.tf", 4, 4), attribute="name"),
    )

    assert fingerprints(here) == fingerprints(moved)
    every = fingerprints(here, *others)
    assert len(set(every)) == 5
    assert all(len(item) == 64 for item in every)


@pytest.mark.parametrize("name", FOR_PROGRAMS)
def test_a_format_says_the_same_twice_and_ends_with_its_line(name: str) -> None:
    report = one_of_each().report

    text = rendered(name, report, 1, "No.")

    assert text == rendered(name, report, 1, "No.")
    assert text.endswith("\n")


@pytest.mark.parametrize("name", FOR_PROGRAMS)
def test_a_format_is_told_on_stdout_alone(check: Check, name: str) -> None:
    status, out, err = check({"main.tf": BAD + GOOD + UNREAD}, "--format", name)

    assert (status, err) == (1, "")
    assert "log-retention" in out
    # How the text for people begins.
    assert not out.startswith("log-retention (")


def test_json_is_json_however_it_is_asked_for(check: Check) -> None:
    files = {"main.tf": BAD}

    first = check(files, "--json")[1]
    assert check(files, "--format", "json")[1] == first
    assert check(files, "--format=json")[1] == first
    assert check(files, "--json", "--format", "json")[1] == first
    assert json.loads(first)["is_denied"] is True
    assert json.loads(check(files, "--format", "json", at="nowhere")[1])["error"]["exit_status"] == 2


def test_two_formats_at_once_are_refused(check: Check) -> None:
    status, out, _ = check({"main.tf": BAD}, "--json", "--format", "sarif")

    assert (status, json.loads(out)["error"]["code"]) == (2, "check-format-ambiguous")


@pytest.mark.parametrize("name", FOR_PROGRAMS)
def test_a_refusal_is_a_report_too_so_that_no_old_file_looks_clean(check: Check, tmp_path: Path, name: str) -> None:
    (tmp_path / "report").write_text("all was well yesterday", encoding="utf-8")

    status, _, err = check({}, "--format", name, "--output", "report", at="nowhere")

    assert status == 2
    assert err.startswith("path-missing: ") or name == "json"
    text = (tmp_path / "report").read_text(encoding="utf-8")
    assert "path-missing" in text
    assert "yesterday" not in text


# --- the file


def test_people_still_see_the_text_when_a_file_is_written(check: Check, tmp_path: Path) -> None:
    status, out, _ = check({"main.tf": BAD}, "--format", "sarif", "--output", "report.sarif")

    assert status == 1
    assert "No: 1 denied." in out
    assert json.loads((tmp_path / "report.sarif").read_text(encoding="utf-8"))["version"] == "2.1.0"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["main.tf", "report.sarif"]


def test_without_a_format_the_file_holds_what_people_see(check: Check, tmp_path: Path) -> None:
    _, out, _ = check({"main.tf": BAD}, "--output", "report.txt")

    assert (tmp_path / "report.txt").read_text(encoding="utf-8") == out


def test_what_cannot_be_written_is_bad_input_and_hides_nothing(check: Check, tmp_path: Path) -> None:
    status, out, err = check({"main.tf": BAD}, "--format", "sarif", "--output", "nowhere/report.sarif")

    assert status == 2
    assert "No: 1 denied." in out
    assert err.startswith("check-output-unwritable: nowhere/report.sarif cannot be written: ")
    assert [path.name for path in tmp_path.iterdir()] == ["main.tf"]
    assert check({"main.tf": BAD}, "--output", ".")[0] == 2


def test_a_file_keeps_its_rights_and_a_link_stays_a_link(check: Check, tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.write_text("old", encoding="utf-8")
    real.chmod(0o600)
    (tmp_path / "link").symlink_to("real")

    check({"main.tf": BAD}, "--format", "json", "--output", "link")

    assert (tmp_path / "link").is_symlink()
    assert real.read_text(encoding="utf-8").startswith("{")
    assert real.stat().st_mode & 0o777 == 0o600
