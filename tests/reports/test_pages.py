"""What each person sees of the small company. Who may do what is told by `tests/golden/permissions.txt`."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from pavior.audit.service import record
from pavior.environments import store as environments
from pavior.environments.model import ChangeStatus
from pavior.identity.model import Actor, Permission, Role, Surface
from pavior.kernel.errors import ForbiddenError, MissingError
from pavior.kernel.pages import PageRequest
from pavior.kernel.verdicts import Outcome
from pavior.testing.builders import (
    BUCKET,
    NOON,
    PUBLIC_ACCESS,
    a_change,
    an_approval,
    an_event,
)
from pavior.testing.company import AWAITED_DIGEST, somebody
from pavior.testing.threat_builders import a_standing
from pavior.threatmodels import store as threats
from pavior.threatmodels.model import ThreatState

if TYPE_CHECKING:
    from tests.reports.conftest import Company

ALL = PageRequest()
MARA, FINN, SAM, PAUL, VIC, ADA = (somebody(name) for name in ("mara", "finn", "sam", "paul", "vic", "ada"))
NOBODY = Actor("nobody", frozenset(), frozenset(), Surface.PORTAL)


def a_token(*permissions: Permission, team: str = "payments") -> Actor:
    """Mara's, for these things only."""
    teams = frozenset({team} - {""})
    return Actor("token:mara/ci", frozenset({Role.DEVELOPER}), teams, Surface.API, frozenset(permissions))


# --- home ---


def test_home_asks_only_those_to_approve_who_may(company: "Company") -> None:
    waiting = {actor.id: company.pages.home(actor).changes_to_approve for actor in (MARA, FINN, SAM, PAUL, VIC)}

    # C-3 goes into production and was asked for by mara.
    assert {name: [change.id for change in changes] for name, changes in waiting.items()} == {
        "mara": [],
        "finn": [],
        "sam": ["C-3"],
        "paul": ["C-3"],
        "vic": [],
    }


def test_home_does_not_ask_again_who_has_answered_this_plan(company: "Company") -> None:
    with company.database.transaction() as tx:
        environments.insert_approval(tx, an_approval(change_id="C-3", plan_digest=AWAITED_DIGEST))

    assert company.pages.home(SAM).changes_to_approve == ()
    assert [change.id for change in company.pages.home(PAUL).changes_to_approve] == ["C-3"]


def test_home_asks_security_to_decide_waivers_and_nobody_else(company: "Company") -> None:
    assert [waiver.id for waiver in company.pages.home(SAM).waivers_to_decide] == ["W-1", "W-3"]
    assert company.pages.home(MARA).waivers_to_decide == ()
    assert company.pages.home(PAUL).waivers_to_decide == ()


def test_home_shows_ones_own_open_changes_and_the_findings_of_ones_teams(company: "Company") -> None:
    home = company.pages.home(MARA)

    assert [change.id for change in home.my_open_changes] == ["C-3", "C-2"]
    assert [finding.id for finding in home.my_findings] == ["F-1"]


def test_home_shows_environments_in_trouble_to_their_team_and_to_who_watches_the_fleet(company: "Company") -> None:
    def trouble(actor: Actor) -> tuple[list[str], list[str]]:
        home = company.pages.home(actor)
        return [item.id for item in home.drifted_environments], [item.id for item in home.unknown_environments]

    assert trouble(MARA) == (["orders/dev"], [])
    assert trouble(FINN) == ([], ["ledger/dev"])
    assert trouble(PAUL) == (["orders/dev"], ["ledger/dev"])


def test_home_shows_the_threats_that_are_open_again_to_the_team_of_their_service(company: "Company") -> None:
    with company.database.transaction() as transaction:
        reopened = a_standing(state=ThreatState.OPEN, reopened_at=NOON)
        rows = [reopened, a_standing(threat="b", state=ThreatState.OPEN), a_standing(threat="c")]
        threats.write_standings(transaction, "orders/dev", rows)

    assert company.pages.home(MARA).reopened_threats == (reopened,)
    assert company.pages.home(FINN).reopened_threats == ()
    assert "reopened_threats" in company.pages.home(a_token(Permission.HOME_READ)).hidden


