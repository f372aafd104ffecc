"""How threats stand over all services, as far as somebody may see them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from pavior.catalog import store as catalog
from pavior.identity.authorisation import Authoriser
from pavior.identity.model import Actor, Permission, Role, Surface
from pavior.kernel.errors import ForbiddenError, InvalidError, MissingError
from pavior.kernel.pages import PageRequest
from pavior.reports.threats_model import ControlThreats, ModelStanding, StateCounts
from pavior.reports.threats_reader import ThreatReader
from pavior.storage.statements import watching_statements
from pavior.testing.builders import BUCKET, NOON, PUBLIC_ACCESS, a_service
from pavior.testing.company import somebody
from pavior.testing.threat_builders import a_standing, a_step, a_threat, a_threat_model, an_element, an_open_standing
from pavior.threatmodels import model_store, review_store, store
from pavior.threatmodels.model import ThreatCategory, ThreatState
from pavior.threatmodels.review_model import ThreatSignOff
from pavior.threatmodels.standing_model import Evidence, EvidenceKind, Holding, RecordedModel, ThreatStanding

if TYPE_CHECKING:
    from tests.reports.conftest import Company

VIC = somebody("vic")
NOBODY = Actor("nobody", frozenset(), frozenset(), Surface.API)
ALL = PageRequest()
THREAT = "files-read-by-anybody"
SECOND = timedelta(microseconds=1)


@pytest.fixture
def reader(company: "Company") -> ThreatReader:
    return ThreatReader(company.database, Authoriser(), company.clock)


def stand(company: "Company", *standings: ThreatStanding) -> None:
    """Let these stand in their environments, in place of what was there."""
    with company.database.transaction() as tx:
        for environment in {item.environment for item in standings}:
            store.write_standings(tx, environment, [item for item in standings if item.environment == environment])


def says(control: str, holding: Holding, kind: EvidenceKind = EvidenceKind.CONTROL) -> Evidence:
    return Evidence(kind, control, holding, f"{control} {holding}.")


def opened(threat: str, *evidence: Evidence) -> ThreatStanding:
    controls = tuple(item.name for item in evidence if item.kind is EvidenceKind.CONTROL)
    return an_open_standing(threat=threat, evidence=evidence, controls=controls)


# --- the list and one threat ---


def test_threats_are_listed_the_worst_state_first_and_narrowed(company: "Company", reader: ThreatReader) -> None:
    stand(company, an_open_standing(), a_standing(threat="b", category=ThreatCategory.TAMPERING, controls=("other",)))

    def listed(**narrowed: str) -> list[str]:
        return [item.threat for item in reader.list_threats(VIC, ALL, **narrowed).items]

    assert listed() == [THREAT, "b"]
    assert listed(state="mitigated") == ["b"]
    assert listed(category="tampering") == ["b"]
    assert listed(control=PUBLIC_ACCESS) == [THREAT]
    assert listed(service="ledger") == listed(team="finance") == listed(environment="orders/prod") == []
    assert listed(team="payments", severity="high", query="anybody") == [THREAT, "b"]


@pytest.mark.parametrize("narrowed", [{"state": "fine"}, {"severity": "bad"}, {"category": "theft"}])
def test_a_filter_that_means_nothing_is_refused(reader: ThreatReader, narrowed: dict[str, str]) -> None:
    with pytest.raises(InvalidError, match="threat-filter-unknown"):
        reader.list_threats(VIC, ALL, **narrowed)


def test_an_acceptance_that_ended_a_moment_ago_counts_as_open_everywhere(
    company: "Company", reader: ThreatReader
) -> None:
    end = NOON + timedelta(days=1)
    excused = Evidence(EvidenceKind.CONTROL, PUBLIC_ACCESS, Holding.EXCUSED, "W-2 excuses it.", end)
    stand(company, a_standing(state=ThreatState.ACCEPTED, until=end, evidence=(excused,)))

    company.clock.at = end - SECOND
    assert reader.show_fleet(VIC).states == StateCounts(accepted=1)
    assert reader.show_fleet(VIC).controls == ()
    assert reader.list_threats(VIC, ALL, state="open").total == 0
    company.clock.at = end
    assert reader.show_fleet(VIC).states == StateCounts(open=1)
    assert reader.show_fleet(VIC).controls == (ControlThreats(PUBLIC_ACCESS, open=1, closes=1, services=1),)
    assert reader.list_threats(VIC, ALL, state="open").total == 1
    assert reader.get_threat(VIC, "orders", THREAT).state is ThreatState.OPEN
    (place,) = company.pages.get_service(VIC, "orders").threats
    assert place.states == StateCounts(open=1)


def test_one_threat_says_what_it_is_where_it_stands_and_how_it_stood(reader: ThreatReader) -> None:
    view = reader.get_threat(VIC, "orders", THREAT)

    assert (view.state, view.places, view.team) == (ThreatState.OPEN, ("Files",), "payments")
    assert [item.environment for item in view.standings] == ["orders/dev"]
    assert [item.state for item in view.steps] == [ThreatState.OPEN, ThreatState.MITIGATED]
    assert view.modelled == a_threat()


def test_what_is_in_main_and_deployed_nowhere_is_not_evaluated(company: "Company", reader: ThreatReader) -> None:
    with company.database.transaction() as tx:
        store.write_standings(tx, "orders/dev", ())

    view = reader.get_threat(VIC, "orders", THREAT)

    assert (view.state, view.standings) == (ThreatState.NOT_EVALUATED, ())


def test_what_main_has_no_more_is_told_as_long_as_it_is_deployed(company: "Company", reader: ThreatReader) -> None:
    stand(company, an_open_standing(threat="forgotten"))

    view = reader.get_threat(VIC, "orders", "forgotten")

    assert (view.modelled, view.state) == (None, ThreatState.OPEN)


def test_what_one_may_not_know_of_is_missing(reader: ThreatReader) -> None:
    with pytest.raises(MissingError, match="service-missing"):
        reader.get_threat(VIC, "nothing", THREAT)
    with pytest.raises(MissingError, match="threat-missing"):
        reader.get_threat(VIC, "orders", "nothing")
    with pytest.raises(MissingError, match="threat-missing"):
        reader.list_history(VIC, ALL, "orders", "nothing")
    for ask in (reader.show_fleet, lambda actor: reader.get_threat(actor, "orders", THREAT)):
        with pytest.raises(ForbiddenError, match="permission-denied"):
            ask(NOBODY)


# --- the fleet ---


def test_models_stand_each_in_one_way_so_that_they_add_up(company: "Company", reader: ThreatReader) -> None:
    inferred = a_threat_model(a_threat(inferred=True), elements=(an_element(inferred=True),), flows=())
    with company.database.transaction() as tx:
        catalog.insert_service(tx, a_service(name="drafted", repository="drafted"))
        drafted = RecordedModel("drafted", "c1" * 20, "d2" * 32, NOON, is_latest=True, model=inferred)
        model_store.record_model(tx, drafted)

    fleet = reader.show_fleet(VIC)

    assert {name: count for name, count in fleet.models.items() if count} == {
        ModelStanding.MISSING: 1,
        ModelStanding.UNREADABLE: 1,
        ModelStanding.INFERRED: 1,
        ModelStanding.UNSIGNED: 1,
    }
    assert sum(fleet.models.values()) == fleet.services == 4
    rows = [(row.service, row.standing) for row in reader.list_models(VIC, ALL).items]
    assert rows == [
        ("legacy", ModelStanding.MISSING),
        ("ledger", ModelStanding.UNREADABLE),
        ("drafted", ModelStanding.INFERRED),
        ("orders", ModelStanding.UNSIGNED),
    ]
    for standing, count in fleet.models.items():
        assert reader.list_models(VIC, ALL, standing=standing.value).total == count
    # Nothing of it is deployed, so nobody judged it.
    assert fleet.undeployed == 1


def test_a_model_is_signed_off_until_main_has_another_one_or_somebody_asks_for_changes(
    company: "Company", reader: ThreatReader
) -> None:
    def signed(digest: str, *, is_agreed: bool = True) -> ModelStanding:
        with company.database.transaction() as tx:
            given = ThreatSignOff(0, "orders", "", digest, digest, is_agreed, "sam", NOON, "Looked at it.")
            review_store.append_sign_off(tx, given)
        return reader.get_model(VIC, "orders").row.standing

    assert reader.get_model(VIC, "orders").row.standing is ModelStanding.UNSIGNED
    assert signed("e1" * 32) is ModelStanding.STALE
    assert signed("d1" * 32) is ModelStanding.SIGNED_OFF
    assert signed("d1" * 32, is_agreed=False) is ModelStanding.STALE


def test_one_confirmed_part_makes_a_model_a_person_s() -> None:
    drafted = a_threat_model(a_threat(inferred=True), elements=(an_element(inferred=True),), flows=())

    assert drafted.is_inferred
    assert not replace(drafted, threats=(a_threat(),)).is_inferred
    assert not a_threat_model(threats=(), elements=(), flows=()).is_inferred


def test_a_control_closes_what_all_else_that_decides_already_stops(company: "Company", reader: ThreatReader) -> None:
    stand(
        company,
        opened("alone", says("a", Holding.FAILS)),
        opened("both-fail", says("a", Holding.FAILS), says("b", Holding.FAILS)),
        opened("other-holds", says("a", Holding.FAILS), says("b", Holding.HOLDS)),
        opened("other-unknown", says("a", Holding.FAILS), says("b", Holding.NOT_EVALUATED)),
        opened("nothing-there", says("a", Holding.FAILS), says("b", Holding.NO_SUBJECT)),
        opened("words-beside", says("a", Holding.FAILS), says("Reviewed by hand.", Holding.FAILS, EvidenceKind.WORDS)),
        opened("a-test", says("t::t", Holding.FAILS, EvidenceKind.TEST)),
        opened("unstopped"),
    )

    fleet = reader.show_fleet(VIC)

    # By hand: alone, other-holds, nothing-there and words-beside need nothing but `a`; `b` never fails alone.
    assert fleet.controls == (
        ControlThreats("a", open=6, closes=4, services=1),
        ControlThreats("b", open=1, closes=0, services=1),
    )
    assert (fleet.unstopped, fleet.failing_tests, fleet.states.open) == (1, 1, 8)
    assert fleet.categories[3].states == StateCounts(open=8)
    assert [(row.team, row.states.open) for row in fleet.teams] == [("payments", 8), ("finance", 0)]


def test_the_page_of_a_control_says_what_it_stops(company: "Company") -> None:
    view = company.pages.get_control(VIC, PUBLIC_ACCESS).threats

    assert view is not None
    assert (view.states, view.closes, view.library) == (StateCounts(open=1), 1, ())


def test_a_threat_reopened_when_it_was_stopped_before_and_within_thirty_days(
    company: "Company", reader: ThreatReader
) -> None:
    assert [(item.threat, item.because) for item in reader.list_reopened(VIC, ALL).items] == [
        (THREAT, f"{PUBLIC_ACCESS} fails on {BUCKET}.")
    ]
    with company.database.transaction() as tx:
        never_stopped = (ThreatState.NOT_EVALUATED, ThreatState.OPEN)
        store.append_steps(tx, "orders/dev", [a_step(threat="new", state=state) for state in never_stopped])

    assert reader.show_fleet(VIC).reopened == reader.list_reopened(VIC, ALL).total == 1
    company.clock.at = NOON + timedelta(days=30) - SECOND
    assert reader.show_fleet(VIC).reopened == 1
    company.clock.at = NOON + timedelta(days=30)
    assert reader.show_fleet(VIC).reopened == 0


def test_what_nobody_knew_for_a_while_reopened_and_what_was_gone_did_not(
    company: "Company", reader: ThreatReader
) -> None:
    doubted = (ThreatState.MITIGATED, ThreatState.NOT_EVALUATED, ThreatState.OPEN)
    gone = (ThreatState.MITIGATED, None, ThreatState.OPEN)
    with company.database.transaction() as tx:
        for threat, states in (("doubted", doubted), ("left-out", gone)):
            store.append_steps(tx, "orders/dev", [a_step(threat=threat, state=state) for state in states])

    assert {item.threat for item in reader.list_reopened(VIC, ALL).items} == {THREAT, "doubted"}


def test_a_fleet_of_any_size_takes_as_many_statements(company: "Company", reader: ThreatReader) -> None:
    def count() -> int:
        statements: list[str] = []

        @contextmanager
        def around(_: str, statement: str) -> Iterator[None]:
            statements.append(statement)
            yield

        with watching_statements(company.database.engine, around):
            reader.show_fleet(VIC)
            reader.list_threats(VIC, ALL, state="open")
            reader.list_models(VIC, ALL)
            reader.list_issues(VIC, ALL)
        return len(statements)

    few = count()
    with company.database.transaction() as tx:
        for number in range(30):
            name = f"s{number}"
            catalog.insert_service(tx, a_service(name=name, repository=name, team=f"team-{number}"))
            store.write_standings(tx, f"{name}/dev", (an_open_standing(service=name, environment=f"{name}/dev"),))
            model = a_threat_model(service=name)
            model_store.record_model(tx, RecordedModel(name, "c0", "d1", NOON, is_latest=True, model=model))

    assert count() == few > 8


def test_a_token_without_the_permission_sees_no_threats_on_the_page_of_a_service(company: "Company") -> None:
    named = frozenset({Permission.SERVICE_READ})
    token = Actor("token:mara/ci", frozenset({Role.DEVELOPER}), frozenset({"payments"}), Surface.API, named)

    view = company.pages.get_service(token, "orders")

    assert "threats" in view.hidden
    assert (view.threats, view.recorded_model) == ((), None)
