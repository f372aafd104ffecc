"""Who would be stopped if a control were at another level, or asked otherwise: over what is stored of the fleet.

Never more than one decoded document at a time is held.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec
from msgspec import Struct

from pavior.kernel.bulkhead import Bulkhead
from pavior.kernel.clock import parse_instant
from pavior.kernel.errors import InvalidError, UnavailableError
from pavior.policy import level_store
from pavior.policy import store as waivers
from pavior.policy.levels import LevelChange, LevelScope, check_wish, levels_at, with_moved
from pavior.policy.model import Control, Level
from pavior.policy.replaying import Replayed, Side, once_each, replay, wished
from pavior.policy.waiver_model import Waiver
from pavior.policy.waivers import find_in_force
from pavior.reports.evaluations import NEEDED, newest_plans
from pavior.reports.fleet_difference import MOST_EXAMPLES, FleetDifference
from pavior.reports.level_evidence import Place, places_in
from pavior.reports.replay_inputs import ReadInput, StoredInput, list_inputs, read_input, read_seen, why_unreadable
from pavior.reports.replay_view import NotRead, ReplayView
from pavior.reports.sight import Sight
from pavior.reports.standing import PHASES

# 10,000 stored plans take a core for 9 to 20 seconds; docs/reference/speed.md.
_AT_ONCE = 2
_WAIT_SECONDS = 60.0


class Holding(Struct, frozen=True):
    """What holds everywhere: the rule with its values, changes of level of any place, waivers of any place."""

    control: Control
    changes: tuple[LevelChange, ...]
    excuses: tuple[Waiver, ...]


class Comparison(Struct, frozen=True):
    """What holds now, and what is tried."""

    now: Holding
    then: Holding

    @property
    def controls(self) -> tuple[Control, ...]:
        """Both rules, or the one."""
        return (self.now.control,) if self.then.control == self.now.control else (self.now.control, self.then.control)

    @property
    def asks_for_history(self) -> bool:
        """Whether it matters since when a subject has been there."""
        return any(item.is_new_only for item in self.then.changes)


def read_replay(
    sight: Sight,
    control: Control,
    scope: LevelScope,
    level: Level | None,
    *,
    is_new_only: bool,
    tried: Control | None = None,
) -> ReplayView:
    """Over what the reader may see, as of now.

    Args:
        level: None for the levels that hold, where only another rule or value is tried.
        tried: The control with other values, or with another rule; None for the one that is asked.

    Raises:
        InvalidError: `level-new-only-invalid`, `level-scope-invalid`, `replay-nothing-tried`.
    """
    if level is None and tried is None:
        raise InvalidError(
            "replay-nothing-tried",
            f"A replay of {control.id} was asked for that tries nothing.",
            fix="Give a level (--level), another value (--parameter), or, at the command line, --control-folder.",
        )
    holding = hold(sight, control)
    changes = holding.changes
    if level is not None:
        check_wish(control, scope, level, is_new_only=is_new_only, reason="tried")
        changes = (*changes, wished(control, scope, level, is_new_only=is_new_only, now=sight.now))
    comparison = Comparison(holding, Holding(tried or control, changes, holding.excuses))
    found = compare_fleet(sight, comparison, places_in(sight, scope))
    return replay_view(sight, found, control, scope, level, is_new_only=is_new_only, tried=tried)


def replay_bulkhead() -> Bulkhead:
    """How many replays of a fleet one process lets go on at once."""
    return Bulkhead(_AT_ONCE, _WAIT_SECONDS)


def replay_busy() -> UnavailableError:
    """What is said to whoever finds no place."""
    return UnavailableError(
        "replay-busy",
        "Other replays over the fleet are going on, and take long.",
        fix="Ask again in a minute, or about one stage, environment or team.",
    )


def hold(sight: Sight, control: Control) -> Holding:
    """What holds now."""
    changes = level_store.list_level_changes(sight.tx, controls=(control.id, *control.formerly))
    return Holding(control, changes, waivers.list_in_force_of(sight.tx, control.id, sight.now))


def compare_fleet(sight: Sight, comparison: Comparison, places: Iterable[Place]) -> FleetDifference[Replayed]:
    """Ask about every stored document of these places that the reader may see."""
    newest = {f"{row['service']}/{row['environment']}": row for row in newest_plans(sight.tx)}
    phases = [phase for phase in PHASES if sight.may_somewhere(NEEDED[phase])]
    visible = {phase: sight.services(NEEDED[phase]) for phase in phases}
    found = FleetDifference[Replayed]()
    for place in places:
        allowed = tuple(phase for phase in phases if place.environment.partition("/")[0] in visible[phase])
        inputs = list_inputs(sight.tx, place.environment, allowed, newest.get(place.environment))
        _compare_place(sight, comparison, place, inputs, found)
    return found


def replay_view(
    sight: Sight,
    found: FleetDifference[Replayed],
    control: Control,
    scope: LevelScope,
    level: Level | None,
    *,
    is_new_only: bool,
    tried: Control | None = None,
    waiver: str = "",
) -> ReplayView:
    """What is told of it, with at most 200 examples of each kind."""
    return ReplayView(
        control=control.id,
        scope=scope,
        level=level,
        is_new_only=is_new_only,
        parameters=tuple(item for item in tried.parameters if item not in control.parameters) if tried else (),
        version=control.version,
        version_then=(tried or control).version,
        waiver=waiver,
        as_of=sight.now,
        environments=found.places,
        answered=found.answered,
        oldest_at=min(map(parse_instant, found.made_at), default=None),
        teams=found.teams(),
        services=found.services(),
        newly_stopped=tuple(found.stopped[:MOST_EXAMPLES]),
        let_go=tuple(found.let_go[:MOST_EXAMPLES]),
        unanswered=tuple(found.unanswered[:MOST_EXAMPLES]),
        not_read=tuple(found.not_read),
        hidden=tuple(phase.value for phase in PHASES if not sight.may_somewhere(NEEDED[phase])),
    )


def _compare_place(
    sight: Sight, comparison: Comparison, place: Place, inputs: Iterable[StoredInput], found: FleetDifference[Replayed]
) -> None:
    seen = read_seen(sight.tx, place.environment) if comparison.asks_for_history else {}
    replayed: list[Replayed] = []
    is_answered, is_stored = False, False
    for stored in inputs:
        is_stored = True
        found.add_input(place, stored.phase, stored.text)
        try:
            read = read_input(stored, comparison.controls)
        except (InvalidError, msgspec.MsgspecError) as error:
            found.not_read.append(NotRead(place.environment, place.team, stored.phase, why_unreadable(error)))
            continue
        is_answered = True
        found.made_at.add(stored.at)
        if read.gap:
            found.not_read.append(NotRead(place.environment, place.team, stored.phase, read.gap))
        if read.graph is not None:
            first_seen = with_moved(seen, read.moved)
            now, then = (_side(sight, each, place, read, first_seen) for each in (comparison.now, comparison.then))
            replayed += replay(
                read.graph, stored.phase, environment=place.environment, team=place.team, now=now, then=then
            )
    found.add(place, once_each(replayed), is_answered=is_answered)
    if not is_stored:
        found.not_read.append(NotRead(place.environment, place.team, None, "Nothing was ever evaluated there."))


def _side(sight: Sight, holding: Holding, place: Place, read: ReadInput, first_seen: Mapping[str, datetime]) -> Side:
    levels = levels_at(
        holding.changes,
        environment=place.environment,
        team=place.team,
        now=sight.now,
        first_seen=first_seen,
        made=read.made,
    )
    return Side(holding.control, levels, find_in_force(holding.excuses, place.environment, sight.now))
