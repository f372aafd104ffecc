"""How controls stand over the small company, and what none of them looked at.

orders/dev: C-2's plan, newer than C-1's, has one failed verdict; one bucket is live, on which both controls pass.
orders/prod: C-3's plan has one passed verdict; nothing is there yet. ledger/dev: no plan, never looked at.
"""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from pavior.environments import store as environments
from pavior.environments.model import EnvironmentStatus
from pavior.findings import store as findings
from pavior.identity.authorisation import Authoriser
from pavior.identity.model import Actor, Permission, Role, Scope, Surface
from pavior.inventory import store as inventory
from pavior.kernel.errors import ForbiddenError, InvalidError, MissingError
from pavior.kernel.pages import PageRequest
from pavior.kernel.verdicts import Outcome, Phase, UnknownReason
from pavior.policy import store as policy
from pavior.policy.decision import decide
from pavior.policy.model import Coverage, Evaluation, Level
from pavior.policy.risk import Touched
from pavior.policy.rules import failed
from pavior.reports import evaluations
from pavior.reports.control_history import WEEKS
from pavior.reports.standing import (
    Looked,
    NotAskedControl,
    OutcomeCounts,
    ProviderCoverage,
    SkippedPart,
    TeamCoverage,
    TypeCoverage,
    UnplacedService,
    provider_of,
)
from pavior.resources.model import GraphFormat, Skipped
from pavior.resources.views.facts import Fact
from pavior.testing.builders import (
    BUCKET,
    NOON,
    PUBLIC_ACCESS,
    a_control,
    a_decision,
    a_finding,
    a_graph,
    a_parameter,
    a_plan,
    a_resource,
    a_ruling,
    a_verdict,
    an_approved_waiver,
)
from pavior.testing.company import somebody

if TYPE_CHECKING:
    from tests.reports.conftest import Company

    from pavior.reports.pages import Pages

ALL = PageRequest()
MARA, VIC = somebody("mara"), somebody("vic")
NOBODY = Actor("nobody", frozenset(), frozenset(), Surface.PORTAL)
MIXED = a_decision(
    rulings=tuple(
        a_ruling(
            verdict=a_verdict(
                outcome=outcome,
                subject=f"aws_s3_bucket.{outcome.value}",
                reason=UnknownReason.NOT_EVALUATED if outcome is Outcome.UNKNOWN else None,
            )
        )
        for outcome in Outcome
    ),
    coverage=Coverage({"aws_s3_bucket": 4}, {"aws_sqs_queue": 2}, (Skipped("infra/x.json", "It is no Terraform."),)),
)


def a_token(*permissions: Permission) -> Actor:
    return Actor("token:ada/ci", frozenset({Role.ADMIN}), frozenset({"payments"}), Surface.API, frozenset(permissions))


def plan_again(company: "Company", **fields: object) -> None:
    """A newer plan for orders/dev, with all four outcomes."""
    with company.database.transaction() as tx:
        given = {"created_at": NOON + timedelta(minutes=1), "decision": MIXED, "number": 2, "change_id": "C-2"}
        environments.insert_plan(tx, a_plan(**{**given, **fields}))


# --- the list ---


def test_verdicts_are_counted_by_phase_over_the_latest_plans_and_what_is_live(company: "Company") -> None:
    public, owner = company.pages.list_controls(VIC)

    assert [(item.phase, item.counts, item.environments) for item in public.standings] == [
        (Phase.PLAN, OutcomeCounts(failed=1, passed=1), 2),
        (Phase.LIVE, OutcomeCounts(passed=1), 1),
    ]
    # No plan has a verdict of it.
    assert [(item.counts, item.oldest_at) for item in owner.standings] == [
        (OutcomeCounts(), None),
        (OutcomeCounts(passed=1), NOON),
    ]
    assert (public.teams, owner.teams) == (("payments",), ())


