from dataclasses import replace
from datetime import datetime, timedelta

from pavior.kernel.pages import PageRequest
from pavior.kernel.verdicts import Phase, Position, Severity
from pavior.storage.database import Transaction
from pavior.testing.builders import COMMIT, NOON, PUBLIC_ACCESS, a_verdict
from pavior.testing.threat_builders import a_standing, a_threat_model
from pavior.threatmodels import evidence_store, model_store, store
from pavior.threatmodels.model import ThreatCategory, ThreatModel, ThreatState
from pavior.threatmodels.standing_model import CaseOutcome, RecordedModel, ThreatStanding, ThreatStep

INSTANT = timedelta(microseconds=1)
LATER = NOON + timedelta(hours=1)
PAGE = PageRequest()
OLDER = "0" * 40


def recorded(
    *, commit: str = COMMIT, is_latest: bool = True, model: ThreatModel | None = None, problem: str = ""
) -> RecordedModel:
    known = None if problem else model or a_threat_model()
    return RecordedModel("orders", commit, "" if problem else "9a" * 32, NOON, is_latest, known, problem)


def accepted(**fields: object) -> ThreatStanding:
    return a_standing(state=ThreatState.ACCEPTED, until=LATER, **fields)


def states(tx: Transaction, **fields: object) -> list[tuple[str, ThreatState]]:
    now = fields.pop("now", NOON)
    page = store.list_standings(tx, PAGE, now=now, **fields)  # type: ignore[arg-type]
    assert page.total == len(page.items)
    return [(item.threat, item.state) for item in page.items]


def test_a_model_comes_back_as_it_was_recorded(tx: Transaction) -> None:
    model_store.record_model(tx, recorded())

    assert model_store.model_of_commit(tx, "orders", COMMIT) == recorded()
    assert model_store.model_of_commit(tx, "orders", OLDER) is None
    assert model_store.model_of_commit(tx, "billing", COMMIT) is None


def test_one_model_of_a_service_is_the_latest(tx: Transaction) -> None:
    model_store.record_model(tx, recorded(commit=OLDER))
    model_store.record_model(tx, recorded())
    model_store.record_model(tx, recorded(commit="1" * 40, is_latest=False))

    latest = model_store.latest_model(tx, "orders")

    assert latest is not None
    assert latest.commit == COMMIT
    assert list(model_store.latest_models(tx, ["orders", "billing"])) == ["orders"]
    model_store.forget_latest(tx, "orders")
    assert model_store.latest_model(tx, "orders") is None
    assert model_store.model_of_commit(tx, "orders", COMMIT) is not None


def test_recording_a_commit_again_keeps_its_first_moment_and_that_it_is_the_latest(tx: Transaction) -> None:
    model_store.record_model(tx, recorded())

    model_store.record_model(tx, RecordedModel("orders", COMMIT, "9a" * 32, LATER, False, a_threat_model()))

    assert model_store.model_of_commit(tx, "orders", COMMIT) == recorded()


def test_a_model_that_cannot_be_read_is_kept_as_that(tx: Transaction) -> None:
    model_store.record_model(tx, recorded(problem="Line 3: there is no element web."))

    assert model_store.latest_model(tx, "orders") == recorded(problem="Line 3: there is no element web.")


def test_standings_come_back_whole_and_take_the_place_of_what_was_there(tx: Transaction) -> None:
    store.write_standings(tx, "orders/dev", [a_standing(), a_standing(threat="key-lost")])
    store.write_standings(tx, "orders/prod", [a_standing(environment="orders/prod")])

    store.write_standings(tx, "orders/dev", [accepted()])

    assert store.list_in_environment(tx, "orders/dev") == (accepted(),)
    assert store.list_of_service(tx, "orders", NOON) == (accepted(), a_standing(environment="orders/prod"))


def test_the_end_of_an_acceptance_is_too_late_although_nothing_ran(tx: Transaction) -> None:
    store.write_standings(tx, "orders/dev", [accepted()])

    assert states(tx, now=LATER - INSTANT) == [("files-read-by-anybody", ThreatState.ACCEPTED)]
    assert states(tx, now=LATER) == [("files-read-by-anybody", ThreatState.OPEN)]
    assert states(tx, now=LATER, state=ThreatState.ACCEPTED) == []
    assert states(tx, now=LATER, state=ThreatState.OPEN) == [("files-read-by-anybody", ThreatState.OPEN)]
    assert store.list_over(tx, LATER - INSTANT) == ()
    assert store.list_over(tx, LATER) == ("orders/dev",)


def test_the_worst_state_comes_first_then_the_worst_severity_then_the_oldest(tx: Transaction) -> None:
    rows = [
        a_standing(threat="a", state=ThreatState.MITIGATED, severity=Severity.CRITICAL),
        a_standing(threat="b", state=ThreatState.NOT_EVALUATED),
        a_standing(threat="c", state=ThreatState.OPEN, severity=Severity.LOW),
        a_standing(threat="d", state=ThreatState.OPEN, since=LATER),
        a_standing(threat="e", state=ThreatState.OPEN),
        accepted(threat="f"),
    ]
    store.write_standings(tx, "orders/dev", rows)

    assert [threat for threat, _ in states(tx)] == ["e", "d", "c", "b", "f", "a"]
    assert [item.threat for item in store.list_standings(tx, PageRequest(2, 2), now=NOON).items] == ["c", "b"]


