"""SARIF 2.1.0: valid by its schema, and never clean where something was not read."""

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from tests.cli.checking.documents import GIVEN, a_signed_waiver, files, signed
from tests.cli.checking.pretend import BAD, GOOD, Check
from tests.cli.checking.reports import BLOCKING, a_verdict, one_of_each, told

from pavior.cli.checking.formats import Told
from pavior.cli.checking.formats.sarif import MOST_RESULTS, render
from pavior.kernel.verdicts import Outcome, Phase, Position
from pavior.resources.model import Skipped

_SCHEMA = "g10_sbom/sarif/oasis-tcs+sarif-spec/sarif-2.1/schema/sarif-schema-2.1.0.json"


def _run(told_: Told) -> Any:
    (run,) = json.loads(render(told_))["runs"]
    return run


@pytest.mark.peers
def test_it_is_valid_by_the_schema_of_the_standard(peers: Path, check: Check) -> None:
    with tarfile.open(fileobj=io.BytesIO((peers / "open" / "g10_sbom.tar.gz").read_bytes())) as packed:
        file = packed.extractfile(_SCHEMA)
        assert file is not None
        schema = json.load(file)
    # Formats such as uri are hints to this validator; the two that matter here are tested below.
    validator = Draft7Validator(schema)

    for case in (told(), one_of_each(), told([a_verdict(position=None)], phase=Phase.PLAN, path="plan.json")):
        assert [error.message for error in validator.iter_errors(json.loads(render(case)))] == []
    waived = files(signed(waivers=(a_signed_waiver(),)), BAD + BAD.replace("bad", "worse", 1))
    suppressed = json.loads(check(waived, *GIVEN, "--format", "sarif")[1])
    assert suppressed["runs"][0]["results"][1]["suppressions"]
    assert [error.message for error in validator.iter_errors(suppressed)] == []
    broken = json.loads(render(one_of_each()))
    broken["runs"][0]["results"][0]["level"] = "high"
    assert not validator.is_valid(broken)


def test_a_rule_has_risk_fix_lesson_and_the_severity_that_forges_sort_by() -> None:
    driver = _run(one_of_each())["tool"]["driver"]
    rule, other, _ = driver["rules"]

    assert driver["name"] == "Pavior"
    assert rule["id"] == "log-retention"
    assert rule["shortDescription"]["text"] == "Logs are kept for a year"
    assert rule["fullDescription"]["text"] == "Nobody can look back."
    for text in ("**Risk.** Nobody can look back.", "```terraform\nretention_in_days = 365\n```", "Three minutes."):
        assert text in rule["help"]["markdown"]
    assert "pavior control show log-retention" in rule["help"]["text"]
    assert rule["properties"] == {"tags": ["security", "external/cwe/cwe-778"], "security-severity": "8.0"}
    assert rule["defaultConfiguration"] == {"level": "error"}
    assert (other["properties"]["security-severity"], other["defaultConfiguration"]["level"]) == ("2.0", "warning")


def test_a_failure_has_a_level_and_what_is_not_known_is_open_and_has_none() -> None:
    results = _run(one_of_each())["results"]

    assert [(item["kind"], item["level"], item["properties"]["outcome"]) for item in results] == [
        ("fail", "error", "failed"),
        ("open", "none", "errored"),
        ("fail", "warning", "failed"),
        ("fail", "note", "failed"),
        ("open", "none", "unknown"),
    ]
    assert [item["ruleIndex"] for item in results] == [0, 0, 1, 2, 0]


def test_a_result_has_a_relative_place_with_a_region_and_a_fingerprint() -> None:
    result = _run(one_of_each())["results"][0]
    (location,) = result["locations"]

    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "infra/main.tf", "uriBaseId": "SRCROOT"},
        "region": {"startLine": 3, "startColumn": 1, "endLine": 5},
    }
    assert location["logicalLocations"][0]["fullyQualifiedName"] == "aws_cloudwatch_log_group.app"
    assert list(result["partialFingerprints"]) == ["controlSubjectPath/v1"]
    assert result["message"]["text"] == (
        "aws_cloudwatch_log_group.app: It is kept for ever.\n"
        "\n"
        "owner: the role security\n"
        "or ask: pavior waiver request log-retention SERVICE/STAGE --subject aws_cloudwatch_log_group.app --days 7 "
        "--even-if-nothing-matches --reason '...'\n"
        "or dispute: pavior control dispute log-retention --environment SERVICE/STAGE "
        "--subject aws_cloudwatch_log_group.app --reason '...'"
    )
    assert "suppressions" not in result


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("a b/c%d.tf", "a%20b/c%25d.tf"),
        ("./infra//main.tf", "infra/main.tf"),
        ("javascript:alert(1).tf", "javascript%3Aalert%281%29.tf"),
        ("caf\u00e9.tf", "caf%C3%A9.tf"),
        ("half-\udce9.tf", "half-%E9.tf"),
    ],
)
def test_a_path_is_a_uri_that_leads_to_that_file_alone(path: str, uri: str) -> None:
    result = _run(told([a_verdict(position=Position(path, 1, 1))]))["results"][0]

    artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert artifact == {"uri": uri, "uriBaseId": "SRCROOT"}