def test_home_tells_auditors_everything_and_others_what_happened_to_their_services(company: "Company") -> None:
    def told(actor: Actor) -> list[str]:
        return [item.event.subject for item in company.pages.home(actor).recent_events]

    assert told(SAM) == ["person:default/vic", "change:ledger/C-4", "change:orders/C-2"]
    assert told(MARA) == ["change:orders/C-2"]
    assert told(VIC) == []


def test_home_counts_services_and_shows_what_runs(company: "Company") -> None:
    home = company.pages.home(VIC)

    assert home.services_total == 3
    assert [run.id for run in home.running] == ["plan-C-4-1"]
    assert home.hidden == ()


def test_home_says_what_it_does_not_show_to_a_token(company: "Company") -> None:
    home = company.pages.home(a_token(Permission.HOME_READ, Permission.CHANGE_READ))

    assert "my_findings" in home.hidden
    assert "services_total" in home.hidden
    assert "my_open_changes" not in home.hidden
    assert home.recent_events == ()


def test_who_has_no_role_has_no_home(company: "Company") -> None:
    with pytest.raises(ForbiddenError, match="permission-denied"):
        company.pages.home(NOBODY)


# --- services ---


def test_services_are_listed_by_name_with_environments_and_open_findings(company: "Company") -> None:
    page = company.pages.list_services(VIC, ALL)

    assert [(row.service.name, [place.id for place in row.environments], row.open_findings) for row in page.items] == [
        ("ledger", ["ledger/dev"], 1),
        ("legacy", [], 0),
        ("orders", ["orders/dev", "orders/prod"], 1),
    ]
    assert page.total == 3


def test_a_part_of_the_services_still_says_how_many_there_are(company: "Company") -> None:
    page = company.pages.list_services(VIC, PageRequest(offset=1, size=1))

    assert ([row.service.name for row in page.items], page.total, page.offset) == (["legacy"], 3, 1)


@pytest.mark.parametrize(
    ("query", "team", "names"),
    [("MONEY", "", ["ledger"]), ("", "payments", ["legacy", "orders"]), ("orders", "finance", []), ("nothing", "", [])],
)
def test_services_are_found_by_words_and_team(company: "Company", query: str, team: str, names: list[str]) -> None:
    page = company.pages.list_services(VIC, ALL, query=query, team=team)

    assert [row.service.name for row in page.items] == names


def test_a_count_that_a_token_may_not_know_is_not_shown_as_zero(company: "Company") -> None:
    page = company.pages.list_services(a_token(Permission.SERVICE_READ), ALL)

    assert {row.open_findings for row in page.items} == {None}


def test_a_service_shows_its_repository_and_its_checked_documents(company: "Company") -> None:
    view = company.pages.get_service(VIC, "orders")

    assert (view.clone_url, view.head) == ("memory:orders.git", company.commits.first)
    assert [proposal.branch for proposal, _ in view.proposals] == ["open-bucket"]
    assert [change.id for change in view.changes] == ["C-3", "C-2", "C-1"]
    assert [finding.id for finding in view.findings] == ["F-1"]
    assert [(item.type, str(item.target)) for item in view.relations] == [("ownedBy", "group:default/payments")]
    assert view.threat_model is not None
    assert (view.threat_model.path, view.threat_model.problems) == ("threatmodel.yaml", ())
    assert view.objectives is not None
    assert view.objectives.problems != ()
    assert view.day_two_schema is not None
    assert view.day_two_schema["properties"] == {
        "size": {"type": "string", "title": "Size", "enum": ["small", "large"], "default": "small"}
    }


def test_a_threat_that_names_a_control_which_there_is_not_is_a_problem(company: "Company") -> None:
    pages = replace(company.pages, controls=())

    model = pages.get_service(VIC, "orders").threat_model

    assert model is not None
    assert [problem for problem in model.problems if PUBLIC_ACCESS in problem] != []


def test_an_adopted_service_has_no_repository_of_ours(company: "Company") -> None:
    view = company.pages.get_service(VIC, "legacy")

    assert (view.clone_url, view.head, view.proposals) == ("", "", ())
    assert (view.threat_model, view.objectives, view.day_two_schema) == (None, None, None)


def test_a_service_without_documents_shows_none(company: "Company") -> None:
    view = company.pages.get_service(VIC, "ledger")

    assert (view.threat_model, view.objectives) == (None, None)


