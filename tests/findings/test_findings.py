from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from pavior.findings.model import FIX_WITHIN, FindingSource, FindingState, due_at, fingerprint
from pavior.findings.service import Observed, apply_waiver, mark_false_positive, observe, reopen
from pavior.findings.store import (
    count_open_by_control,
    count_open_by_service,
    get_finding,
    list_findings,
    update_finding,
)
from pavior.kernel.errors import ConflictError, InvalidError, MissingError
from pavior.kernel.pages import PageRequest
from pavior.kernel.verdicts import Outcome, Phase, Position, Severity, UnknownReason, Verdict
from pavior.policy.waiver_model import Waiver, WaiverState
from pavior.storage.database import Transaction

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
SECOND = timedelta(seconds=1)
SEVERITIES = {"no-public": Severity.CRITICAL, "encrypted": Severity.HIGH, "tagged": Severity.LOW}


def a_verdict(
    outcome: Outcome, control: str = "no-public", subject: str = "aws_s3_bucket.data", phase: Phase = Phase.LIVE
) -> Verdict:
    reason = UnknownReason.NOT_EVALUATED if outcome is Outcome.UNKNOWN else None
    return Verdict(control, subject, phase, outcome, message="It is open.", reason=reason)


FAILED = a_verdict(Outcome.FAILED)
PASSED = a_verdict(Outcome.PASSED)


def a_waiver(**changed: object) -> Waiver:
    waiver = Waiver(
        id="W-1",
        control="no-public",
        environment="orders/dev",
        subject="",
        reason="A demo.",
        requester="devi",
        requested_at=NOON,
        days=7,
        state=WaiverState.APPROVED,
        decided_by="sam",
        decided_at=NOON,
        expires_at=NOON + timedelta(days=7),
    )
    return structs.replace(waiver, **changed)


def see(tx: Transaction, *verdicts: Verdict, now: datetime = NOON, **changed: object) -> Observed:
    arguments: dict[str, object] = {
        "service": "orders",
        "environment": "orders/dev",
        "team": "payments",
        "source_of": lambda _: FindingSource.VERDICT,
        "severities": SEVERITIES,
        "waivers": (),
        "now": now,
        **changed,
    }
    return observe(tx, verdicts=verdicts, **arguments)  # type: ignore[arg-type] # a builder takes any argument


def ids(tx: Transaction, *, now: datetime = NOON, **filters: object) -> list[str]:
    return [item.id for item in list_findings(tx, PageRequest(), now=now, **filters).items]  # type: ignore[arg-type]


def test_a_failure_opens_a_finding_with_owner_and_due_date(tx: Transaction) -> None:
    verdict = structs.replace(FAILED, position=Position("infra/main.tf", 12, 20))

    assert see(tx, verdict, change_id="C-3").opened == ("F-1",)

    finding = get_finding(tx, "F-1")
    assert finding.fingerprint == fingerprint("no-public", "orders", "orders/dev", "aws_s3_bucket.data")
    assert (finding.control, finding.subject, finding.team) == ("no-public", "aws_s3_bucket.data", "payments")
    assert (finding.state, finding.severity) == (FindingState.OPEN, Severity.CRITICAL)
    assert (finding.first_seen_at, finding.last_seen_at) == (NOON, NOON)
    assert finding.due_at == datetime(2026, 12, 1, 12, tzinfo=UTC)
    assert finding.position == Position("infra/main.tf", 12, 20)
    assert finding.change_id == "C-3"


@pytest.mark.parametrize(
    ("severity", "days"),
    [
        (Severity.CRITICAL, 7),
        (Severity.HIGH, 30),
        (Severity.MEDIUM, 90),
        (Severity.LOW, 180),
        (Severity.INFO, 365),
    ],
)
def test_the_due_date_follows_the_severity(severity: Severity, days: int) -> None:
    assert due_at(severity, NOON) == NOON + timedelta(days=days)