def test_standings_are_narrowed_by_what_is_asked(tx: Transaction) -> None:
    tampering = ThreatCategory.TAMPERING
    store.write_standings(
        tx,
        "orders/dev",
        [
            a_standing(),
            a_standing(threat="key-lost", controls=("key-rotates",), category=tampering, severity=Severity.LOW),
        ],
    )
    store.write_standings(tx, "billing/dev", [a_standing(service="billing", environment="billing/dev", threat="x")])

    assert [threat for threat, _ in states(tx, services=["orders"])] == ["files-read-by-anybody", "key-lost"]
    assert states(tx, services=[]) == []
    for narrowed in (
        {"control": "key-rotates"},
        {"category": tampering},
        {"severity": Severity.LOW},
        {"threat": "key-lost"},
        {"query": "key orders"},
    ):
        assert [threat for threat, _ in states(tx, **narrowed)] == ["key-lost"]
    assert [threat for threat, _ in states(tx, environment="billing/dev")] == ["x"]


def test_what_a_control_stops_is_known_by_environment_and_by_when_it_was_judged(tx: Transaction) -> None:
    rows = [a_standing(), a_standing(threat="b", controls=(PUBLIC_ACCESS, "key-rotates"))]
    store.write_standings(tx, "orders/dev", rows)

    assert store.list_stopped_by(tx, "key-rotates") == ("orders/dev",)
    assert store.list_stopped_by(tx, "object-storage-tls-only") == ()
    assert store.list_stopped_by(tx, PUBLIC_ACCESS, judged_until=NOON) == ("orders/dev",)
    assert store.list_stopped_by(tx, PUBLIC_ACCESS, judged_until=NOON - INSTANT) == ()


def test_acceptances_that_a_control_took_part_in_end_at_once(tx: Transaction) -> None:
    store.write_standings(tx, "orders/dev", [accepted(), accepted(threat="b", controls=("key-rotates",))])

    store.end_acceptances(tx, PUBLIC_ACCESS, NOON)

    assert states(tx) == [("files-read-by-anybody", ThreatState.OPEN), ("b", ThreatState.ACCEPTED)]
    assert store.list_over(tx, NOON) == ("orders/dev",)


def test_history_is_told_latest_first_and_is_numbered_for_each_threat(tx: Transaction) -> None:
    def step(state: ThreatState | None, *, hours: int, threat: str = "a") -> ThreatStep:
        return ThreatStep("orders", "orders/dev", threat, state, NOON + timedelta(hours=hours), "Because.", COMMIT)

    steps = [step(ThreatState.OPEN, hours=0), step(ThreatState.MITIGATED, hours=1), step(None, hours=2)]
    store.append_steps(tx, "orders/dev", steps[:2])
    store.append_steps(tx, "orders/dev", [steps[2], step(ThreatState.OPEN, hours=3, threat="b")])

    assert store.list_steps(tx, PAGE, service="orders", threat="a").items == tuple(reversed(steps))
    assert store.list_steps(tx, PAGE, service="orders").total == 4
    assert store.list_steps(tx, PAGE, service="orders", environment="orders/prod").items == ()


def test_the_last_report_that_names_a_test_counts(tx: Transaction) -> None:
    first = {"suite::a": CaseOutcome.PASSED, "suite::b": CaseOutcome.PASSED}
    evidence_store.write_cases(tx, "orders", COMMIT, first, NOON)

    evidence_store.write_cases(tx, "orders", COMMIT, {"suite::b": CaseOutcome.FAILED}, LATER)

    assert evidence_store.read_cases(tx, "orders", COMMIT) == {
        "suite::a": CaseOutcome.PASSED,
        "suite::b": CaseOutcome.FAILED,
    }
    assert evidence_store.read_cases(tx, "orders", OLDER) == {}


def test_what_controls_said_comes_back_with_what_judging_needs(tx: Transaction) -> None:
    seen = a_verdict(phase=Phase.LIVE, message="", attribute="", position=Position("infra/main.tf", 0, 0))
    evidence_store.write_verdicts(tx, "orders/dev", {"key-rotates": [], PUBLIC_ACCESS: [a_verdict()]}, NOON)
    evidence_store.write_verdicts(tx, "orders/dev", {PUBLIC_ACCESS: [seen]}, NOON)

    assert evidence_store.read_verdicts(tx, "orders/dev") == {PUBLIC_ACCESS: [seen]}
    assert evidence_store.read_verdicts(tx, "orders/prod") == {}
    evidence_store.forget_verdicts(tx, "orders/dev")
    assert evidence_store.read_verdicts(tx, "orders/dev") == {}


def test_a_threat_that_was_accepted_is_reopened_from_the_very_end_on(tx: Transaction) -> None:
    rows = [accepted(), a_standing(threat="b", state=ThreatState.OPEN), a_standing(threat="c", state=ThreatState.OPEN)]
    rows[2] = replace(rows[2], reopened_at=NOON)
    store.write_standings(tx, "orders/dev", rows)

    def reopened(now: datetime) -> list[tuple[str, datetime | None]]:
        return [(item.threat, item.reopened_at) for item in store.list_reopened(tx, ["orders"], now, limit=10)]

    assert reopened(LATER - INSTANT) == [("c", NOON)]
    assert reopened(LATER) == [("c", NOON), ("files-read-by-anybody", LATER)]
    assert store.list_reopened(tx, ["billing"], LATER, limit=10) == ()
