"""How much can go wrong with a change of level, from what it would do to the fleet, and how many must agree. Pure.

As with a Change, each factor is a fact with a weight and one sentence, and what nobody knows is no good news. The
weights are a convention of ours, docs/reference/change-risk.md.
"""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from pavior.kernel.verdicts import Severity
from pavior.policy.levels import LevelScope
from pavior.policy.model import Control
from pavior.policy.risk_model import Risk, RiskFactor, Weighed, risk_of

# From as many services on one owner alone cannot speak for those who are hit.
MANY_SERVICES: Final = 10

_WEIGHTS: Final = {
    RiskFactor.STOPS_PRODUCTION: 4,
    RiskFactor.STOPS_MANY: 3,
    RiskFactor.STOPS: 1,
    RiskFactor.LETS_GO: 3,
    RiskFactor.NO_EVIDENCE: 3,
}
_LOWERED: Final = {Severity.CRITICAL: 6, Severity.HIGH: 4}
_LOWERED_OTHERWISE: Final = 2
# Nothing that was stopped goes through, but fewer are told.
_LOWERED_TO_OBSERVE: Final = 1
_EVERYWHERE: Final = 3
_STAGE_OF_ALL: Final = 1
_NOT_KNOWN_IN_PRODUCTION: Final = 2
_NOT_KNOWN: Final = 1


class LevelImpact(Struct, frozen=True):
    """What a change of level would do.

    Args:
        stopped: Subjects that would newly be stopped.
        stopped_in_production: Those of them in production.
        services_stopped: How many services they belong to, in production alone.
        let_go_in_production: Subjects in production that are stopped, and would be no longer.
        lowered: Environments where the level would be lower than now.
        unblocked: Those of them where it blocks now.
        not_known: Environments of which something was not read or not answered.
        not_known_in_production: Those of them in production.
        answered: Environments of which something was read.
    """

    stopped: int
    stopped_in_production: int
    services_stopped: int
    let_go_in_production: int
    lowered: int
    unblocked: int
    not_known: int
    not_known_in_production: int
    answered: int


def assess_level_change(control: Control, scope: LevelScope, impact: LevelImpact) -> Risk:
    """The risk of one change of level."""
    return risk_of((*_of_the_fleet(control, impact), *_of_the_reach(scope), *_of_the_evidence(impact)))


def _of_the_fleet(control: Control, impact: LevelImpact) -> Iterator[Weighed]:
    if impact.stopped_in_production:
        told = f"It newly stops {_counted(impact.stopped_in_production, 'resource')} in production"
        services = _counted(impact.services_stopped, "service")
        yield _weighed(RiskFactor.STOPS_PRODUCTION, f"{told}, of {services}.")
        if impact.services_stopped >= MANY_SERVICES:
            yield _weighed(RiskFactor.STOPS_MANY, f"These are {MANY_SERVICES} services or more: {services}.")
    elif impact.stopped:
        told = f"It newly stops {_counted(impact.stopped, 'resource')}, none of them in production."
        yield _weighed(RiskFactor.STOPS, told)
    if impact.unblocked:
        weight = _LOWERED.get(control.severity, _LOWERED_OTHERWISE)
        where = _counted(impact.unblocked, "environment")
        told = f"A control of severity {control.severity.value} would block less in {where}."
        yield Weighed(RiskFactor.LOWERS, weight, told)
    elif impact.lowered:
        told = f"It would be observed in {_counted(impact.lowered, 'environment')} where it warns."
        yield Weighed(RiskFactor.LOWERS, _LOWERED_TO_OBSERVE, told)
    if impact.let_go_in_production:
        told = f"{_counted(impact.let_go_in_production, 'resource')} that it stops in production would go through."
        yield _weighed(RiskFactor.LETS_GO, told)


def _of_the_reach(scope: LevelScope) -> Iterator[Weighed]:
    if scope == LevelScope():
        yield Weighed(RiskFactor.WIDE, _EVERYWHERE, "It holds everywhere, also for what is still to come.")
    elif not scope.team and "/" not in scope.environment:
        yield Weighed(RiskFactor.WIDE, _STAGE_OF_ALL, f"It holds in {scope.environment} of every team.")


def _of_the_evidence(impact: LevelImpact) -> Iterator[Weighed]:
    if not impact.answered:
        yield _weighed(RiskFactor.NO_EVIDENCE, "Nothing of its scope was read, so nobody knows whom it hits.")
    elif impact.not_known_in_production:
        where = _counted(impact.not_known_in_production, "environment")
        told = f"Of {where} in production something is not known, and may be hit as well."
        yield Weighed(RiskFactor.NOT_KNOWN, _NOT_KNOWN_IN_PRODUCTION, told)
    elif impact.not_known:
        told = f"Of {_counted(impact.not_known, 'environment')} something is not known, and may be hit as well."
        yield Weighed(RiskFactor.NOT_KNOWN, _NOT_KNOWN, told)


def _weighed(factor: RiskFactor, told: str) -> Weighed:
    return Weighed(factor, _WEIGHTS[factor], told)


def _counted(count: int, thing: str) -> str:
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"
