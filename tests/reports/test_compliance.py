"""How a framework stands over the small company, then and now.

Both controls are about AC-3, none about PE-3. orders/dev: the look at noon finds both passed, and C-2's plan of noon
has the first failed. orders/prod: C-3's plan of noon passed. ledger/dev: no plan, never looked at.
"""

import csv
import io
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from pavior.environments import store as environments
from pavior.identity.model import Actor, Permission, Role, Surface
from pavior.inventory import store as inventory
from pavior.kernel.errors import ForbiddenError, InvalidError, MissingError
from pavior.kernel.pages import PageRequest
from pavior.kernel.verdicts import Outcome, Phase
from pavior.policy import store as policy
from pavior.policy.compliance import RequirementState, StateCounts
from pavior.policy.waiver_model import WaiverState
from pavior.reports import compliance
from pavior.reports.compliance_table import evidence_csv, requirements_csv, write_csv
from pavior.reports.compliance_view import Extent, FrameworkView
from pavior.testing.builders import BUCKET, NOON, PUBLIC_ACCESS, a_blocked_decision, a_plan, an_approved_waiver
from pavior.testing.company import somebody
from pavior.testing.policy_views import a_framework_view, an_evidence

if TYPE_CHECKING:
    from tests.reports.conftest import Company

ALL = PageRequest()
EVERYTHING = Extent()
NIST = "nist-800-53"
VIC = somebody("vic")
ORDERS_DEV = Extent(environment="orders/dev")
WEEK = timedelta(days=7)
SECOND = timedelta(seconds=1)


def shown(company: "Company", extent: Extent = EVERYTHING, **at: object) -> FrameworkView:
    return company.pages.get_framework(VIC, NIST, extent, **at)  # type: ignore[arg-type]


def state(company: "Company", extent: Extent = ORDERS_DEV, **at: object) -> RequirementState:
    return shown(company, extent, **at).requirements[0].state


def forget_the_look(company: "Company") -> None:
    with company.database.transaction() as tx:
        inventory.forget_observation(tx, "orders/dev")


def excuse(company: "Company", **fields: object) -> None:
    with company.database.transaction() as tx:
        policy.insert_waiver(tx, an_approved_waiver(subject=BUCKET, **fields))


def test_what_is_live_counts_where_somebody_looked_and_else_the_latest_plan(company: "Company") -> None:
    rows = company.pages.list_evidence(VIC, NIST, Extent(service="orders"), ALL).items

    assert [(row.environment, row.control, row.phase, row.outcome) for row in rows] == [
        ("orders/dev", PUBLIC_ACCESS, Phase.LIVE, Outcome.PASSED),
        ("orders/prod", PUBLIC_ACCESS, Phase.PLAN, Outcome.PASSED),
        ("orders/dev", "tags-owner", Phase.LIVE, Outcome.PASSED),
    ]
    assert state(company, Extent(service="orders")) is RequirementState.MET
    forget_the_look(company)
    assert state(company) is RequirementState.NOT_MET


def test_an_environment_that_nobody_evaluated_leaves_the_fleet_unknown(company: "Company") -> None:
    view = shown(company)

    assert view.never_evaluated == ("ledger/dev",)
    assert view.framework.counts == StateCounts(met=0, not_met=0, waived=0, unknown=1, not_covered=1, total=2)
    assert (view.environments, view.live) == (3, 1)
    assert shown(company, Extent(team="payments")).requirements[0].state is RequirementState.MET


def test_a_waiver_counts_from_its_approval_until_its_end_and_not_at_that_moment(company: "Company") -> None:
    forget_the_look(company)
    excuse(company, decided_at=NOON + SECOND, expires_at=NOON + WEEK)
    company.clock.at = NOON + 2 * WEEK

    def then(instant: object) -> RequirementState:
        return state(company, at=instant)

    assert then(NOON) is RequirementState.NOT_MET
    assert then(NOON + SECOND) is RequirementState.WAIVED
    assert then(NOON + WEEK - SECOND) is RequirementState.WAIVED
    assert then(NOON + WEEK) is RequirementState.NOT_MET
    assert state(company) is RequirementState.NOT_MET


def test_a_waiver_that_was_revoked_since_still_excused_what_was_before(company: "Company") -> None:
    forget_the_look(company)
    excuse(company, state=WaiverState.REVOKED, expires_at=NOON + timedelta(hours=1))
    company.clock.at = NOON + timedelta(hours=2)

    assert state(company, at=NOON + timedelta(minutes=59)) is RequirementState.WAIVED
    assert state(company, at=NOON + timedelta(hours=1)) is RequirementState.NOT_MET


@pytest.mark.parametrize("given", [WaiverState.REQUESTED, WaiverState.DENIED])
def test_a_waiver_that_nobody_approved_excuses_nothing(company: "Company", given: WaiverState) -> None:
    forget_the_look(company)
    excuse(company, state=given)

    assert state(company) is RequirementState.NOT_MET


def test_the_past_is_told_by_the_plans_of_then_and_a_look_says_nothing_of_before(company: "Company") -> None:
    company.clock.at = NOON + 2 * WEEK
    with company.database.transaction() as tx:
        later = a_plan(number=2, change_id="C-1", created_at=NOON + WEEK)
        environments.insert_plan(tx, later)
        inventory.forget_observation(tx, "orders/dev")

    assert state(company, at=NOON) is RequirementState.NOT_MET
    assert state(company, at=NOON + WEEK) is RequirementState.MET
    assert shown(company, at=NOON).weeks == ()