def test_unknown_and_errored_are_counted_for_themselves_and_never_as_passed(company: "Company") -> None:
    plan_again(company)

    public = company.pages.list_controls(VIC)[0]

    counts = public.standings[0].counts
    assert counts == OutcomeCounts(failed=1, errored=1, unknown=1, passed=2)
    assert counts.total == 5
    assert [outcome for outcome in Outcome if public.has(outcome)] == list(Outcome)
    assert not public.is_without_verdict


def test_a_control_about_which_nothing_was_said_has_no_verdict(company: "Company") -> None:
    pages = replace(company.pages, controls=(a_control(id="queues", view="Secret"),))

    assert pages.list_controls(VIC)[0].is_without_verdict


def test_what_is_live_is_asked_by_the_controls_of_today_and_read_again_when_it_was_looked_at_again(
    company: "Company",
) -> None:
    no_bucket = a_graph(a_resource(address="aws_sqs_queue.q", type="aws_sqs_queue"), format=GraphFormat.LIVE)
    strict = a_control(rule=lambda _: failed("It is.", Fact(value=True)))
    pages = replace(company.pages, controls=(strict,))
    assert pages.list_controls(VIC)[0].standings[1].counts == OutcomeCounts(failed=1)

    with company.database.transaction() as tx:
        inventory.write_observation(tx, "orders/dev", no_bucket, NOON + timedelta(hours=1))

    assert pages.list_controls(VIC)[0].standings[1].counts == OutcomeCounts()


