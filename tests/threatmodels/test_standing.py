from datetime import UTC, date, datetime, timedelta

import pytest
from msgspec import structs

from pavior.kernel.verdicts import Outcome, Severity, Verdict
from pavior.policy.waiver_model import Waiver
from pavior.testing.builders import BUCKET, NOON, PUBLIC_ACCESS, a_verdict, an_approved_waiver
from pavior.testing.threat_builders import a_threat, a_threat_model, an_element
from pavior.threatmodels.model import Acceptance, ThreatModel, ThreatState
from pavior.threatmodels.standing import Deployed, Judged, accepted_until, judge, worst
from pavior.threatmodels.standing_model import CaseOutcome, Holding, ThreatStanding

OPEN, NOT_EVALUATED, ACCEPTED, MITIGATED = ThreatState
INSTANT = timedelta(microseconds=1)
TLS = "object-storage-tls-only"
TEST = "tests.test_files::test_nobody_reads"
MIDNIGHT = datetime(2026, 12, 1, tzinfo=UTC)


def said(outcome: Outcome, *, control: str = PUBLIC_ACCESS, subject: str = BUCKET) -> Verdict:
    return a_verdict(control=control, subject=subject, outcome=outcome)


def deployed(*verdicts: Verdict, **fields: object) -> Deployed:
    by_control: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        by_control.setdefault(verdict.control, []).append(verdict)
    return Deployed("orders/dev", by_control, **fields)  # type: ignore[arg-type]


def judged(model: ThreatModel, place: Deployed, now: datetime = NOON) -> Judged:
    (only,) = judge(model, place, now)
    return only


def a_waiver_until(until: datetime, **fields: object) -> Waiver:
    return structs.replace(an_approved_waiver(), expires_at=until, **fields)


PASSED, FAILED, UNKNOWN, ERRORED = Outcome.PASSED, Outcome.FAILED, Outcome.UNKNOWN, Outcome.ERRORED


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ((PASSED,), MITIGATED),
        ((PASSED, PASSED), MITIGATED),
        ((), NOT_EVALUATED),
        ((UNKNOWN,), NOT_EVALUATED),
        ((ERRORED,), NOT_EVALUATED),
        ((PASSED, UNKNOWN), NOT_EVALUATED),
        ((PASSED, ERRORED), NOT_EVALUATED),
        ((FAILED,), OPEN),
        ((PASSED, FAILED), OPEN),
        ((UNKNOWN, FAILED), OPEN),
        ((ERRORED, FAILED), OPEN),
    ],
)
def test_one_control_decides_by_its_worst_verdict(outcomes: tuple[Outcome, ...], expected: ThreatState) -> None:
    verdicts = [said(outcome, subject=f"{BUCKET}[{number}]") for number, outcome in enumerate(outcomes)]

    assert judged(a_threat_model(), deployed(*verdicts)).state is expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (PASSED, PASSED, MITIGATED),
        (PASSED, UNKNOWN, NOT_EVALUATED),
        (PASSED, FAILED, OPEN),
        (UNKNOWN, FAILED, OPEN),
        (UNKNOWN, UNKNOWN, NOT_EVALUATED),
    ],
)
def test_of_two_controls_the_worse_one_decides(first: Outcome, second: Outcome, expected: ThreatState) -> None:
    model = a_threat_model(a_threat(controls=(PUBLIC_ACCESS, TLS)))

    assert judged(model, deployed(said(first), said(second, control=TLS))).state is expected


@pytest.mark.parametrize(
    ("first", "expected"),
    [(PASSED, MITIGATED), (FAILED, OPEN), (UNKNOWN, NOT_EVALUATED), (ERRORED, NOT_EVALUATED), (None, NOT_EVALUATED)],
)
def test_a_control_that_was_asked_and_has_no_subject_there_decides_nothing_and_alone_is_no_evaluation(
    first: Outcome | None, expected: ThreatState
) -> None:
    model = a_threat_model(a_threat(controls=(PUBLIC_ACCESS, TLS)))
    verdicts = () if first is None else (said(first),)

    assert judged(model, deployed(*verdicts, asked={PUBLIC_ACCESS, TLS})).state is expected


def test_a_control_that_was_not_asked_is_no_evaluation_whatever_the_others_say() -> None:
    model = a_threat_model(a_threat(controls=(PUBLIC_ACCESS, TLS)))

    assert judged(model, deployed(said(PASSED), asked={PUBLIC_ACCESS})).state is NOT_EVALUATED


def test_a_threat_that_nothing_is_named_against_is_open() -> None:
    found = judged(a_threat_model(a_threat(controls=())), deployed(said(PASSED)))

    assert (found.state, found.because, found.evidence) == (OPEN, "Nothing is named that stops it.", ())


def test_words_and_requirements_alone_are_no_evaluation() -> None:
    worded = a_threat(controls=(), mitigations=("We look at it each week.",))
    required = a_threat(controls=(), requirements=("asvs-5.0.0:6.2.1",))

    assert judged(a_threat_model(worded), deployed()).state is NOT_EVALUATED
    assert judged(a_threat_model(required), deployed()).state is NOT_EVALUATED


