"""Plans a change of level: the fleet's difference in verdicts, digested, and the risk that follows from it."""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime

from pavior.identity.authorisation import Authoriser
from pavior.identity.model import Surface, local_operator
from pavior.kernel.clock import parse_instant
from pavior.policy.level_plans import MOST_SERVICES, LevelPlan, ServiceShare
from pavior.policy.level_risk import LevelImpact, assess_level_change
from pavior.policy.levels import LevelChange
from pavior.policy.model import Control, Level
from pavior.policy.replaying import Replayed, wished
from pavior.reports.fleet_difference import FleetDifference
from pavior.reports.level_evidence import Place, places_in, rung_now
from pavior.reports.replay import Comparison, Holding, compare_fleet, hold
from pavior.reports.sight import Sight
from pavior.storage.database import Transaction


def plan_level(
    transaction: Transaction,
    authoriser: Authoriser,
    control: Control,
    change: LevelChange,
    *,
    surface: Surface,
    now: datetime,
    number: int,
) -> LevelPlan:
    """What `change` would do if it started at `now`, over all that is stored.

    The whole fleet is asked, so that everybody who looks at it sees the same plan. It tells counts by service alone.
    """
    sight = Sight(transaction, authoriser, local_operator(surface), now)
    holding = hold(sight, control)
    tried = wished(control, change.scope, change.level, is_new_only=change.is_new_only, now=now, reverts=change.reverts)
    then = Holding(control, (*holding.changes, tried), holding.excuses)
    places = places_in(sight, change.scope)
    comparison = Comparison(holding, then)
    found = compare_fleet(sight, comparison, places)
    services = found.services()
    risk = assess_level_change(control, change.scope, _impact(sight, comparison, places, found))
    # Four eyes whatever the risk.
    approvals = max(1, risk.approvals)
    return LevelPlan(
        number=number,
        digest=_digest(control, change, services, approvals),
        inputs_digest=found.inputs_digest,
        control_version=control.version,
        planned_at=now,
        environments=found.places,
        answered=found.answered,
        oldest_at=min(map(parse_instant, found.made_at), default=None),
        subjects=sum(found.subjects.values()),
        newly_stopped=len(found.stopped),
        let_go=len(found.let_go),
        unanswered=len(found.unanswered),
        not_read=len(found.not_read),
        services=services[:MOST_SERVICES],
        services_count=len(services),
        risk=risk,
        approvals_required=approvals,
    )


def _impact(
    sight: Sight, comparison: Comparison, places: tuple[Place, ...], found: FleetDifference[Replayed]
) -> LevelImpact:
    now, then = (
        [rung_now(sight, each.control, each.changes, place) for place in places]
        for each in (comparison.now, comparison.then)
    )
    rungs = zip(now, then, strict=True)
    lowered = [before for before, after in rungs if after.height < before.height]
    in_production = [item for item in found.stopped if item.environment in found.production]
    not_known = {item.environment for item in found.not_read} | {item.environment for item in found.unanswered}
    return LevelImpact(
        stopped=len(found.stopped),
        stopped_in_production=len(in_production),
        services_stopped=len({item.service for item in in_production}),
        let_go_in_production=sum(item.environment in found.production for item in found.let_go),
        lowered=len(lowered),
        unblocked=sum(before.level is Level.BLOCK for before in lowered),
        not_known=len(not_known),
        not_known_in_production=len(not_known & found.production),
        answered=found.answered,
    )


def _digest(control: Control, change: LevelChange, services: Iterable[ServiceShare], approvals: int) -> str:
    # What passes, and when something was looked at, is left out: it changes daily, and nobody decides by it.
    document = {
        "control": control.id,
        "version": control.version,
        "environment": change.scope.environment,
        "team": change.scope.team,
        "level": change.level.value,
        "is_new_only": change.is_new_only,
        "reverts": change.reverts,
        "services": sorted([item.service, item.team, item.digest] for item in services),
        "approvals": approvals,
    }
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()
