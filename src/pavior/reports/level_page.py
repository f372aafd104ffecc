"""The level of one control: where it stands, how it got there, and where it goes."""

from collections.abc import Iterable
from datetime import datetime

from pavior.identity.model import Permission
from pavior.policy import level_store
from pavior.policy.levels import LevelChange, LevelInForce, Levels, LevelScope, Rung, levels_at, rungs
from pavior.policy.model import Control
from pavior.reports.level_evidence import Place, places_in
from pavior.reports.scopes import level_change_scope
from pavior.reports.sight import Sight
from pavior.reports.standing import Ladder, LevelView, StageLevel

# Nothing is planned for longer; what is farther away is told all the same, in the list of changes.
_NO_END = 9999


def read_levels_of(sight: Sight, control: Control) -> LevelView:
    """Environments with the same ladder stand together."""
    changes = level_store.list_level_changes(sight.tx, controls=(control.id, *control.formerly))
    horizon = sight.now.replace(year=_NO_END, month=1, day=1)
    found: dict[tuple[tuple[str, datetime | None], ...], tuple[list[str], tuple[Rung, ...]]] = {}
    for place in places_in(sight, LevelScope()):
        ladder = rungs(control, changes, environment=place.environment, team=place.team, horizon=horizon)
        alike = tuple((item.change.id if item.change else item.name, item.since) for item in ladder)
        found.setdefault(alike, ([], ladder))[0].append(place.environment)
    return LevelView(
        control=control,
        ladders=tuple(Ladder(tuple(names), ladder) for names, ladder in found.values()),
        changes=tuple(reversed(changes)),
        as_of=sight.now,
    )


def list_levels_to_decide(sight: Sight, controls: Iterable[Control]) -> tuple[LevelChange, ...]:
    """What somebody else proposed and the actor may decide, the oldest first."""
    owners = {name: item.owner for item in controls for name in (item.id, *item.formerly)}
    return tuple(
        item
        for item in level_store.list_open_level_changes(sight.tx)
        if sight.may(
            Permission.CONTROL_DECIDE_LEVEL, level_change_scope(item, control_owner=owners.get(item.control, ""))
        )
    )


def read_changed_stages(sight: Sight, controls: Iterable[Control]) -> dict[str, tuple[StageLevel, ...]]:
    """The stages where a change of level says something else than the control's folder, by the control's id."""
    changes = level_store.list_level_changes(sight.tx)
    started = {item.control for item in changes if item.has_started(sight.now)}
    places = places_in(sight, LevelScope()) if started else ()
    found = {}
    for control in controls:
        names = (control.id, *control.formerly)
        if started.intersection(names):
            own = tuple(item for item in changes if item.control in names)
            stages = _stages(sight, control, own, places)
            found[control.id] = tuple(item for item in stages if item.level_change or item.differing)
    return found


def read_stages(sight: Sight, control: Control) -> tuple[StageLevel, ...]:
    """Every stage that there is or that somebody named for this control, in the order of the road."""
    changes = level_store.list_level_changes(sight.tx, controls=(control.id, *control.formerly))
    return _stages(sight, control, changes, places_in(sight, LevelScope()))


def _stages(
    sight: Sight, control: Control, changes: tuple[LevelChange, ...], places: Iterable[Place]
) -> tuple[StageLevel, ...]:
    found: dict[str, list[tuple[str, str]]] = {}
    for place in places:
        found.setdefault(place.environment.rpartition("/")[2], []).append((place.environment, place.team))
    for stage in sorted({*control.levels, *_named(changes)}):
        found.setdefault(stage, [])
    return tuple(_stage(sight, control, changes, stage, places) for stage, places in found.items())


def find_level(sight: Sight, control: Control, known: dict[str, Levels], place: Place, subject: str) -> LevelInForce:
    """The level that a subject meets now. `known` keeps what was read for one environment."""
    environment, team = place.environment, place.team
    if environment not in known:
        changes = level_store.list_level_changes(sight.tx, controls=(control.id, *control.formerly))
        levels = levels_at(changes, environment=environment, team=team, now=sight.now)
        if levels.asks_for_history:
            seen = level_store.read_sightings(sight.tx, environment)
            levels = levels_at(changes, environment=environment, team=team, now=sight.now, first_seen=seen)
        known[environment] = levels
    return known[environment].of(control, subject)


def _named(changes: Iterable[LevelChange]) -> set[str]:
    return {item.scope.environment for item in changes if item.scope.environment and "/" not in item.scope.environment}


def _stage(
    sight: Sight, control: Control, changes: tuple[LevelChange, ...], stage: str, places: list[tuple[str, str]]
) -> StageLevel:
    own = rungs(control, changes, environment=stage, team="", horizon=sight.now)[-1]
    differing = tuple(
        environment
        for environment, team in places
        if rungs(control, changes, environment=environment, team=team, horizon=sight.now)[-1].name != own.name
    )
    return StageLevel(
        stage=stage,
        level=own.level,
        is_default=stage not in control.levels and own.change is None,
        environments=tuple(environment for environment, _ in places),
        is_new_only=own.is_new_only,
        since=own.since,
        level_change="" if own.change is None else own.change.id,
        differing=differing,
    )
