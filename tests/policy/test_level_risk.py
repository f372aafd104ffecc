"""A change of level is weighed by what it would do to the fleet, on the scale of Changes."""

from typing import Any

import pytest

from pavior.kernel.verdicts import Severity
from pavior.policy.level_risk import LevelImpact, assess_level_change
from pavior.policy.levels import LevelScope
from pavior.policy.risk_model import RiskFactor
from pavior.testing.builders import a_control

NARROW = LevelScope("prod", "payments")


def an_impact(**fields: int) -> LevelImpact:
    given: dict[str, Any] = dict.fromkeys(LevelImpact.__struct_fields__, 0) | {"answered": 1}
    return LevelImpact(**{**given, **fields})


def weights(
    impact: LevelImpact, scope: LevelScope = NARROW, severity: Severity = Severity.HIGH
) -> dict[RiskFactor, int]:
    risk = assess_level_change(a_control(severity=severity), scope, impact)
    return {item.factor: item.weight for item in risk.factors}


def test_a_narrow_change_that_hits_nobody_weighs_nothing() -> None:
    assert weights(an_impact()) == {}


def test_stopping_production_weighs_more_than_stopping_elsewhere() -> None:
    assert weights(an_impact(stopped=3)) == {RiskFactor.STOPS: 1}
    assert weights(an_impact(stopped=3, stopped_in_production=1, services_stopped=1)) == {
        RiskFactor.STOPS_PRODUCTION: 4
    }


@pytest.mark.parametrize(("services", "weight"), [(9, None), (10, 3)])
def test_ten_services_are_many(services: int, weight: int | None) -> None:
    found = weights(an_impact(stopped=20, stopped_in_production=20, services_stopped=services))

    assert found.get(RiskFactor.STOPS_MANY) == weight


@pytest.mark.parametrize(("severity", "weight"), [(Severity.CRITICAL, 6), (Severity.HIGH, 4), (Severity.MEDIUM, 2)])
def test_blocking_less_weighs_by_the_severity_of_the_control(severity: Severity, weight: int) -> None:
    assert weights(an_impact(lowered=2, unblocked=1), severity=severity) == {RiskFactor.LOWERS: weight}


def test_to_observe_in_place_of_warning_weighs_one() -> None:
    assert weights(an_impact(lowered=2), severity=Severity.CRITICAL) == {RiskFactor.LOWERS: 1}


def test_what_goes_through_in_production_is_weighed() -> None:
    assert weights(an_impact(let_go_in_production=1)) == {RiskFactor.LETS_GO: 3}


@pytest.mark.parametrize(
    ("scope", "weight"),
    [
        (LevelScope(), 3),
        (LevelScope("prod"), 1),
        (LevelScope(team="payments"), None),
        (LevelScope("orders/prod"), None),
    ],
)
def test_the_wider_the_scope_the_more_it_weighs(scope: LevelScope, weight: int | None) -> None:
    assert weights(an_impact(), scope).get(RiskFactor.WIDE) == weight


def test_what_is_not_known_is_no_good_news() -> None:
    assert weights(an_impact(not_known=1)) == {RiskFactor.NOT_KNOWN: 1}
    assert weights(an_impact(not_known=2, not_known_in_production=1)) == {RiskFactor.NOT_KNOWN: 2}
    assert weights(an_impact(not_known=2, answered=0)) == {RiskFactor.NO_EVIDENCE: 3}


def test_blocking_many_in_production_everywhere_needs_two_others() -> None:
    impact = an_impact(stopped=20, stopped_in_production=20, services_stopped=10)

    risk = assess_level_change(a_control(), LevelScope(), impact)

    assert (risk.score, risk.approvals) == (10, 2)
    assert risk.factors[0].told == "It newly stops 20 resources in production, of 10 services."
