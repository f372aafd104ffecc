"""One document has everything."""

import json

from tests.cli.checking.pretend import BAD, GOOD, QUEUE, UNREAD, Check


def test_json_has_verdicts_counts_denials_and_coverage(check: Check) -> None:
    status, out, err = check({"main.tf": BAD + GOOD + UNREAD + QUEUE}, "--json")

    document = json.loads(out)
    assert (status, err) == (1, "")
    assert set(document) == {
        *(
            "path",
            "phase",
            "environment",
            "is_denied",
            "is_complete",
            "configuration",
            "excluded",
            "is_known_required",
            "not_asked",
            "is_blind",
            "counts",
            "denials",
            "warnings",
        ),
        *("unknown", "unknown_blocking", "problems", "coverage", "verdicts"),
        *("known_before", "not_changed", "since", "baseline", "lacks_coverage", "levels", "waived", "defaults_version"),
    }
    assert document["phase"] == "code"
    assert document["is_denied"] is True
    assert document["counts"] == {"unknown": 1, "passed": 1, "failed": 1, "errored": 0}
    (denial,) = document["denials"]
    assert (denial["control"], denial["subject"]) == ("log-retention", "aws_cloudwatch_log_group.bad")
    assert (denial["position"]["path"], denial["position"]["line"]) == ("main.tf", 1)
    assert denial["fix"] == "retention_in_days = 365"
    assert [item["subject"] for item in document["unknown"]] == ["aws_cloudwatch_log_group.unread"]
    assert document["coverage"]["uncovered_types"] == {"aws_sqs_queue": 1}
    assert len(document["verdicts"]) == 3


def test_an_error_is_json_too(check: Check) -> None:
    status, out, _ = check({}, "--json", at="nowhere")

    assert (status, json.loads(out)["error"]["code"]) == (2, "path-missing")