def test_every_severity_has_a_time_to_fix() -> None:
    assert set(FIX_WITHIN) == set(Severity)


def test_a_fingerprint_tells_apart_what_lies_on_either_side_of_a_border() -> None:
    assert fingerprint("a", "b", "", "c") != fingerprint("a", "", "b", "c")
    assert fingerprint("a", "b", "c", "d") == fingerprint("a", "b", "c", "d")
    assert len(fingerprint("a", "b", "c", "d")) == 64


def test_the_same_failure_again_is_the_same_finding(tx: Transaction) -> None:
    see(tx, FAILED)

    assert see(tx, structs.replace(FAILED, message="Still open."), now=LATER) == Observed((), (), ("F-1",), ())

    finding = get_finding(tx, "F-1")
    assert (finding.first_seen_at, finding.last_seen_at, finding.message) == (NOON, LATER, "Still open.")
    assert finding.due_at == NOON + timedelta(days=7)


def test_a_pass_fixes_it(tx: Transaction) -> None:
    see(tx, FAILED)

    assert see(tx, PASSED, now=LATER).fixed == ("F-1",)
    assert get_finding(tx, "F-1").state is FindingState.FIXED
    assert get_finding(tx, "F-1").fixed_at == LATER
    assert ids(tx) == []


def test_a_pass_of_another_control_or_another_resource_fixes_nothing(tx: Transaction) -> None:
    see(tx, FAILED)

    seen = see(tx, structs.replace(PASSED, control="encrypted"), structs.replace(PASSED, subject="aws_s3_bucket.logs"))

    assert seen.fixed == ()


@pytest.mark.parametrize("outcome", [Outcome.UNKNOWN, Outcome.ERRORED])
def test_unknown_and_errored_fix_nothing_and_open_nothing(tx: Transaction, outcome: Outcome) -> None:
    see(tx, FAILED)

    seen = see(tx, a_verdict(outcome), a_verdict(outcome, control="encrypted"), live_resources=())

    assert seen == Observed((), (), (), ())
    assert get_finding(tx, "F-1").state is FindingState.OPEN


def test_a_pass_beside_an_unknown_about_the_same_fixes_nothing(tx: Transaction) -> None:
    see(tx, FAILED)

    assert see(tx, PASSED, a_verdict(Outcome.UNKNOWN)).fixed == ()


def test_a_resource_that_is_gone_from_a_complete_reading_is_fixed(tx: Transaction) -> None:
    see(tx, FAILED)

    assert see(tx, live_resources=["aws_s3_bucket.data"]).fixed == ()
    assert see(tx, live_resources=["aws_s3_bucket.logs"]).fixed == ("F-1",)


def test_absence_from_an_incomplete_reading_proves_nothing(tx: Transaction) -> None:
    see(tx, FAILED)

    assert see(tx, live_resources=None).fixed == ()


def test_an_earlier_phase_fixes_nothing_that_is_live(tx: Transaction) -> None:
    see(tx, FAILED)

    assert see(tx, structs.replace(PASSED, phase=Phase.PLAN)).fixed == ()
    assert see(tx, PASSED).fixed == ("F-1",)


def test_what_was_seen_in_an_incident_is_not_fixed_by_an_absence(tx: Transaction) -> None:
    see(tx, structs.replace(FAILED, phase=Phase.INCIDENT))

    assert see(tx, live_resources=()).fixed == ()


def test_a_finding_keeps_the_furthest_phase_it_was_seen_in(tx: Transaction) -> None:
    for phase in (Phase.PLAN, Phase.LIVE, Phase.CODE):
        see(tx, structs.replace(FAILED, phase=phase))

    assert get_finding(tx, "F-1").phase is Phase.LIVE


