"""A check is told of waivers by the document that holds the levels: excused for a time, and never called passed."""

import json
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from msgspec import structs
from tests.cli.checking.documents import (
    BAD_SUBJECT,
    END,
    EXPIRED,
    GIVEN,
    HOUR,
    NOW,
    OTHER,
    a_change,
    a_signed_waiver,
    files,
    signed,
    tampered,
)
from tests.cli.checking.pretend import BAD, GOOD, RETENTION, UNREAD, Check

from pavior.cli.checking.formats import FORMATS, PEOPLE
from pavior.kernel.clock import format_instant
from pavior.policy.model import Level

UNTIL = format_instant(END)
WAIVED = f"waived by W-4 until {UNTIL}"
SOON = timedelta(minutes=5)


def waived(text: str = BAD + GOOD, **fields: Any) -> dict[str, str]:
    return files(signed(waivers=(a_signed_waiver(**fields),)), text)


def test_what_a_waiver_excuses_does_not_stop_and_is_told_as_waived_until_its_end(check: Check) -> None:
    status, out, _ = check(waived(), *GIVEN, at="main.tf")

    assert status == 0
    row = next(line for line in out.splitlines() if line.startswith("log-retention"))
    assert row.split()[-2:] == ["W-4", UNTIL]
    assert "WAIVED" in out
    assert "1 failed, 0 errored, 0 unknown, 1 passed" in out
    assert "1 failed, by W-4" in out
    assert f"Waived: 1, the first until {UNTIL}." in out
    assert check(files(signed(), BAD + GOOD), *GIVEN, at="main.tf")[0] == 1


def test_programs_are_told_which_waiver_and_until_when(check: Check) -> None:
    document = json.loads(check(waived(), *GIVEN, "--json", at="main.tf")[1])

    (found,) = document["waived"]
    assert (found["denial"]["subject"], found["waiver"], found["until"]) == (BAD_SUBJECT, "W-4", UNTIL)
    assert (document["is_denied"], document["denials"], document["warnings"]) == (False, [], [])
    assert document["counts"] == {"unknown": 0, "passed": 1, "failed": 1, "errored": 0}
    assert document["levels"]["waivers"] == 1


def test_sarif_has_it_as_suppressed_and_says_of_the_others_that_they_are_not(check: Check) -> None:
    text = BAD + BAD.replace("bad", "worse", 1)

    (run,) = json.loads(check(waived(text), *GIVEN, "--format", "sarif", at="main.tf")[1])["runs"]

    other, suppressed = run["results"]
    assert other["suppressions"] == []
    assert suppressed["suppressions"] == [
        {
            "kind": "external",
            "status": "accepted",
            "justification": f"It is {WAIVED}.",
            "properties": {"waiver": "W-4", "until": UNTIL},
        }
    ]
    assert (suppressed["kind"], suppressed["level"]) == ("fail", "note")
    assert suppressed["message"]["text"] == f"{BAD_SUBJECT}: It is kept for ever."


def test_junit_skips_it_and_says_why(check: Check) -> None:
    status, out, _ = check(waived(), *GIVEN, "--format", "junit", at="main.tf")

    suites = ET.fromstring(out)  # noqa: S314 - our own text
    skipped = [item.get("message") for item in suites.iter("skipped")]
    assert (status, suites.get("failures"), suites.get("errors")) == (0, "0", "0")
    assert f"failed, and {WAIVED}: It is kept for ever." in skipped


def test_github_takes_it_for_a_notice(check: Check) -> None:
    _, out, _ = check(waived(), *GIVEN, "--format", "github", at="main.tf")

    assert out.startswith("::notice file=main.tf,line=1")
    assert f"%0AIt is {WAIVED}.%0A" in out
    assert "or ask" not in out


def test_gitlab_takes_it_for_information(check: Check) -> None:
    (entry,) = json.loads(check(waived(), *GIVEN, "--format", "gitlab-codequality")[1])

    assert entry["severity"] == "info"
    assert entry["description"].endswith(f"It is kept for ever. It is {WAIVED}.")