def test_what_was_worked_out_is_remembered_and_forgotten_when_it_is_too_much(
    company: "Company", monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(evaluations, "_REMEMBERED", 3)
    control = a_control(rule=lambda view: asked.append(view) or failed("It is.", Fact(value=True)))  # type: ignore[func-returns-value] # counted
    pages = replace(company.pages, controls=(control,))

    # Two plans and what is live: three.
    assert pages.list_controls(VIC) == pages.list_controls(VIC)
    assert len(asked) == 1

    plan_again(company)
    pages.list_controls(VIC)
    pages.list_controls(VIC)
    assert len(asked) == 1
    monkeypatch.setattr(evaluations, "_REMEMBERED", 1)
    pages.list_controls(VIC)
    pages.get_control(VIC, PUBLIC_ACCESS)
    pages.list_controls(VIC)
    assert len(asked) > 1


def test_a_destroyed_environment_counts_no_more(company: "Company") -> None:
    with company.database.transaction() as tx:
        dev = environments.get_environment(tx, "orders/dev")
        environments.update_environment(tx, replace(dev, status=EnvironmentStatus.DESTROYED))

    assert company.pages.list_controls(VIC)[0].standings[0].counts == OutcomeCounts(passed=1)


def test_a_phase_that_a_token_may_not_read_is_left_out_and_named(company: "Company") -> None:
    token = a_token(Permission.CONTROL_READ, Permission.ENVIRONMENT_READ)

    view = company.pages.get_control(token, PUBLIC_ACCESS)

    assert [item.phase for item in view.standings] == [Phase.LIVE]
    assert view.hidden == ("plan", "findings", "waivers", "overrides", "threats")
    assert view.overrides is None
    assert (view.waivers, view.history.weeks[-1].open_findings, view.history.plans) == ((), None, 0)
    rows = company.pages.list_verdicts(token, PUBLIC_ACCESS, ALL)
    assert [row.verdict.phase for row in rows.items] == [Phase.LIVE]
    with pytest.raises(ForbiddenError, match="permission-denied"):
        company.pages.list_controls(NOBODY)


# --- one control ---


def test_one_control_says_how_it_stands_by_team_and_by_stage(company: "Company") -> None:
    pages = replace(company.pages, controls=(a_control(default_level=Level.WARN, levels={"prod": Level.BLOCK}),))

    view = pages.get_control(VIC, PUBLIC_ACCESS)

    assert [(item.team, item.phase, item.counts) for item in view.teams] == [
        ("payments", Phase.PLAN, OutcomeCounts(failed=1, passed=1)),
        ("payments", Phase.LIVE, OutcomeCounts(passed=1)),
    ]
    assert [(item.stage, item.level, item.is_default, item.environments) for item in view.stages] == [
        ("dev", Level.WARN, True, ("ledger/dev", "orders/dev")),
        ("prod", Level.BLOCK, False, ("orders/prod",)),
    ]


def test_plans_that_were_judged_by_other_controls_are_counted_as_such(company: "Company") -> None:
    assert company.pages.get_control(VIC, PUBLIC_ACCESS).standings[0].outdated == 2
    assert company.pages.show_coverage(VIC).outdated_plans == 2


def test_a_control_that_cannot_be_asked_makes_no_plan_one_of_an_earlier_set(company: "Company") -> None:
    unset = a_control(id="allowed-regions", parameters=(a_parameter(value=None, origin=""),))
    pages = replace(company.pages, controls=(*company.pages.controls, unset))
    decision = decide(
        Evaluation((a_verdict(),), Coverage({"aws_s3_bucket": 1}, {})),
        environment="orders/dev",
        is_production=False,
        controls=pages.controls,
        waivers=(),
        plan_digest="d" * 64,
        now=NOON,
        touched=Touched(),
        is_destroy=False,
        data_class="internal",
    )
    plan_again(company, decision=decision)

    # That of orders/prod remains.
    assert pages.show_coverage(VIC).outdated_plans == company.pages.show_coverage(VIC).outdated_plans == 1


def test_waivers_in_force_end_at_their_moment(company: "Company") -> None:
    with company.database.transaction() as tx:
        policy.insert_waiver(tx, an_approved_waiver(expires_at=NOON + timedelta(days=2)))

    def in_force() -> list[str]:
        return [waiver.id for waiver in company.pages.get_control(VIC, PUBLIC_ACCESS).waivers]

    # W-1 and W-3 are only asked for.
    assert in_force() == ["W-4"]
    company.clock.at = NOON + timedelta(days=2)
    assert in_force() == []


def test_a_control_that_there_is_not_has_no_verdicts_either(company: "Company") -> None:
    for ask in (company.pages.get_control, lambda actor, name: company.pages.list_verdicts(actor, name, ALL)):
        with pytest.raises(MissingError, match="control-missing"):
            ask(VIC, "nothing")


def test_verdicts_are_rows_that_lead_on_what_asks_for_somebody_first(company: "Company") -> None:
    plan_again(company)

    page = company.pages.list_verdicts(VIC, PUBLIC_ACCESS, PageRequest(size=4))

    assert page.total == 6
    assert [(row.verdict.outcome.value, row.environment, row.change_id) for row in page.items] == [
        ("failed", "orders/dev", "C-2"),
        ("errored", "orders/dev", "C-2"),
        ("unknown", "orders/dev", "C-2"),
        ("passed", "orders/dev", "C-2"),
    ]


def test_verdicts_are_narrowed_by_phase_outcome_and_team(company: "Company") -> None:
    def found(**asked: str) -> list[str]:
        return [row.environment for row in company.pages.list_verdicts(VIC, PUBLIC_ACCESS, ALL, **asked).items]

    assert found(phase="live") == ["orders/dev"]
    assert found(phase="plan", outcome="failed") == ["orders/dev"]
    assert found(outcome="passed") == ["orders/prod", "orders/dev"]
    assert found(outcome="unknown") == []
    assert found(team="finance") == []
    for asked in ({"phase": "code"}, {"outcome": "fine"}):
        with pytest.raises(InvalidError, match="verdict-filter-unknown"):
            found(**asked)


# --- over time ---


def test_each_week_counts_the_verdicts_of_its_plans_and_what_was_open_at_its_end(company: "Company") -> None:
    company.clock.at = NOON + timedelta(days=14)
    with company.database.transaction() as tx:
        for number, (first, fixed) in enumerate([(0, 8), (7, None)]):
            fixed_at = None if fixed is None else NOON + timedelta(days=fixed)
            seen = NOON + timedelta(days=first)
            findings.insert_finding(tx, a_finding(subject=f"b.{number}", first_seen_at=seen, fixed_at=fixed_at))

    history = company.pages.get_control(VIC, PUBLIC_ACCESS).history

    assert (len(history.weeks), history.plans, history.is_cut) == (WEEKS, 3, False)
    # NOON is a Tuesday; F-1 and F-2 are open since then.
    assert [(week.week, week.counts, week.plans, week.open_findings) for week in history.weeks[-4:]] == [
        ("2026-11-16", OutcomeCounts(), 0, 0),
        ("2026-11-23", OutcomeCounts(failed=1, passed=2), 3, 3),
        ("2026-11-30", OutcomeCounts(), 0, 3),
        ("2026-12-07", OutcomeCounts(), 0, 3),
    ]


def test_what_is_older_than_a_quarter_of_weeks_is_not_told(company: "Company") -> None:
    company.clock.at = NOON + timedelta(weeks=WEEKS)

    assert company.pages.get_control(VIC, PUBLIC_ACCESS).history.plans == 0


def test_a_history_that_is_cut_says_so(company: "Company", monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pavior.reports.control_history.MOST_PLANS", 2)

    history = company.pages.get_control(VIC, PUBLIC_ACCESS).history

    assert (history.plans, history.is_cut) == (2, True)


# --- coverage ---


def test_coverage_names_types_parts_and_places_that_nobody_looked_at(company: "Company") -> None:
    plan_again(company)
    queue = a_resource(address="aws_sqs_queue.q", type="aws_sqs_queue")
    with company.database.transaction() as tx:
        inventory.write_observation(tx, "orders/dev", a_graph(a_resource(), queue, format=GraphFormat.LIVE), NOON)

    view = company.pages.show_coverage(VIC)

    assert view.types == (TypeCoverage("aws", "aws_sqs_queue", plan=2, live=1, environments=("orders/dev",)),)
    assert view.skipped == (SkippedPart("orders/dev", Phase.PLAN, "infra/x.json", "It is no Terraform."),)
    assert [(row.environment, row.plan, row.live) for row in view.environments] == [
        # What was never evaluated comes first.
        ("ledger/dev", None, None),
        (
            "orders/dev",
            Looked(NOON, "C-2", evaluated=4, uncovered=2, skipped=1),
            Looked(NOON, "", evaluated=1, uncovered=1, skipped=0),
        ),
        ("orders/prod", Looked(NOON, "C-3", evaluated=1, uncovered=0, skipped=0), None),
    ]
    assert view.unplaced_services == (UnplacedService("legacy", "payments"),)
    assert view.teams == (
        TeamCoverage("finance", 1, 1, 0, 0, 0),
        TeamCoverage("payments", 2, 0, plan_uncovered=2, live_uncovered=1, unplaced_services=1),
    )
    assert view.measured_at == NOON
    assert view.hidden == ()


def test_coverage_sums_providers_as_types_and_names_controls_that_were_not_asked(company: "Company") -> None:
    # Two queues in a plan, of which one was recorded without its provider; what is live names another provider.
    unset = Skipped("allowed-regions", "nobody has set regions")
    coverage = Coverage({}, {"aws_sqs_queue": 2}, not_asked=(unset,), uncovered_providers={"hashicorp/aws": 1})
    plan_again(company, decision=a_decision(coverage=coverage))
    pet = a_resource(address="random_pet.p", type="random_pet", provider="registry.terraform.io/hashicorp/random")
    with company.database.transaction() as tx:
        inventory.write_observation(tx, "orders/dev", a_graph(pet, format=GraphFormat.LIVE), NOON)

    view = company.pages.show_coverage(VIC)

    assert set(view.providers) == {
        ProviderCoverage("", 1, 0),
        ProviderCoverage("hashicorp/aws", 1, 0),
        ProviderCoverage("hashicorp/random", 0, 1),
    }
    for phase in ("plan", "live"):
        assert sum(getattr(row, phase) for row in view.providers) == sum(getattr(row, phase) for row in view.types)
    assert view.not_asked == (NotAskedControl("allowed-regions", "nobody has set regions", ("orders/dev",)),)
    narrowed = company.pages.show_coverage(VIC, resource_type="random_pet")
    assert narrowed.providers == ()
    assert company.pages.show_coverage(VIC, team="finance").not_asked == ()


def test_coverage_is_narrowed_by_team_service_provider_and_type(company: "Company") -> None:
    plan_again(company)

    def found(**asked: str) -> tuple[list[str], list[str]]:
        view = company.pages.show_coverage(VIC, **asked)
        return [row.type for row in view.types], [row.environment for row in view.environments]

    assert found(team="finance") == ([], ["ledger/dev"])
    assert found(service="orders") == (["aws_sqs_queue"], ["orders/dev", "orders/prod"])
    assert found(provider="aws") == (["aws_sqs_queue"], ["orders/dev"])
    assert found(provider="google") == ([], [])
    assert found(resource_type="aws_sqs_queue") == (["aws_sqs_queue"], ["orders/dev"])
    assert found(resource_type="aws_s3_bucket") == ([], [])


def test_coverage_leaves_out_what_a_token_may_not_read_and_names_it(company: "Company") -> None:
    view = company.pages.show_coverage(a_token(Permission.CONTROL_READ, Permission.SERVICE_READ))

    assert view.hidden == ("plan", "live", "environments")
    assert (view.environments, view.types, view.unplaced_services) == ((), (), ())
    with pytest.raises(ForbiddenError, match="permission-denied"):
        company.pages.show_coverage(a_token(Permission.SERVICE_READ))


def test_the_provider_of_a_type_is_what_it_begins_with() -> None:
    told = {name: provider_of(name) for name in ("aws_s3_bucket", "google_sql_user", "azurerm_lb", "Deployment")}

    assert told == {
        "aws_s3_bucket": "aws",
        "google_sql_user": "google",
        "azurerm_lb": "azurerm",
        "Deployment": "kubernetes",
    }


def test_every_developer_sees_what_the_bucket_is_about(company: "Company") -> None:
    rows = company.pages.list_verdicts(MARA, PUBLIC_ACCESS, ALL, phase="live").items

    assert [(row.verdict.subject, row.team, row.at) for row in rows] == [(BUCKET, "payments", NOON)]


class OfPayments(Authoriser):
    """As if the policies let everybody read only what payments owns."""

    def may(self, actor: Actor, permission: Permission, *, on: Scope) -> bool:
        return on.team in ("", "payments") and super().may(actor, permission, on=on)


def test_whoever_may_read_one_team_gets_no_number_of_another(company: "Company") -> None:
    with company.database.transaction() as tx:
        queue = a_resource(address="aws_sqs_queue.q", type="aws_sqs_queue")
        inventory.write_observation(tx, "ledger/dev", a_graph(a_resource(), queue, format=GraphFormat.LIVE), NOON)
        policy.insert_waiver(tx, an_approved_waiver(id="W-9", environment="ledger/dev"))
    narrow = replace(company.pages, authoriser=OfPayments())

    def told(pages: "Pages") -> tuple[object, ...]:
        return (
            [(row.open_findings, row.active_waivers, row.teams, row.standings) for row in pages.list_controls(VIC)],
            replace(pages.get_control(VIC, PUBLIC_ACCESS), waivers=()),
            [row.environment for row in pages.list_verdicts(VIC, PUBLIC_ACCESS, ALL).items],
            pages.show_coverage(VIC),
        )

    everything, seen = repr(told(company.pages)), repr(told(narrow))

    for word in ("ledger/dev", "finance"):
        assert word in everything
        assert word not in seen
    (wide, *_), (slim, *_) = company.pages.list_controls(VIC), narrow.list_controls(VIC)
    # The company has one finding in ledger/dev.
    assert (wide.open_findings or 0) - (slim.open_findings or 0) == 1
    assert (wide.active_waivers or 0) - (slim.active_waivers or 0) == 1
    assert narrow.get_control(VIC, PUBLIC_ACCESS).open_findings == slim.open_findings
    assert narrow.list_verdicts(VIC, PUBLIC_ACCESS, ALL, team="finance").total == 0
    assert narrow.show_coverage(VIC, team="finance").environments == ()
    assert narrow.show_coverage(VIC, service="ledger").types == ()