def test_before_the_first_fact_nothing_is_known_and_it_says_since_when_there_are_any(company: "Company") -> None:
    assert shown(company).facts_since == NOON
    with pytest.raises(MissingError):
        # The environment was not there yet.
        shown(company, ORDERS_DEV, at=NOON - timedelta(days=300))
    earlier = shown(company, at=NOON - timedelta(days=300))
    assert (earlier.facts_since, earlier.requirements[0].state) == (None, RequirementState.UNKNOWN)


def test_an_instant_to_come_is_refused(company: "Company") -> None:
    with pytest.raises(InvalidError) as refused:
        shown(company, at=NOON + SECOND)

    assert refused.value.code == "compliance-not-yet"


def test_weeks_are_told_from_plans_alone_and_from_what_was_then(company: "Company") -> None:
    company.clock.at = NOON + WEEK
    forget_the_look(company)
    with company.database.transaction() as tx:
        environments.insert_plan(tx, a_plan(number=2, change_id="C-1", created_at=NOON + WEEK))

    *_, before, last, running = shown(company, ORDERS_DEV).weeks

    # NOON is a Tuesday of the week of 2026-11-23; the week before it knew of no plan.
    assert [week.week for week in (before, last, running)] == ["2026-11-16", "2026-11-23", "2026-11-30"]
    assert before.counts is not None
    assert last.counts is not None
    assert running.counts is not None
    assert (before.counts.unknown, last.counts.not_met, running.counts.met) == (1, 1, 1)


def test_weeks_that_would_need_too_many_plans_are_left_out(company: "Company", monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compliance, "MOST_PLANS", 0)

    assert {week.counts for week in shown(company, ORDERS_DEV).weeks[-1:]} == {None}


def test_rows_are_narrowed_by_requirement_and_state_and_come_in_parts(company: "Company") -> None:
    def rows(requirement: str = "", state: str = "") -> int:
        return company.pages.list_evidence(VIC, NIST, EVERYTHING, ALL, requirement=requirement, state=state).total

    assert (rows(), rows(requirement="AC-3"), rows(requirement="PE-3")) == (4, 4, 0)
    assert (rows(state="unknown"), rows(state="met"), rows(state="not-met")) == (1, 3, 0)
    part = company.pages.list_evidence(VIC, NIST, EVERYTHING, PageRequest(offset=3, size=2))
    assert (len(part.items), part.total) == (1, 4)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"extent": Extent(team="nobody")}, "team-missing"),
        ({"extent": Extent(service="nothing")}, "service-missing"),
        ({"extent": Extent(environment="orders/moon")}, "environment-missing"),
        ({"framework": "iso-0"}, "framework-missing"),
        ({"requirement": "AC-99"}, "requirement-missing"),
        ({"state": "fine"}, "compliance-state-unknown"),
    ],
)
def test_what_there_is_not_is_refused_by_name(company: "Company", given: dict[str, object], code: str) -> None:
    asked: dict[str, object] = {"framework": NIST, "extent": EVERYTHING, **given}

    with pytest.raises((MissingError, InvalidError)) as refused:
        company.pages.list_evidence(VIC, page=ALL, **asked)  # type: ignore[arg-type]

    assert refused.value.code == code


def test_who_may_not_read_it_is_refused_and_who_may_needs_nothing_else(company: "Company") -> None:
    nobody = Actor("nobody", frozenset(), frozenset(), Surface.PORTAL)
    token = Actor(
        "token:ada/audit", frozenset({Role.ADMIN}), frozenset(), Surface.API, frozenset({Permission.COMPLIANCE_READ})
    )

    with pytest.raises(ForbiddenError):
        company.pages.list_frameworks(nobody, EVERYTHING)
    assert company.pages.get_framework(token, NIST, EVERYTHING).environments == 3


def test_the_table_has_a_row_for_each_requirement_also_for_those_that_nobody_is_about() -> None:
    header, *rows = csv.reader(io.StringIO(requirements_csv(a_framework_view())))

    assert [dict(zip(header, row, strict=True))["state"] for row in rows] == ["not-met", "not-covered"]
    assert rows[0][-1] == "2026-11-24T12:00:00.000000Z"


def test_no_cell_of_a_table_is_run_by_a_spreadsheet() -> None:
    text = evidence_csv([an_evidence(message="=cmd|'/c calc'!A1", subject="@x", where="-1")])

    row = next(iter(list(csv.reader(io.StringIO(text)))[1:]))
    assert row[7:9] == ["'=cmd|'/c calc'!A1", "'-1"]
    assert row[4] == "'@x"
    assert write_csv(("a",), [["+1"], ["1"], ["x,\ny"]]) == 'a\r\n\'+1\r\n1\r\n"x,\ny"\r\n'


def test_a_plan_that_was_made_later_hides_none_of_its_rows(company: "Company") -> None:
    forget_the_look(company)

    row = company.pages.list_evidence(VIC, NIST, ORDERS_DEV, ALL).items[0]

    assert (row.change_id, row.at) == ("C-2", a_blocked_decision().evaluated_at)
    assert (row.input_digest, row.where) == (a_plan().digest, "infra/main.tf:14")