def test_words_and_requirements_beside_a_control_take_nothing_away() -> None:
    threat = a_threat(mitigations=("We look at it each week.",), requirements=("asvs-5.0.0:6.2.1",))

    found = judged(a_threat_model(threat), deployed(said(PASSED)))

    assert found.state is MITIGATED
    assert [item.holding for item in found.evidence] == [Holding.HOLDS, Holding.NOT_EVALUATED, Holding.NOT_EVALUATED]


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (CaseOutcome.PASSED, MITIGATED),
        (CaseOutcome.FAILED, OPEN),
        (CaseOutcome.SKIPPED, NOT_EVALUATED),
        (None, NOT_EVALUATED),
    ],
)
def test_a_test_holds_only_when_it_was_reported_as_passed(outcome: CaseOutcome | None, expected: ThreatState) -> None:
    model = a_threat_model(a_threat(controls=(), tests=(TEST,)))
    cases = {} if outcome is None else {TEST: outcome}

    assert judged(model, deployed(cases=cases)).state is expected


def test_a_control_and_a_test_hold_together_or_not_at_all() -> None:
    model = a_threat_model(a_threat(tests=(TEST,)))

    assert judged(model, deployed(said(PASSED))).state is NOT_EVALUATED
    assert judged(model, deployed(said(FAILED), cases={TEST: CaseOutcome.PASSED})).state is OPEN
    assert judged(model, deployed(said(PASSED), cases={TEST: CaseOutcome.PASSED})).state is MITIGATED


def test_only_verdicts_about_the_places_of_a_threat_count() -> None:
    elsewhere = said(FAILED, subject="aws_s3_bucket.logs")

    assert judged(a_threat_model(), deployed(said(PASSED), elsewhere)).state is MITIGATED
    assert judged(a_threat_model(), deployed(elsewhere)).state is NOT_EVALUATED


def test_a_flow_means_both_of_its_ends() -> None:
    model = a_threat_model(a_threat(places=("writes",)))

    assert judged(model, deployed(said(FAILED))).state is OPEN


def test_where_no_place_names_a_resource_every_verdict_of_the_control_counts() -> None:
    elsewhere = said(FAILED, subject="aws_s3_bucket.logs")

    assert judged(a_threat_model(a_threat(places=("web",))), deployed(elsewhere)).state is OPEN
    assert judged(a_threat_model(a_threat(places=())), deployed(elsewhere)).state is OPEN


@pytest.mark.parametrize(
    ("address", "subject", "expected"),
    [
        (BUCKET, BUCKET, MITIGATED),
        (BUCKET, f"{BUCKET}[0]", MITIGATED),
        (BUCKET, f'{BUCKET}["a]b"]', MITIGATED),
        (BUCKET, "aws_s3_bucket.data2", NOT_EVALUATED),
        (f"{BUCKET}[0]", f"{BUCKET}[0]", MITIGATED),
        (f"{BUCKET}[0]", f"{BUCKET}[1]", NOT_EVALUATED),
        (f"{BUCKET}[0]", BUCKET, NOT_EVALUATED),
        ("module.files.aws_s3_bucket.this", 'module.files["eu"].aws_s3_bucket.this', MITIGATED),
        ("aws_s3_bucket.*", "aws_s3_bucket.logs", MITIGATED),
        ("*.logs", "module.files.aws_s3_bucket.logs", MITIGATED),
        ("aws_s3_bucket.*", "aws_s3_bucket_policy.logs", NOT_EVALUATED),
        ("aws_s3_bucket.d?ta", "aws_s3_bucket.data", NOT_EVALUATED),
    ],
)
def test_an_element_stands_for_the_resources_that_it_names(address: str, subject: str, expected: ThreatState) -> None:
    model = a_threat_model(elements=(an_element(resources=(address,)),), flows=())

    assert judged(model, deployed(said(PASSED, subject=subject))).state is expected


def test_a_pattern_of_many_wild_cards_is_answered_at_once() -> None:
    model = a_threat_model(elements=(an_element(resources=("*a" * 40 + "b",)),), flows=())

    assert judged(model, deployed(said(PASSED, subject="a" * 4_000))).state is NOT_EVALUATED


def test_a_waiver_accepts_until_its_end_and_not_at_it() -> None:
    until = NOON + timedelta(days=7)
    place = deployed(said(FAILED), waivers=(a_waiver_until(until),))

    before = judged(a_threat_model(), place, until - INSTANT)
    at = judged(a_threat_model(), place, until)

    assert (before.state, before.until, before.state_after) == (ACCEPTED, until, OPEN)
    assert (at.state, at.until) == (OPEN, None)


