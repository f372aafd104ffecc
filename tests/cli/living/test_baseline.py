"""What was known before is told, is never called passed, and stops nothing."""

import json
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from pavior.policy.model import Control, RuleResult

OPEN_DISK = 'resource "aws_ebs_volume" "{}" {{\n  size = 3\n}}\n'
CLOSED_DISK = 'resource "aws_ebs_volume" "{}" {{\n  size      = 3\n  encrypted = true\n}}\n'
ODD_DISK = 'variable "odd" {{\n  type = bool\n}}\nresource "aws_ebs_volume" "{}" {{\n  encrypted = var.odd\n}}\n'
BUCKET = 'resource "aws_s3_bucket" "files" {\n  bucket = "files"\n}\n'
ONE, TWO = OPEN_DISK.format("one"), OPEN_DISK.format("two")
HEAD = '{"format": "pavior-baseline", "version": 1}\n'


def _entry(path: str, subject: str, control: str = "disk-encrypted") -> str:
    return f'{{"control": "{control}", "path": "{path}", "subject": "{subject}"}}\n'


def test_it_holds_one_sorted_line_a_failure_and_no_value(check: Any, tmp_path: Path) -> None:
    status, out, _ = check({"b.tf": TWO + ONE, "a.tf": BUCKET}, "--write-baseline", "known.jsonl")

    assert status == 0
    assert (tmp_path / "known.jsonl").read_text(encoding="utf-8") == (
        HEAD
        + _entry("b.tf", "aws_ebs_volume.one")
        + _entry("b.tf", "aws_ebs_volume.two")
        + _entry("a.tf", "aws_s3_bucket.files", "object-storage-no-public-access")
        + _entry("a.tf", "aws_s3_bucket.files", "object-storage-versioned")
    )
    assert "known.jsonl is written: 4 known; 0 taken out" in out


def test_only_what_is_new_stops_and_what_is_known_is_not_called_passed(check: Any) -> None:
    check({"main.tf": ONE}, "--write-baseline", "known.jsonl")

    status, out, _ = check({}, "--baseline", "known.jsonl")
    assert status == 0
    assert "KNOWN BEFORE" in out
    assert "1 failed, 0 errored, 0 unknown, 0 passed" in out
    assert "known before  1 of the verdicts that failed" in out
    assert "Nothing new here stops it. What was known before is not fixed" in out
    assert "stops a Change" not in out

    status, out, _ = check({"main.tf": ONE + TWO}, "--baseline", "known.jsonl")
    assert status == 1
    assert "where: aws_ebs_volume.two at main.tf:4" in out
    assert "where: aws_ebs_volume.one" not in out
    assert "No: 1 denied." in out


def test_json_tells_what_was_known(check: Any) -> None:
    check({"main.tf": ONE + BUCKET}, "--write-baseline", "known.jsonl")

    document = json.loads(check({}, "--baseline", "known.jsonl", "--json")[1])

    assert document["is_denied"] is False
    assert document["denials"] == document["warnings"] == []
    assert {item["control"] for item in document["known_before"]} == {
        "object-storage-no-public-access",
        "disk-encrypted",
        "object-storage-versioned",
    }
    assert document["counts"]["failed"] == 3
    assert document["baseline"] == {
        "file": "known.jsonl",
        "entries": 3,
        "gone": 0,
        "is_written": False,
        "kept": 0,
    }


@pytest.mark.parametrize(
    "files",
    [
        {"main.tf": "# a line more\n\n" + ONE},
        {"main.tf": None, "disks.tf": ONE},
        {"main.tf": BUCKET.replace("files", "logs"), "disks.tf": ONE},
    ],
    ids=["a line moved", "the file renamed", "moved to another file of the folder"],
)
def test_it_is_stable_where_the_address_is_the_same(check: Any, files: dict[str, str | None]) -> None:
    check({"main.tf": ONE}, "--write-baseline", "known.jsonl")

    _, out, _ = check(files, "--baseline", "known.jsonl")

    assert "where: aws_ebs_volume.one" not in out
    assert "known before  1 of" in out
    assert "are gone" not in out


def test_the_same_address_in_another_stack_is_new(check: Any) -> None:
    check({"a/main.tf": ONE}, "--write-baseline", "known.jsonl")

    status, out, _ = check({"a/main.tf": CLOSED_DISK.format("one"), "b/main.tf": ONE}, "--baseline", "known.jsonl")

    assert status == 1
    assert "where: aws_ebs_volume.one at b/main.tf:1" in out


def test_a_module_that_two_stacks_call_is_known_as_often_as_it_was(check: Any, tmp_path: Path) -> None:
    call = 'module "disk" {\n  source = "../module"\n}\n'
    check({"module/main.tf": ONE, "a/main.tf": call}, "--write-baseline", "known.jsonl")

    status, out, _ = check({"b/main.tf": call}, "--baseline", "known.jsonl")

    assert status == 1
    assert "No: 1 denied." in out
    check({}, "--write-baseline", "known.jsonl")
    assert len((tmp_path / "known.jsonl").read_text(encoding="utf-8").splitlines()) == 3
    assert check({}, "--baseline", "known.jsonl")[0] == 0


def test_what_is_gone_is_told_and_taken_out_when_it_is_written_anew(check: Any, tmp_path: Path) -> None:
    check({"main.tf": ONE + TWO}, "--write-baseline", "known.jsonl")

    _, out, _ = check({"main.tf": CLOSED_DISK.format("one")}, "--baseline", "known.jsonl")
    assert "2 of the baseline are gone: write it anew with --write-baseline known.jsonl" in out

    assert "0 known; 2 taken out" in check({}, "--write-baseline", "known.jsonl")[1]
    assert (tmp_path / "known.jsonl").read_text(encoding="utf-8") == HEAD