def test_a_golden_path_that_is_no_longer_offered_takes_only_the_sizes_away(company: "Company") -> None:
    pages = replace(company.pages, golden_paths=replace(company.pages.golden_paths, golden_paths=()))

    assert pages.get_service(VIC, "orders").day_two_schema is None


def test_parts_that_a_token_may_not_read_are_named(company: "Company") -> None:
    view = company.pages.get_service(a_token(Permission.SERVICE_READ, Permission.CHANGE_READ), "orders")

    assert view.hidden == ("environments", "findings", "waivers", "threats")
    assert (view.environments, view.findings) == ((), ())
    assert view.changes != ()


# --- what one may not know of ---


@pytest.mark.parametrize(
    ("method", "there", "elsewhere"),
    [
        ("get_service", "orders", "nothing"),
        ("get_change", "C-1", "C-99"),
        ("get_environment", "orders/dev", "orders/nowhere"),
        ("get_finding", "F-1", "F-99"),
        ("get_waiver", "W-1", "W-99"),
    ],
)
def test_what_there_is_not_and_what_one_may_not_know_of_look_alike(
    company: "Company", method: str, there: str, elsewhere: str
) -> None:
    def told(actor: Actor, name: str) -> tuple[str, str, str]:
        with pytest.raises(MissingError) as caught:
            getattr(company.pages, method)(actor, name)
        return caught.value.code, caught.value.summary.replace(name, "…"), caught.value.fix

    hidden = told(NOBODY, there)

    assert hidden == told(NOBODY, elsewhere)
    assert hidden == told(ADA, elsewhere)
    assert hidden == told(a_token(Permission.HOME_READ), there)


@pytest.mark.parametrize("method", ["list_services", "list_changes", "list_findings", "list_waivers"])
def test_who_may_read_nothing_of_a_kind_gets_no_empty_list(company: "Company", method: str) -> None:
    with pytest.raises(ForbiddenError, match="permission-denied"):
        getattr(company.pages, method)(a_token(Permission.HOME_READ), ALL)


# --- changes ---


@pytest.mark.parametrize(
    ("narrowed", "ids"),
    [
        ({}, ["C-4", "C-3", "C-2", "C-1"]),
        ({"is_open": True}, ["C-4", "C-3", "C-2"]),
        ({"is_open": False}, ["C-1"]),
        ({"service": "orders", "environment": "dev"}, ["C-2", "C-1"]),
        ({"service": "nothing"}, []),
    ],
)
def test_changes_are_listed_newest_first(company: "Company", narrowed: dict[str, Any], ids: list[str]) -> None:
    page = company.pages.list_changes(VIC, ALL, **narrowed)

    assert [change.id for change in page.items] == ids


def test_a_blocked_change_shows_denials_waivers_runs_and_what_its_source_changes(company: "Company") -> None:
    view = company.pages.get_change(MARA, "C-2")

    assert [(denial.control, denial.subject, str(denial.position)) for denial in view.denials] == [
        (PUBLIC_ACCESS, BUCKET, "infra/main.tf:14")
    ]
    # W-2 excuses another control; W-1 was asked for with this Change.
    assert [waiver.id for waiver in view.waivers] == ["W-1"]
    assert [run.id for run in view.runs] == ["plan-C-2-1"]
    assert "-block = true" in view.diff
    assert "+block = false" in view.diff


def test_the_first_change_of_an_environment_has_nothing_to_differ_from(company: "Company") -> None:
    assert company.pages.get_change(MARA, "C-1").diff == ""


def test_a_commit_that_is_gone_costs_the_diff_alone(company: "Company") -> None:
    with company.database.transaction() as tx:
        environments.insert_change(tx, a_change(commit="0" * 40))

    assert company.pages.get_change(MARA, "C-5").diff.startswith("No diff: ")


@pytest.mark.parametrize(
    ("actor", "because"),
    [
        (SAM, ""),
        (PAUL, ""),
        (MARA, "You asked for C-3 yourself"),
        (a_token(Permission.CHANGE_READ, Permission.CHANGE_APPROVE), "You asked for C-3 yourself"),
        (somebody("nina"), "developers do not approve what goes into production"),
        (VIC, "may not do change:approve"),
    ],
)
def test_a_change_says_who_may_approve_it_and_why_not(company: "Company", actor: Actor, because: str) -> None:
    view = company.pages.get_change(actor, "C-3")

    assert view.may_approve is (because == "")
    assert because in view.may_not_approve_because