def test_markdown_has_a_row_for_it_and_no_fix(check: Check) -> None:
    out = unescape(check(waived(), *GIVEN, "--format", "markdown", at="main.tf")[1])

    assert f"| waived | medium | `log-retention` | `{BAD_SUBJECT}`<br>`main.tf:1` | It is {WAIVED}. It is kept" in out
    assert "<details>" not in out


@pytest.mark.parametrize("name", FORMATS)
def test_no_format_counts_it_as_passed_nor_keeps_silent_about_it(check: Check, name: str) -> None:
    options = () if name == PEOPLE else ("--format", name)

    status, out, _ = check(waived(BAD), *GIVEN, *options, at="main.tf")

    assert status == 0
    assert "W-4" in out
    assert UNTIL in unescape(out)


def test_what_is_not_known_is_waived_too_and_then_stops_nothing(check: Check) -> None:
    of_any = waived(UNREAD, subject="")

    assert check(files(signed(), UNREAD), *GIVEN, "--require-known")[0] == 3
    status, out, _ = check(of_any, *GIVEN, "--require-known", "--json")
    document = json.loads(out)
    assert (status, document["unknown"], document["unknown_blocking"]) == (0, [], 0)
    assert document["waived"][0]["denial"]["outcome"] == "unknown"


def test_what_only_warns_is_told_as_waived_as_well(check: Check) -> None:
    levels = signed(a_change(Level.WARN), waivers=(a_signed_waiver(),))

    document = json.loads(check(files(levels), *GIVEN, "--json", at="main.tf")[1])

    assert (len(document["waived"]), document["warnings"]) == (1, [])


@pytest.mark.parametrize(
    "fields",
    [
        {"subject": "aws_cloudwatch_log_group.other"},
        {"control": "log-encrypted"},
        {"environment": "orders/dev"},
        {"environment": "ledger/*"},
        {"subject": "", "path": "legacy/**"},
    ],
)
def test_a_waiver_of_something_else_excuses_nothing(check: Check, fields: dict[str, str]) -> None:
    status, out, _ = check(waived(**fields), *GIVEN, at="main.tf")

    assert (status, "WAIVED" in out) == (1, False)


@pytest.mark.parametrize("fields", [{"environment": "orders/*"}, {"environment": "*", "subject": ""}])
def test_a_wide_waiver_excuses_what_it_reaches(check: Check, fields: dict[str, str]) -> None:
    assert check(waived(**fields), *GIVEN, at="main.tf")[0] == 0


def test_a_waiver_ends_before_the_document_does_and_that_is_told(check: Check) -> None:
    ended = waived(expires_at=NOW + SOON)
    lasting = waived(expires_at=NOW + SOON + HOUR)

    assert check(lasting, *GIVEN, at="main.tf")[0] == 0
    status, out, _ = check(ended, *GIVEN, at="main.tf")
    assert status == 1
    assert "ended since: W-4" in out
    for name in ("sarif", "junit", "github", "gitlab-codequality", "markdown"):
        assert "W-4" in check(ended, *GIVEN, "--format", name, at="main.tf")[1], name


@pytest.mark.parametrize(
    "levels",
    [
        signed(waivers=(a_signed_waiver(),), **EXPIRED),
        signed(waivers=(a_signed_waiver(),), key=OTHER),
        signed(waivers=(a_signed_waiver(),), issued_at=NOW + HOUR),
        tampered(signed(waivers=(a_signed_waiver(),))),
        signed(waivers=(a_signed_waiver(),))[:-40],
    ],
)
def test_a_document_that_nobody_can_go_by_excuses_nothing_and_denies_nothing(check: Check, levels: str) -> None:
    status, out, _ = check(files(levels), *GIVEN, "--json", at="main.tf")

    document = json.loads(out)
    assert (status, document["waived"]) == (3, [])
    assert "Neither levels nor waivers are known" in document["problems"][0]["summary"]