def test_what_comes_back_is_the_same_finding_with_a_new_due_date(tx: Transaction) -> None:
    see(tx, FAILED)
    see(tx, PASSED, now=LATER)
    back = NOON + timedelta(days=10)

    assert see(tx, FAILED, now=back, source_of=lambda _: FindingSource.DRIFT).reopened == ("F-1",)

    finding = get_finding(tx, "F-1")
    assert (finding.state, finding.fixed_at, finding.source) == (FindingState.OPEN, None, FindingSource.DRIFT)
    assert (finding.first_seen_at, finding.due_at) == (NOON, back + timedelta(days=7))


def test_a_severity_that_rises_brings_the_due_date_forward(tx: Transaction) -> None:
    see(tx, FAILED, severities={"no-public": Severity.LOW})

    see(tx, FAILED, now=LATER, severities={"no-public": Severity.CRITICAL})

    assert get_finding(tx, "F-1").due_at == LATER + timedelta(days=7)


def test_a_severity_that_falls_puts_nothing_off(tx: Transaction) -> None:
    see(tx, FAILED)

    see(tx, FAILED, now=LATER, severities={"no-public": Severity.LOW})

    finding = get_finding(tx, "F-1")
    assert (finding.severity, finding.due_at) == (Severity.LOW, NOON + timedelta(days=7))


def test_other_services_and_environments_are_left_alone(tx: Transaction) -> None:
    see(tx, FAILED)
    see(tx, FAILED, environment="orders/prod")
    see(tx, FAILED, service="books", environment="books/dev")

    assert see(tx, PASSED, live_resources=()).fixed == ("F-1",)
    assert set(ids(tx)) == {"F-2", "F-3"}


def test_a_false_positive_stays_one_when_it_is_seen_again(tx: Transaction) -> None:
    see(tx, FAILED)

    found = mark_false_positive(tx, get_finding(tx, "F-1"), " It is a public website. ", NOON)
    seen = see(tx, FAILED, now=LATER)

    assert (found.state, found.triage_reason) == (FindingState.FALSE_POSITIVE, "It is a public website.")
    assert seen == Observed((), (), ("F-1",), ())
    assert get_finding(tx, "F-1").state is FindingState.FALSE_POSITIVE
    assert get_finding(tx, "F-1").last_seen_at == LATER


def test_a_judgement_can_be_taken_back_and_the_time_to_fix_begins_anew(tx: Transaction) -> None:
    see(tx, FAILED)
    judged = mark_false_positive(tx, get_finding(tx, "F-1"), "Wrong.", NOON)

    back = reopen(tx, judged, "It was right.", LATER)

    assert (back.state, back.due_at) == (FindingState.OPEN, LATER + timedelta(days=7))
    assert get_finding(tx, "F-1") == back


def test_a_judgement_needs_a_reason(tx: Transaction) -> None:
    see(tx, FAILED)

    with pytest.raises(InvalidError) as caught:
        mark_false_positive(tx, get_finding(tx, "F-1"), "  ", NOON)

    assert caught.value.code == "reason-missing"
    assert get_finding(tx, "F-1").state is FindingState.OPEN


VERBS = {"mark_false_positive": mark_false_positive, "reopen": reopen}
LEGAL = {
    (FindingState.OPEN, "mark_false_positive"): FindingState.FALSE_POSITIVE,
    (FindingState.FALSE_POSITIVE, "reopen"): FindingState.OPEN,
    (FindingState.DUPLICATE, "reopen"): FindingState.OPEN,
}


@pytest.mark.parametrize("name", VERBS)
@pytest.mark.parametrize("state", FindingState)
def test_every_judgement_that_is_not_legal_is_a_conflict(tx: Transaction, state: FindingState, name: str) -> None:
    see(tx, FAILED)
    finding = replace(get_finding(tx, "F-1"), state=state)
    update_finding(tx, finding)
    verb = VERBS[name]
    expected = LEGAL.get((state, name))

    if expected is not None:
        assert verb(tx, finding, "Because.", NOON).state is expected
        return
    with pytest.raises(ConflictError) as caught:
        verb(tx, finding, "Because.", NOON)
    assert caught.value.code == "finding-state"
    assert get_finding(tx, "F-1").state is state


