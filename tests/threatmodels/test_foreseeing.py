import pytest

from pavior.kernel.verdicts import Outcome
from pavior.testing.builders import BUCKET, PUBLIC_ACCESS, a_verdict
from pavior.testing.threat_builders import a_threat, a_threat_model
from pavior.threatmodels.foreseeing import opened_by_source, tell_opened

MODEL = a_threat_model(a_threat(id="read-by-everybody"))
WHY = f"{PUBLIC_ACCESS} fails on {BUCKET}."


def test_a_control_that_fails_in_the_source_opens_its_threat_and_says_where() -> None:
    failed = a_verdict(control=PUBLIC_ACCESS, subject=BUCKET, outcome=Outcome.FAILED)

    assert opened_by_source(MODEL, [failed]) == {"read-by-everybody": WHY}


@pytest.mark.parametrize("outcome", [Outcome.PASSED, Outcome.UNKNOWN, Outcome.ERRORED])
def test_only_a_failure_opens_a_threat(outcome: Outcome) -> None:
    assert opened_by_source(MODEL, [a_verdict(control=PUBLIC_ACCESS, subject=BUCKET, outcome=outcome)]) == {}


def test_a_threat_that_nothing_is_named_against_is_not_opened_by_a_source() -> None:
    assert opened_by_source(a_threat_model(a_threat(controls=())), []) == {}


def test_only_what_was_not_open_before_is_told() -> None:
    after = {"read-by-everybody": WHY, "old": "It fails."}

    assert tell_opened({"old": "It fails."}, after) == (
        f"Not counting waivers, its source opens read-by-everybody: {WHY}"
    )
    assert tell_opened(after, after) == ""
