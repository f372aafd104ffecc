"""What is known about a control where its level is to change: who fails now, and how it went at the level before."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from pavior.audit import store as audit
from pavior.disputes.model import DisputeState
from pavior.disputes.tables import disputes
from pavior.identity.model import Permission
from pavior.kernel.clock import format_instant
from pavior.kernel.verdicts import Outcome
from pavior.policy.levels import LevelChange, LevelEvidence, LevelScope, Rung, rungs
from pavior.policy.model import Control
from pavior.policy.reaching import reaches
from pavior.policy.tables import waivers
from pavior.reports.evaluations import NEEDED, Evaluations, standing_environments
from pavior.reports.sight import Sight
from pavior.reports.standing import PHASES

# Over how long things are counted where nobody recorded since when the level holds: a quarter.
_COUNTED = timedelta(days=90)
MIXED = "mixed"
_FALSE_POSITIVE = "finding.marked-false-positive"


@dataclass(frozen=True, slots=True)
class Place:
    """One environment, and who owns what is in it."""

    environment: str
    team: str
    is_production: bool = False


def places_in(sight: Sight, scope: LevelScope) -> tuple[Place, ...]:
    """The environments of a scope that are not destroyed, in the order of the road."""
    services = sight.services(Permission.ENVIRONMENT_READ)
    found = standing_environments(sight, services)
    return tuple(
        Place(item.id, services[item.service].team, item.is_production)
        for item in found.values()
        if scope.holds(item.id, services[item.service].team)
    )


def rung_now(sight: Sight, control: Control, changes: Iterable[LevelChange], place: Place) -> Rung:
    """What holds there for what is new."""
    # The moment of a start belongs to it, so the horizon of now includes what starts now.
    return rungs(control, changes, environment=place.environment, team=place.team, horizon=sight.now)[-1]


def read_level_evidence(
    sight: Sight, evaluations: Evaluations, control: Control, scope: LevelScope, changes: tuple[LevelChange, ...]
) -> LevelEvidence:
    """As of now, over everything in `scope` that the reader may see."""
    places = places_in(sight, scope) or (Place(scope.environment, scope.team),)
    found = [rung_now(sight, control, changes, place) for place in places]
    names = {item.name for item in found}
    sinces = {item.since for item in found}
    since = next(iter(sinces)) if len(names) == len(sinces) == 1 else None
    counted_from = since or sight.now - _COUNTED
    failing, not_known, environments = _standing(sight, evaluations, control, places)
    return LevelEvidence(
        level=next(iter(names)) if len(names) == 1 else MIXED,
        since=since,
        days=None if since is None else (sight.now - since).days,
        counted_from=counted_from,
        failing=failing,
        not_known=not_known,
        environments=environments,
        false_positives=_false_positives(sight, control, places, counted_from),
        waivers=_waivers(sight, control, places, counted_from),
        **_disputes(sight, control, places, counted_from),
    )


def _standing(
    sight: Sight, evaluations: Evaluations, control: Control, places: tuple[Place, ...]
) -> tuple[Mapping[str, int], Mapping[str, int], int]:
    """Team to how many subjects fail, and to how many have no answer; a subject counts once, at its worst."""
    worst: dict[tuple[str, str, str], Outcome] = {}
    asked = {place.environment for place in places}
    evaluated = set()
    for phase in PHASES:
        if not sight.may_somewhere(NEEDED[phase]):
            continue
        for item in evaluations.latest(sight, phase, environment_ids=asked):
            for verdict in item.verdicts.get(control.id, ()):
                evaluated.add(item.environment)
                key = (item.team, item.environment, verdict.subject)
                if worst.get(key) is not Outcome.FAILED and verdict.outcome is not Outcome.PASSED:
                    worst[key] = verdict.outcome
    failing: dict[str, int] = {}
    not_known: dict[str, int] = {}
    for (team, _, _), outcome in sorted(worst.items()):
        counted = failing if outcome is Outcome.FAILED else not_known
        counted[team] = counted.get(team, 0) + 1
    return failing, not_known, len(evaluated)


def _false_positives(sight: Sight, control: Control, places: tuple[Place, ...], since: datetime) -> int:
    """From the audit log: a finding does not keep when it was judged."""
    asked = {place.environment for place in places}
    return sum(
        item.event.details.get("control") == control.id
        and item.event.environment in asked
        and item.event.ended_at >= since
        for item in audit.list_by_verb(sight.tx, _FALSE_POSITIVE)
    )


def _waivers(sight: Sight, control: Control, places: tuple[Place, ...], since: datetime) -> int:
    statement = sa.select(waivers.c.environment).where(
        waivers.c.control == control.id, waivers.c.requested_at >= format_instant(since)
    )
    asked = {place.environment for place in places}
    places_asked = sight.tx.execute(statement).scalars()
    return sum(any(reaches(place, environment) for environment in asked) for place in places_asked)


def _disputes(sight: Sight, control: Control, places: tuple[Place, ...], since: datetime) -> dict[str, int]:
    statement = sa.select(disputes.c.state).where(
        disputes.c.control.in_((control.id, *control.formerly)),
        disputes.c.requested_at >= format_instant(since),
        disputes.c.environment.in_([place.environment for place in places]),
    )
    states = list(sight.tx.execute(statement).scalars())
    return {
        "disputes": len(states),
        "open_disputes": states.count(DisputeState.OPEN.value),
        "upheld_disputes": states.count(DisputeState.UPHELD.value),
    }