def test_a_waiver_of_a_control_by_its_former_id_goes_on(check: Check) -> None:
    renamed = structs.replace(RETENTION, formerly=("log-kept",))

    assert check(waived(control="log-kept"), *GIVEN, at="main.tf", controls=(renamed,))[0] == 0
    assert check(waived(control="log-kept"), *GIVEN, at="main.tf")[0] == 1


@pytest.mark.parametrize(
    ("pattern", "status"), [("infra/legacy/**", 0), ("legacy/**", 1), ("infra/*.tf", 1), ("*.tf", 0)]
)
@pytest.mark.parametrize("at", ["infra/legacy/main.tf", "infra", "."])
def test_files_are_meant_from_the_root_of_the_repository_whatever_of_it_is_checked(
    check: Check, tmp_path: Path, pattern: str, status: int, at: str
) -> None:
    (tmp_path / ".git").mkdir()
    levels = signed(waivers=(a_signed_waiver(subject="", path=pattern),))

    assert check(files(levels, at="infra/legacy/main.tf"), *GIVEN, at=at)[0] == status


def test_files_are_meant_from_the_root_also_where_the_check_is_started_below_it(check: Check, tmp_path: Path) -> None:
    # The check is started in the folder `tmp_path`, and the repository is the one around it.
    levels = signed(waivers=(a_signed_waiver(subject="", path=f"{tmp_path.name}/*.tf"),))
    assert check(files(levels), *GIVEN, at="main.tf")[0] == 1

    (tmp_path.parent / ".git").mkdir()

    assert check(files(levels), *GIVEN, at="main.tf")[0] == 0
    (tmp_path.parent / ".git").rmdir()


def test_the_baseline_and_what_did_not_change_do_not_hide_a_waiver(check: Check) -> None:
    levels = files(signed(waivers=(a_signed_waiver(),)))
    check(levels, "--write-baseline", "known.json", at="main.tf")

    document = json.loads(check(levels, *GIVEN, "--baseline", "known.json", "--json", at="main.tf")[1])

    assert (len(document["waived"]), document["known_before"]) == (1, [])


def test_a_baseline_that_is_written_does_not_know_it_so_that_its_end_is_loud(check: Check) -> None:
    levels = waived(BAD + BAD.replace("bad", "worse", 1))

    status, out, _ = check(levels, *GIVEN, "--write-baseline", "known.json", "--json", at="main.tf")
    after = check(levels, "--baseline", "known.json", "--json", at="main.tf")[1]

    document = json.loads(out)
    assert (status, len(document["waived"]), len(document["known_before"])) == (0, 1, 1)
    assert [item["subject"] for item in json.loads(after)["denials"]] == [BAD_SUBJECT]


def test_a_hundred_thousand_waivers_find_the_one(check: Check) -> None:
    others = tuple(a_signed_waiver(id=f"W-{number}", subject=f"aws_x.n{number}") for number in range(10, 100_010))
    text = "".join(BAD.replace("bad", f"b{number}", 1) for number in range(200)) + BAD

    document = json.loads(
        check(files(signed(waivers=(*others, a_signed_waiver())), text), *GIVEN, "--json", at="main.tf")[1]
    )

    assert [item["waiver"] for item in document["waived"]] == ["W-4"]
    assert len(document["denials"]) == 200


def test_what_was_known_before_is_not_told_as_if_nothing_failed(check: Check) -> None:
    levels = files(signed(**EXPIRED))
    check(levels, "--write-baseline", "known.json", at="main.tf")

    status, out, _ = check(levels, *GIVEN, "--baseline", "known.json", at="main.tf")

    assert status == 3
    assert "Could not be evaluated: neither levels nor waivers are known.\n" in out
    assert "are known, and 1 fail.\n" in check(levels, *GIVEN, at="main.tf")[1]


def test_what_is_waived_since_is_told_as_taken_out_of_the_baseline(check: Check) -> None:
    levels = waived(BAD + BAD.replace("bad", "worse", 1))
    check(levels, "--write-baseline", "known.json", at="main.tf")

    _, out, _ = check(levels, *GIVEN, "--write-baseline", "known.json", at="main.tf")

    assert "known.json is written: 1 known; 1 taken out" in out