def test_who_has_answered_a_plan_may_not_answer_it_again(company: "Company") -> None:
    with company.database.transaction() as tx:
        environments.insert_approval(tx, an_approval(change_id="C-3", plan_digest=AWAITED_DIGEST))

    view = company.pages.get_change(SAM, "C-3")

    assert not view.may_approve
    assert view.may_not_approve_because.startswith("You have answered this plan already")


def test_a_change_that_waits_for_nobody_cannot_be_approved(company: "Company") -> None:
    assert company.pages.get_change(SAM, "C-2").may_not_approve_because.startswith("C-2 is blocked")


def test_a_change_hides_waivers_overrides_and_runs_that_a_token_may_not_read(company: "Company") -> None:
    view = company.pages.get_change(a_token(Permission.CHANGE_READ), "C-2")

    assert (view.waivers, view.overrides, view.runs) == ((), (), ())
    assert view.hidden == ("waivers", "overrides", "runs", "threat_review")


# --- environments ---


def test_an_environment_shows_its_resources_with_verdicts_its_drift_and_its_outputs(company: "Company") -> None:
    view = company.pages.get_environment(VIC, "orders/dev")

    assert [resource.address for resource, _ in view.resources] == [BUCKET]
    assert [(drift.address, drift.controls) for drift in view.drifts] == [(BUCKET, (PUBLIC_ACCESS,))]
    assert view.outputs == {"state": "sealed"}
    assert [waiver.id for waiver in view.waivers] == ["W-1", "W-2"]
    assert [finding.id for finding in view.findings] == ["F-1"]
    assert [change.id for change in view.changes] == ["C-2", "C-1"]
    assert view.running == ()


def test_each_verdict_stands_beside_its_resource(company: "Company") -> None:
    (_, verdicts), *_ = company.pages.get_environment(VIC, "orders/dev").resources

    assert {verdict.control: verdict.outcome for verdict in verdicts} == {
        PUBLIC_ACCESS: Outcome.PASSED,
        "tags-owner": Outcome.PASSED,
    }


def test_an_environment_that_nobody_looked_at_shows_no_resources(company: "Company") -> None:
    view = company.pages.get_environment(VIC, "orders/prod")

    assert (view.resources, dict(view.outputs)) == ((), {})


def test_an_environment_names_the_parts_that_a_token_may_not_read(company: "Company") -> None:
    view = company.pages.get_environment(a_token(Permission.ENVIRONMENT_READ), "orders/dev")

    assert view.hidden == ("changes", "findings", "waivers", "running", "threats")
    assert (view.changes, view.findings, view.waivers) == ((), (), ())


@pytest.mark.parametrize("name", ["", "orders", "/", "orders/dev/x", "/dev"])
def test_what_is_no_name_of_an_environment_is_missing(company: "Company", name: str) -> None:
    with pytest.raises(MissingError, match="environment-missing"):
        company.pages.get_environment(ADA, name)


# --- one state of the database ---


def test_a_large_catalog_is_read_whole(company: "Company") -> None:
    from pavior.catalog import store as catalog
    from pavior.testing.builders import a_service

    with company.database.transaction() as tx:
        for number in range(1_005):
            catalog.insert_service(tx, a_service(name=f"s{number:04}"))

    assert company.pages.home(VIC).services_total == 1_008


def test_pages_write_nothing(company: "Company") -> None:
    before = len(company.pages.home(ADA).recent_events)

    company.pages.get_service(ADA, "orders")
    company.pages.get_change(ADA, "C-2")
    company.pages.get_environment(ADA, "orders/dev")

    assert len(company.pages.home(ADA).recent_events) == before
    assert company.pages.get_change(ADA, "C-2").change.status is ChangeStatus.BLOCKED


def test_the_last_twenty_events_are_told(company: "Company") -> None:
    with company.database.transaction() as tx:
        for _ in range(25):
            record(tx, an_event(), NOON)

    assert len(company.pages.home(ADA).recent_events) == 20