def test_where_a_check_did_not_look_nothing_is_gone_and_nothing_is_lost(check: Any, tmp_path: Path) -> None:
    check({"a/main.tf": ONE, "b/main.tf": TWO}, "--write-baseline", "known.jsonl")
    before = (tmp_path / "known.jsonl").read_text(encoding="utf-8")

    _, out, _ = check({}, "--baseline", "known.jsonl", at="a")
    _, written, _ = check({}, "--write-baseline", "known.jsonl", at="a")

    assert "are gone" not in out
    assert "2 known, 1 of them from where this check did not look; 0 taken out" in written
    assert (tmp_path / "known.jsonl").read_text(encoding="utf-8") == before


def test_a_file_that_cannot_be_read_takes_nothing_out_and_still_stops(check: Any, tmp_path: Path) -> None:
    check({"main.tf": ONE}, "--write-baseline", "known.jsonl")
    before = (tmp_path / "known.jsonl").read_text(encoding="utf-8")

    status, out, _ = check({"main.tf": "resource {"}, "--write-baseline", "known.jsonl")

    assert status == 3
    assert "Could not be evaluated: 1 not readable." in out
    assert (tmp_path / "known.jsonl").read_text(encoding="utf-8") == before


def test_a_failure_that_was_known_excuses_nothing_that_is_not_known(check: Any) -> None:
    check({"main.tf": ONE}, "--write-baseline", "known.jsonl")

    odd = {"main.tf": ODD_DISK.format("one")}

    status, out, _ = check(odd, "--baseline", "known.jsonl", "--require-known")
    assert status == 3
    assert "Could not be evaluated: 1 not known." in out
    assert "known before  0 of" in out
    assert "are gone" not in out


def test_a_failure_that_was_known_excuses_no_rule_that_breaks(check: Any, few_controls: tuple[Control, ...]) -> None:
    check({"main.tf": ONE}, "--write-baseline", "known.jsonl")
    broken = tuple(replace(item, rule=_break) for item in few_controls)

    status, out, _ = check({}, "--baseline", "known.jsonl", controls=broken)

    assert status == 3
    assert "errored: The rule ended with ValueError." in out
    assert "known before  0 of" in out


def _break(_: object) -> RuleResult:
    raise ValueError


def test_a_plan_without_lines_has_a_baseline_too(check: Any, tmp_path: Path) -> None:
    plan = {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {
            "root_module": {
                "resources": [
                    {
                        "address": "aws_ebs_volume.one",
                        "mode": "managed",
                        "type": "aws_ebs_volume",
                        "name": "one",
                        "provider_name": "registry.terraform.io/hashicorp/aws",
                        "values": {"encrypted": False},
                    }
                ]
            }
        },
        "resource_changes": [],
    }
    files = {"plan.json": json.dumps(plan)}

    assert check(files, at="plan.json")[0] == 1
    assert check({}, "--write-baseline", "known.jsonl", at="plan.json")[0] == 0
    assert (tmp_path / "known.jsonl").read_text(encoding="utf-8") == HEAD + _entry("", "aws_ebs_volume.one")
    assert check({}, "--baseline", "known.jsonl", at="plan.json")[0] == 0


WRONG = {
    "no such file": (None, "it cannot be read: No such file or directory"),
    "Terraform": (ONE, "its first line is not"),
    "empty": ("", "its first line is not"),
    "bytes": ("\udcff", "it is no text in UTF-8"),
    "newer": (HEAD.replace("1}", "2}"), "it is of version 2, and this Pavior reads version 1"),
    "version that is no number": (HEAD.replace("1}", "true}"), "its first line is not"),
    "marks of a merge": (HEAD + "<<<<<<< main\n", "line 2 is no entry"),
    "too little": (HEAD + '{"control": "disk-encrypted"}\n', "line 2 is no entry"),
    "a value": (HEAD + _entry("a", "b").replace("}", ', "value": "x"}'), "line 2 is no entry"),
    "a number": (HEAD + _entry("a", "b").replace('"b"', "3"), "line 2 is no entry"),
    "deep": (HEAD + "[" * 100_000 + "\n", "line 2 is no entry"),
    "unknown control": (HEAD + _entry("a", "b", "no-such"), "names controls that this Pavior does not have: no-such"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_baseline_is_refused_and_left_as_it_is(check: Any, tmp_path: Path, name: str) -> None:
    text, why = WRONG[name]
    file = tmp_path / "known.jsonl"
    if text is not None:
        file.write_bytes(text.encode("utf-8", "surrogateescape"))

    status, _, err = check({"main.tf": ONE}, "--baseline", "known.jsonl")

    assert status == 2
    assert err.startswith("baseline-unreadable: known.jsonl cannot be used as a baseline: ")
    assert why in err
    # One that only names what is no more is to be written anew; everything else is not ours.
    written = check({}, "--write-baseline", "known.jsonl")[0]
    assert written == (0 if name in {"no such file", "unknown control"} else 2)
    if written and text is not None:
        assert file.read_bytes() == text.encode("utf-8", "surrogateescape")


def test_reading_and_writing_one_at_once_means_nothing(check: Any) -> None:
    status, _, err = check({"main.tf": ONE}, "--baseline", "a", "--write-baseline", "b")

    assert status == 2
    assert err.startswith("check-options-exclude-each-other: ")


def test_a_place_that_cannot_be_written_is_told(check: Any) -> None:
    status, _, err = check({"main.tf": ONE}, "--write-baseline", "nowhere/known.jsonl")

    assert status == 2
    assert err.startswith("file-not-written: nowhere/known.jsonl cannot be written: No such file or directory.")