def test_a_finding_that_does_not_exist_is_missing(tx: Transaction) -> None:
    with pytest.raises(MissingError) as caught:
        get_finding(tx, "F-9")

    assert caught.value.code == "finding-missing"


def test_a_waiver_excuses_a_new_finding_from_its_first_moment(tx: Transaction) -> None:
    see(tx, FAILED, waivers=[a_waiver()])

    finding = get_finding(tx, "F-1")
    assert (finding.waiver_id, finding.waived_until) == ("W-1", NOON + timedelta(days=7))


def test_a_waiver_of_another_environment_excuses_nothing(tx: Transaction) -> None:
    see(tx, FAILED, waivers=[a_waiver(environment="orders/prod")])

    assert get_finding(tx, "F-1").waived_until is None


def test_of_several_waivers_the_longest_counts(tx: Transaction) -> None:
    long = a_waiver(id="W-2", expires_at=NOON + timedelta(days=9))

    see(tx, FAILED, waivers=[a_waiver(), long])

    assert get_finding(tx, "F-1").waiver_id == "W-2"


def test_the_waived_list_ends_at_the_expiry_moment(tx: Transaction) -> None:
    see(tx, FAILED, waivers=[a_waiver()])
    expiry = NOON + timedelta(days=7)

    for now, waived, is_open in ((expiry - SECOND, ["F-1"], []), (expiry, [], ["F-1"])):
        assert ids(tx, now=now, state="waived") == waived
        assert ids(tx, now=now, state="open") == is_open
        assert ids(tx, now=now) == ["F-1"]
        assert get_finding(tx, "F-1").is_waived(now) is bool(waived)
        assert count_open_by_service(tx, ["orders", "books"], now) == {"orders": len(is_open), "books": 0}
        assert count_open_by_control(tx, ["orders"], now) == ({"no-public": 1} if is_open else {})
        assert count_open_by_control(tx, ["books"], now) == {}


def test_a_waiver_excuses_the_findings_that_are_there(tx: Transaction) -> None:
    see(tx, FAILED, structs.replace(FAILED, subject="aws_s3_bucket.logs"), structs.replace(FAILED, control="encrypted"))
    until = NOON + timedelta(days=3)

    assert apply_waiver(tx, a_waiver(subject="aws_s3_bucket.logs", expires_at=until)) == 1
    assert ids(tx, state="waived") == ["F-2"]
    assert apply_waiver(tx, a_waiver(id="W-2", subject="", expires_at=until + SECOND)) == 2
    assert ids(tx, state="waived") == ["F-1", "F-2"]


def test_an_approved_waiver_excuses_and_one_that_is_not_does_nothing(tx: Transaction) -> None:
    see(tx, FAILED)

    apply_waiver(tx, a_waiver(state=WaiverState.REQUESTED, expires_at=None))
    apply_waiver(tx, a_waiver(state=WaiverState.DENIED))
    assert ids(tx, state="waived") == []

    apply_waiver(tx, a_waiver())
    assert ids(tx, state="waived") == ["F-1"]


def test_someone_who_judges_what_has_changed_meanwhile_is_told_so(tx: Transaction) -> None:
    see(tx, FAILED)
    read_before = get_finding(tx, "F-1")
    see(tx, PASSED)

    with pytest.raises(ConflictError) as caught:
        mark_false_positive(tx, read_before, "Wrong.", NOON)

    assert caught.value.summary == "F-1 is fixed and cannot become false-positive."


def test_a_shorter_waiver_does_not_shorten_a_longer_one(tx: Transaction) -> None:
    see(tx, FAILED, waivers=[a_waiver()])

    assert apply_waiver(tx, a_waiver(id="W-2", subject="", expires_at=LATER)) == 0

    assert get_finding(tx, "F-1").waiver_id == "W-1"


