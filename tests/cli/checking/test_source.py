"""Terraform of a folder or of one file is checked."""

import pytest
from tests.cli.checking.pretend import BAD, GOOD, LATER, QUEUE, UNREAD, Check


def test_a_clean_folder_passes_and_says_what_was_looked_at(check: Check) -> None:
    status, out, _ = check({"infra/main.tf": GOOD + QUEUE})

    assert status == 0
    assert out.splitlines() == [
        "checked              . (code)",
        "levels               default",
        "verdicts             0 failed, 0 errored, 0 unknown, 1 passed",
        "looked at            1 aws_cloudwatch_log_group",
        "no control looks at  1 aws_sqs_queue",
        "Nothing here stops a Change.",
    ]


def test_a_denial_names_control_resource_line_risk_fix_lesson_and_waiver(check: Check) -> None:
    status, out, _ = check({"infra/main.tf": GOOD + BAD})

    assert status == 1
    for line in (
        "log-retention (medium): Logs are kept for a year",
        "  where: aws_cloudwatch_log_group.bad at infra/main.tf:2, retention_in_days",
        "  failed: It is kept for ever.",
        "  risk: Nobody can look back.",
        "  fix:\n    retention_in_days = 365",
        "  lesson: pavior control show log-retention",
        "  or ask: pavior waiver request log-retention SERVICE/STAGE --subject aws_cloudwatch_log_group.bad --days 7",
        "verdicts   1 failed, 0 errored, 0 unknown, 1 passed",
        "No: 1 denied.",
    ):
        assert line in out


def test_what_a_control_denies_more_than_once_is_told_whole_once(check: Check) -> None:
    lines = BAD + BAD.replace(" bad ", " two ") + BAD.replace(" bad ", " three ")

    status, out, _ = check({"main.tf": lines})

    assert status == 1
    assert out.count("risk: ") == 1
    assert "THE SAME DENIES" in out
    assert "aws_cloudwatch_log_group.two    main.tf:2  It is kept for ever." in out
    assert "aws_cloudwatch_log_group.three  main.tf:3  It is kept for ever." in out
    assert "No: 3 denied." in out


def test_the_levels_are_those_of_the_stage(check: Check) -> None:
    status, out, _ = check({"main.tf": BAD}, "--environment", "dev")

    assert status == 0
    assert "log-retention  medium    aws_cloudwatch_log_group.bad  main.tf:1  It is kept for ever." in out
    assert check({}, "--environment", "prod")[0] == 1


def test_a_rule_that_breaks_says_so(check: Check) -> None:
    status, out, _ = check({"main.tf": "aws_cloudwatch_log_group a no-such-word\n"})

    assert status == 3
    assert "errored: The rule ended with KeyError." in out
    assert "0 failed, 1 errored, 0 unknown, 0 passed" in out
    assert "Could not be evaluated: 1 broken." in out


@pytest.mark.parametrize("line", [LATER, UNREAD])
def test_what_source_does_not_know_is_told_and_stops_only_when_asked_for(check: Check, line: str) -> None:
    status, out, _ = check({"main.tf": GOOD + line})
    strict_status, strict_out, _ = check({}, "--require-known")

    assert status == 0
    assert "0 failed, 0 errored, 1 unknown, 1 passed" in out
    assert "NOT KNOWN" in out
    assert "Not everything is known; the gate asks again of Terraform with the plan." in out
    assert strict_status == 3
    assert "Could not be evaluated: 1 not known." in strict_out


def test_what_is_not_known_under_a_warning_is_no_no(check: Check) -> None:
    assert check({"main.tf": UNREAD}, "--require-known", "--environment", "dev")[0] == 0


def test_a_file_that_does_not_parse_is_a_no_and_hides_nothing_else(check: Check) -> None:
    status, out, _ = check({"a/main.tf": BAD, "a/other.tf": "broken", "b/main.tf": GOOD})

    assert status == 1
    assert "source-malformed: a/other.tf:1 does not parse.\n  fix: Close the brace." in out
    assert "where: aws_cloudwatch_log_group.bad at a/main.tf:1" in out
    assert "passed over  a/other.tf: it does not parse" in out
    assert "1 failed, 0 errored, 0 unknown, 1 passed" in out
    assert "No: 1 denied, 1 not readable." in out


def test_terraform_without_anything_to_look_at_is_not_called_good(check: Check) -> None:
    status, out, _ = check({"main.tf": QUEUE})

    assert status == 0
    assert "No control looked at anything here, so nothing is known of it." in out
    assert "stops" not in out


def test_no_terraform_at_all_is_an_error(check: Check) -> None:
    status, _, err = check({"README.md": "hello"})

    assert status == 2
    assert err.startswith(
        "nothing-to-check: There is no Terraform and no Kubernetes manifest at or below ., so nothing was checked.\n"
    )


def test_a_path_that_is_not_there_is_an_error(check: Check) -> None:
    assert check({}, at="nowhere")[0] == 2


def test_one_file_can_be_checked(check: Check) -> None:
    status, out, _ = check({"infra/main.tf": GOOD, "infra/other.tf": BAD}, at="infra/main.tf")

    assert status == 0
    assert "checked      infra/main.tf (code)" in out
    assert "passed over  infra: only main.tf of this folder was asked for" in out
    assert "Not everything is known" in out
    assert check({}, "--require-known", at="infra/main.tf")[0] == 3


def test_positions_are_as_seen_from_where_the_person_stands(check: Check) -> None:
    _, out, _ = check({"a/b/live/main.tf": BAD, "a/b/old/main.tf": "broken"}, at="a/b")

    assert "at a/b/live/main.tf:1" in out
    assert "source-malformed: In a/b: old/main.tf:1 does not parse." in out
