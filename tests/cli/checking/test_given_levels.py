"""A check goes by the levels that a server signed, for as long as they are valid; after that no level is known."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec import structs
from tests.cli.checking.documents import (
    BAD_SUBJECT,
    EXPIRED,
    GIVEN,
    HOUR,
    NOW,
    OTHER,
    a_change,
    asked,
    files,
    signed,
    tampered,
)
from tests.cli.checking.pretend import BAD, GOOD, RETENTION, Check

from pavior.policy.level_documents import SignedControl
from pavior.policy.model import Level
from pavior.testing.builders import a_control


def test_what_the_server_lets_pass_with_a_warning_is_warned_of_here(check: Check) -> None:
    status, out, _ = check(files(signed(a_change(Level.WARN))), *GIVEN, at="main.tf")

    assert status == 0
    assert "WARNED OF" in out
    assert "orders/prod, by pavior.example.com" in out


def test_what_the_server_blocks_is_blocked_here_though_the_folder_only_observes(check: Check) -> None:
    observed = a_control(id=RETENTION.id, view="LogGroup", default_level=Level.OBSERVE, rule=RETENTION.rule)
    levels = signed(controls=asked(version=observed.version))

    assert check(files(levels), at="main.tf", controls=(observed,))[0] == 0
    assert check(files(levels), *GIVEN, at="main.tf", controls=(observed,))[0] == 1


def test_what_starts_after_the_document_was_made_counts_from_its_start_on(check: Check) -> None:
    soon = a_change(Level.WARN, starts_at=NOW + HOUR)
    begun = a_change(Level.WARN, starts_at=NOW - timedelta(minutes=1))

    assert check(files(signed(soon)), *GIVEN, at="main.tf")[0] == 1
    assert check(files(signed(begun)), *GIVEN, at="main.tf")[0] == 0


def test_block_for_new_spares_what_the_server_has_seen_and_blocks_what_it_has_not(check: Check) -> None:
    change = a_change(Level.BLOCK, is_new_only=True)
    known = signed(change, controls=asked(Level.OBSERVE), first_seen={BAD_SUBJECT: NOW - 2 * HOUR})

    assert check(files(known), *GIVEN, at="main.tf")[0] == 0
    assert check(files(signed(change, controls=asked(Level.OBSERVE))), *GIVEN, at="main.tf")[0] == 1


@pytest.mark.parametrize("text", [GOOD, BAD])
@pytest.mark.parametrize(
    ("levels", "code"),
    [
        (signed(**EXPIRED), "levels-expired"),
        (signed(issued_at=NOW + HOUR, valid_until=NOW + 25 * HOUR), "levels-from-future"),
        (signed(a_change(Level.OBSERVE), key=OTHER), "levels-forged"),
        (tampered(signed(a_change(Level.OBSERVE))), "levels-forged"),
        ("{}", "levels-unreadable"),
        ("\x00", "levels-unreadable"),
    ],
)
def test_levels_that_nobody_can_go_by_are_unknown_and_nothing_is_let_pass(
    check: Check, levels: str, code: str, text: str
) -> None:
    status, out, _ = check(files(levels, text), *GIVEN, at="main.tf")

    assert status == 3
    assert f"{code}: Neither levels nor waivers are known" in out
    assert "Could not be evaluated: neither levels nor waivers are known" in out


def test_a_file_that_does_not_end_is_read_no_further_than_it_would_be_taken(check: Check) -> None:
    endless = ("--levels-from", "/dev/zero", "--levels-key", "key.pem")

    status, out, _ = check(files(signed(), GOOD), *endless, at="main.tf")

    assert (status, "it has more than 67108864 bytes" in out) == (3, True)
    assert check(files(signed()), "--levels-from", "levels.json", "--levels-key", "/dev/zero", at="main.tf")[0] == 2


def test_programs_are_told_as_well(check: Check) -> None:
    expired = signed(**EXPIRED)

    status, out, _ = check(files(expired, GOOD), *GIVEN, "--json", at="main.tf")

    document = json.loads(out)
    assert status == 3
    assert document["is_denied"]
    assert document["levels"]["code"] == "levels-expired"
    assert [item["code"] for item in document["problems"]] == ["levels-expired"]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--levels-from", "levels.json"), "check-option-alone"),
        (("--levels-key", "key.pem"), "check-option-alone"),
        (("--levels-from", "nowhere", "--levels-key", "key.pem"), "levels-missing"),
        (("--levels-from", "levels.json", "--levels-key", "main.tf"), "levels-key-invalid"),
        ((*GIVEN, "--environment", "dev"), "levels-elsewhere"),
        ((*GIVEN, "--environment", "ledger/prod"), "levels-elsewhere"),
    ],
)
def test_what_cannot_be_meant_is_bad_input(check: Check, options: tuple[str, ...], code: str) -> None:
    status, _, err = check(files(signed()), *options, at="main.tf")

    assert (status, code in err) == (2, True)


@pytest.mark.parametrize("environment", ["prod", "orders/prod"])
def test_the_stage_or_the_whole_name_is_the_environment(check: Check, environment: str) -> None:
    levels = signed(a_change(Level.WARN))

    assert check(files(levels), *GIVEN, "--environment", environment, at="main.tf")[0] == 0


def test_a_control_that_the_server_does_not_ask_stands_at_its_folder_and_is_named(check: Check) -> None:
    status, out, _ = check(files(signed(controls={})), *GIVEN, at="main.tf")

    assert status == 1
    assert f"not asked there: {RETENTION.id}" in out


def test_a_control_of_another_version_holds_its_level_and_both_versions_are_told(check: Check) -> None:
    levels = files(signed(controls=asked(version="f" * 64)))

    status, out, _ = check(levels, *GIVEN, at="main.tf")
    found = json.loads(check(levels, *GIVEN, "--json", at="main.tf")[1])["levels"]

    assert status == 1
    assert f"different there: {RETENTION.id} (version {RETENTION.version[:12]} here, ffffffffffff there)" in out
    assert found["other_versions"] == [{"control": RETENTION.id, "here": RETENTION.version, "there": "f" * 64}]
    assert "different there" not in check(files(signed()), *GIVEN, at="main.tf")[1]


def test_a_control_that_the_server_asks_and_that_is_not_here_is_told(check: Check) -> None:
    levels = files(signed(controls={**asked(), "log-encrypted": SignedControl("0" * 64, Level.BLOCK)}))

    assert "not here: log-encrypted" in check(levels, *GIVEN, at="main.tf")[1]
    for name in ("sarif", "junit", "github", "gitlab-codequality", "markdown"):
        assert "log-encrypted" in check(levels, *GIVEN, "--format", name, at="main.tf")[1], name


def test_a_control_that_was_renamed_since_is_the_same_one(check: Check) -> None:
    before = {"log-kept": SignedControl(RETENTION.version, Level.OBSERVE)}
    renamed = structs.replace(RETENTION, formerly=("log-kept",))

    status, out, _ = check(files(signed(controls=before)), *GIVEN, at="main.tf", controls=(renamed,))

    assert status == 0
    assert "not asked there" not in out


def test_the_check_without_levels_loads_nothing_of_signatures(tmp_path: Path) -> None:
    import subprocess
    import sys

    (tmp_path / "main.tf").write_text("")
    program = (
        "import sys; import pavior.cli.check, pavior.cli.checking.looking; "
        "print([name for name in sys.modules if name.startswith('cryptography') or 'level_documents' in name])"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "[]"