def test_a_revoked_waiver_excuses_nothing_and_the_others_still_do(tx: Transaction) -> None:
    see(tx, FAILED, structs.replace(FAILED, subject="aws_s3_bucket.logs"), waivers=[a_waiver()])
    narrow = a_waiver(id="W-2", subject="aws_s3_bucket.logs", expires_at=LATER + SECOND)
    ended = a_waiver(id="W-3", expires_at=LATER)

    revoked = a_waiver(state=WaiverState.REVOKED, expires_at=LATER)
    apply_waiver(tx, revoked, others=[revoked, narrow, ended, a_waiver(id="W-4", state=WaiverState.DENIED)])

    assert get_finding(tx, "F-1").waived_until is None
    assert get_finding(tx, "F-1").waiver_id == ""
    assert (get_finding(tx, "F-2").waiver_id, get_finding(tx, "F-2").waived_until) == ("W-2", LATER + SECOND)


def test_the_queue_shows_the_worst_first_and_then_the_oldest(tx: Transaction) -> None:
    see(tx, structs.replace(FAILED, control="tagged"), now=NOON)
    see(tx, structs.replace(FAILED, control="encrypted", subject="b"), now=LATER)
    see(tx, structs.replace(FAILED, control="encrypted", subject="a"), now=NOON)
    see(tx, FAILED, now=LATER)

    assert ids(tx) == ["F-4", "F-3", "F-2", "F-1"]


def test_the_queue_comes_in_pages_with_its_total(tx: Transaction) -> None:
    see(tx, *(structs.replace(FAILED, subject=str(number)) for number in range(5)))

    page = list_findings(tx, PageRequest(offset=2, size=2), now=NOON)

    assert [finding.id for finding in page.items] == ["F-3", "F-4"]
    assert (page.total, page.offset) == (5, 2)


def test_the_queue_is_narrowed_by_each_filter(tx: Transaction) -> None:
    see(tx, FAILED)
    see(tx, FAILED, service="books", environment="books/dev", team="library")
    see(tx, structs.replace(FAILED, control="tagged"), environment="orders/prod")
    mark_false_positive(tx, get_finding(tx, "F-3"), "Wrong.", NOON)

    assert ids(tx) == ["F-1", "F-2", "F-3"]
    assert ids(tx, services=["orders"]) == ["F-1", "F-3"]
    assert ids(tx, services=[]) == []
    assert ids(tx, teams=["library"]) == ["F-2"]
    assert ids(tx, environment="orders/dev") == ["F-1"]
    assert ids(tx, control="tagged") == ["F-3"]
    assert ids(tx, state="false-positive") == ["F-3"]
    assert ids(tx, state="open") == ["F-1", "F-2"]


def test_a_state_that_does_not_exist_is_refused_with_those_that_do(tx: Transaction) -> None:
    with pytest.raises(InvalidError) as caught:
        ids(tx, state="pending")

    assert caught.value.code == "finding-filter-unknown"
    assert caught.value.fix == "Use one of: open, fixed, false-positive, duplicate, waived."


def test_a_finding_keeps_where_it_was_seen_first_and_the_threat_that_predicted_it_then(tx: Transaction) -> None:
    in_plan = structs.replace(FAILED, phase=Phase.PLAN)
    see(tx, in_plan, threat_of=lambda _: "")

    see(tx, FAILED, now=LATER, threat_of=lambda _: "written-afterwards")

    finding = get_finding(tx, "F-1")
    assert (finding.phase, finding.found_in, finding.threat) == (Phase.LIVE, Phase.PLAN, "")


def test_a_finding_that_is_found_again_is_asked_about_again(tx: Transaction) -> None:
    see(tx, FAILED)
    assert get_finding(tx, "F-1").threat is None
    see(tx, PASSED, threat_of=lambda _: "files-read-by-anybody")

    see(tx, FAILED, threat_of=lambda _: "files-read-by-anybody")

    assert get_finding(tx, "F-1").threat == "files-read-by-anybody"