def test_what_lies_outside_has_a_place_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    verdicts = [a_verdict(position=Position(path, 1, 1)) for path in ("../other/main.tf", "/srv/a b.tf")]

    places = [item["locations"][0]["physicalLocation"]["artifactLocation"] for item in _run(told(verdicts))["results"]]

    assert sorted(place["uri"] for place in places) == sorted(
        [f"file://{tmp_path.parent}/other/main.tf", "file:///srv/a%20b.tf"]
    )
    assert [place for place in places if "uriBaseId" in place] == []


def test_a_plan_without_lines_is_itself_the_place() -> None:
    result = _run(told([a_verdict(position=None)], phase=Phase.PLAN, path="plans/plan.json"))["results"][0]

    place = result["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "plans/plan.json", "uriBaseId": "SRCROOT"}}


def _notifications(run: Any) -> list[tuple[str, str]]:
    (invocation,) = run["invocations"]
    return [(item["level"], item["descriptor"]["id"]) for item in invocation["toolExecutionNotifications"]]


def test_what_could_not_be_read_or_broke_is_an_error_of_the_tool() -> None:
    run = _run(one_of_each())
    (invocation,) = run["invocations"]

    assert _notifications(run) == [
        ("error", "source-unparsable"),
        ("error", "rule-broken"),
        ("warning", "passed-over"),
    ]
    assert invocation["executionSuccessful"] is False
    assert (invocation["exitCode"], invocation["exitCodeDescription"]) == (1, "a blocking control failed")
    assert invocation["toolExecutionNotifications"][1]["associatedRule"] == {"id": BLOCKING.id, "index": 0}
    assert "other.tf:1 does not parse." in invocation["toolExecutionNotifications"][0]["message"]["text"]


def test_only_what_was_read_and_evaluated_whole_is_without_a_notification() -> None:
    clean = _run(told([a_verdict(outcome=Outcome.PASSED)]))

    assert (_notifications(clean), clean["results"]) == ([], [])
    assert clean["invocations"][0]["executionSuccessful"] is True
    passed = [a_verdict(outcome=Outcome.PASSED)]
    assert _notifications(_run(told())) == [("warning", "nothing-evaluated")]
    assert _notifications(_run(told(passed, is_complete=False))) == [("warning", "not-complete")]
    assert _notifications(_run(told(passed, skipped=(Skipped("big.tf", "it is large"),), is_complete=False))) == [
        ("warning", "passed-over")
    ]
    blind = _run(told(is_complete=False, skipped=(Skipped("a.yaml", "it is no YAML"),)))
    assert ("error", "nothing-read") in _notifications(blind)
    assert blind["invocations"][0]["executionSuccessful"] is False


def test_a_refusal_is_a_run_that_did_not_succeed(check: Check) -> None:
    status, out, err = check({}, "--format", "sarif", at="nowhere")

    (run,) = json.loads(out)["runs"]
    assert (status, run["results"]) == (2, [])
    assert _notifications(run)[0] == ("error", "path-missing")
    assert (run["invocations"][0]["executionSuccessful"], run["invocations"][0]["exitCode"]) == (False, 2)
    assert err.startswith("path-missing: ")


def test_no_more_results_than_a_forge_takes_and_the_rest_is_counted() -> None:
    run = _run(told(a_verdict(subject=f"aws_cloudwatch_log_group.n{number}") for number in range(MOST_RESULTS + 2)))

    assert len(run["results"]) == MOST_RESULTS
    last = run["invocations"][0]["toolExecutionNotifications"][-1]
    assert last["message"]["text"].startswith("And 2 more results")


def test_source_and_plan_do_not_replace_each_other() -> None:
    code, plan = (_run(told([a_verdict()], phase=phase)) for phase in (Phase.CODE, Phase.PLAN))

    assert code["automationDetails"]["id"] == "pavior-check/code/default/"
    assert plan["automationDetails"]["id"] == "pavior-check/plan/default/"


def test_a_message_makes_no_link_and_no_placeholder_of_names() -> None:
    subject = 'aws_x.a["[here](https://bad.example)"] {0}'

    text = _run(told([a_verdict(subject=subject)]))["results"][0]["message"]["text"]

    assert text.startswith(r'aws_x.a\["\[here\](https://bad.example)"\] {{0}}: ')
    # Without a link in it, an address reads as it is written.
    plain = _run(told([a_verdict(subject='aws_x.a["b"]')]))["results"][0]["message"]["text"]
    assert plain.startswith('aws_x.a["b"]: ')


@given(subject=st.text(), message=st.text(), path=st.text(min_size=1).filter(lambda text: "\0" not in text))
def test_whatever_names_hold_it_is_one_document_without_control_characters(
    subject: str, message: str, path: str
) -> None:
    verdict = a_verdict(subject=subject, message=message, position=Position(path, 1, 1))

    text = render(told([verdict]))

    (result,) = json.loads(text)["runs"][0]["results"]
    assert all(sign.isprintable() or sign in "\n\t" for sign in result["message"]["text"])
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri.isascii()
    assert not set(uri) & set(' <>"{}|\\^`\n')


def test_the_pretend_check_gives_results_too(check: Check) -> None:
    status, out, _ = check({"main.tf": BAD + GOOD}, "--format", "sarif")

    (run,) = json.loads(out)["runs"]
    assert (status, len(run["results"])) == (1, 1)