def test_of_several_waivers_the_first_to_end_ends_the_acceptance() -> None:
    sooner, later = NOON + timedelta(days=1), NOON + timedelta(days=2)
    waivers = (
        a_waiver_until(later, subject=f"{BUCKET}[0]"),
        a_waiver_until(sooner, id="W-2", subject=f"{BUCKET}[1]"),
    )
    verdicts = [said(FAILED, subject=f"{BUCKET}[{number}]") for number in (0, 1)]

    assert judged(a_threat_model(), deployed(*verdicts, waivers=waivers)).until == sooner


def test_one_failure_without_a_waiver_leaves_it_open() -> None:
    waivers = (a_waiver_until(NOON + timedelta(days=1), subject=f"{BUCKET}[0]"),)
    verdicts = [said(FAILED, subject=f"{BUCKET}[{number}]") for number in (0, 1)]

    assert judged(a_threat_model(), deployed(*verdicts, waivers=waivers)).state is OPEN


def test_a_waiver_of_a_failure_answers_nothing_that_is_not_known() -> None:
    waivers = (a_waiver_until(NOON + timedelta(days=1)),)
    place = deployed(said(FAILED), said(UNKNOWN, subject=f"{BUCKET}[1]"), waivers=waivers)

    assert judged(a_threat_model(), place).state is NOT_EVALUATED


def test_what_the_model_accepts_counts_from_a_sign_off_until_the_first_moment_of_its_day() -> None:
    accepted = Acceptance("Nobody else has the address.", date(2026, 12, 1))
    model = a_threat_model(a_threat(accepted=accepted))
    signed = deployed(said(FAILED), signed_off_at=NOON)

    assert judged(model, deployed(said(FAILED))).state is OPEN
    before = judged(model, signed, MIDNIGHT - INSTANT)
    assert (before.state, before.until, before.state_after) == (ACCEPTED, MIDNIGHT, OPEN)
    assert judged(model, signed, MIDNIGHT).state is OPEN


def test_what_the_model_accepts_lasts_no_longer_after_the_sign_off_than_a_waiver_would() -> None:
    far = Acceptance("It costs too much.", date(2030, 1, 1))

    # 30 days for high, 15 for critical.
    assert accepted_until(a_threat(accepted=far), NOON) == datetime(2026, 12, 24, 12, tzinfo=UTC)
    assert accepted_until(a_threat(accepted=far, severity=Severity.CRITICAL), NOON) == datetime(
        2026, 12, 9, 12, tzinfo=UTC
    )


def test_a_threat_that_is_accepted_and_does_not_come_to_pass_is_mitigated() -> None:
    model = a_threat_model(a_threat(accepted=Acceptance("Rare.", date(2026, 12, 1))))

    found = judged(model, deployed(said(PASSED), signed_off_at=NOON))

    assert (found.state, found.until) == (MITIGATED, None)


def test_an_acceptance_of_what_nobody_knows_leaves_it_not_evaluated_afterwards() -> None:
    model = a_threat_model(a_threat(accepted=Acceptance("Rare.", date(2026, 12, 1))))
    place = deployed(said(UNKNOWN), signed_off_at=NOON)

    found = judged(model, place)

    assert (found.state, found.until, found.state_after) == (ACCEPTED, MIDNIGHT, NOT_EVALUATED)
    assert judged(model, place, MIDNIGHT).state is NOT_EVALUATED


def test_a_waiver_and_the_model_together_accept_until_the_later_end() -> None:
    model = a_threat_model(a_threat(accepted=Acceptance("Rare.", date(2026, 12, 1))))
    later, sooner = MIDNIGHT + timedelta(hours=1), MIDNIGHT - timedelta(hours=1)

    for end, expected in ((later, later), (sooner, MIDNIGHT)):
        place = deployed(said(FAILED), waivers=(a_waiver_until(end),), signed_off_at=NOON)
        found = judged(model, place)
        assert (found.until, found.state_after) == (expected, OPEN)


def test_a_service_stands_as_the_worst_of_its_environments_does() -> None:
    assert worst([MITIGATED, ACCEPTED]) is ACCEPTED
    assert worst([ACCEPTED, NOT_EVALUATED, MITIGATED]) is NOT_EVALUATED
    assert worst([NOT_EVALUATED, OPEN]) is OPEN
    assert worst([]) is NOT_EVALUATED


def test_who_reads_at_the_end_of_an_acceptance_reads_that_it_is_open_although_nothing_ran() -> None:
    until = NOON + timedelta(days=7)
    found = judged(a_threat_model(), deployed(said(FAILED), waivers=(a_waiver_until(until),)))
    standing = ThreatStanding(
        service="orders",
        environment="orders/dev",
        threat=found.threat.id,
        title=found.threat.title,
        category=found.threat.category,
        library="",
        severity=found.threat.severity,
        state=found.state,
        because=found.because,
        until=found.until,
        since=NOON,
        checked_at=NOON,
        modelled_at=NOON,
        controls=found.threat.controls,
        evidence=found.evidence,
        state_after=found.state_after,
    )

    assert standing.at(until - INSTANT) == standing
    ended = standing.at(until)
    assert (ended.state, ended.until, ended.since) == (OPEN, None, until)
    assert ended.evidence[0].holding is Holding.FAILS
