"""Who would be stopped if a control were at another level: its rule over the stored plan and sight of each environment.

A stored document is decoded only where it has a resource of a type that the control is about, and never more than one
at a time is held.
"""

from collections.abc import Iterator
from typing import Any

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from pavior.environments.tables import plans
from pavior.inventory.tables import observations
from pavior.kernel.clock import parse_instant
from pavior.kernel.errors import InvalidError
from pavior.kernel.verdicts import Phase
from pavior.policy import level_store
from pavior.policy import store as waivers
from pavior.policy.levels import LevelChange, LevelScope, check_wish, levels_at
from pavior.policy.model import Control, Level
from pavior.policy.replaying import Replayed, TeamReplay, once_each, replay, wished
from pavior.policy.waiver_model import Waiver
from pavior.policy.waivers import find_in_force
from pavior.reports.evaluations import NEEDED, newest_plans
from pavior.reports.level_evidence import Place, places_in
from pavior.reports.replay_view import NotRead, ReplayView
from pavior.reports.sight import Sight
from pavior.reports.standing import PHASES
from pavior.resources.codec import FORMAT_VERSION, decode_graph
from pavior.resources.model import ResourceGraph

# A page, a terminal and a JSON document stay readable; every subject is in the counts.
_MOST_EXAMPLES = 200
_MADE = ("create", "replace")


class _Typed(Struct):
    type: str = ""


class _Types(Struct):
    resources: list[_Typed]
    skipped: list[msgspec.Raw]
    complete: bool


class _Acted(Struct):
    address: str
    action: str


class _Glimpse(Struct):
    """Of a stored plan: the types in it and what it makes. What is left out is skipped without being built."""

    version: int
    graph: _Types
    changes: list[_Acted]


class _Graph(Struct):
    graph: dict[str, Any]


class _Glimpsed(_Types):
    version: int


class _Asked(Struct, frozen=True):
    """What is the same in every place."""

    control: Control
    changes: tuple[LevelChange, ...]
    tried: tuple[LevelChange, ...]
    excuses: tuple[Waiver, ...]


class _Input(Struct, frozen=True):
    """One stored document as text."""

    phase: Phase
    at: str
    text: str


def read_replay(sight: Sight, control: Control, scope: LevelScope, level: Level, *, is_new_only: bool) -> ReplayView:
    """Over what the reader may see, as of now.

    Raises:
        InvalidError: `level-new-only-invalid`, `level-scope-invalid`.
    """
    check_wish(control, scope, level, is_new_only=is_new_only, reason="tried")
    phases = tuple(phase for phase in PHASES if sight.may_somewhere(NEEDED[phase]))
    places = places_in(sight, scope)
    changes = level_store.list_level_changes(sight.tx, controls=(control.id, *control.formerly))
    asked = _Asked(
        control,
        changes,
        tried=(*changes, wished(control, scope, level, is_new_only=is_new_only, now=sight.now)),
        excuses=waivers.list_in_force_of(sight.tx, control.id, sight.now),
    )
    newest = {f"{row['service']}/{row['environment']}": row for row in newest_plans(sight.tx)}
    visible = {phase: sight.services(NEEDED[phase]) for phase in phases}
    counted = _Counted()
    for place in places:
        allowed = [phase for phase in phases if place.environment.partition("/")[0] in visible[phase]]
        inputs = _inputs(sight, place, allowed, newest.get(place.environment))
        _replay_place(sight, asked, place, inputs, counted)
    return ReplayView(
        control=control.id,
        scope=scope,
        level=level,
        is_new_only=is_new_only,
        as_of=sight.now,
        environments=len(places),
        answered=counted.answered,
        oldest_at=min(map(parse_instant, counted.made_at), default=None),
        teams=counted.teams(),
        newly_stopped=tuple(counted.stopped[:_MOST_EXAMPLES]),
        let_go=tuple(counted.let_go[:_MOST_EXAMPLES]),
        unanswered=tuple(counted.unanswered[:_MOST_EXAMPLES]),
        not_read=tuple(counted.not_read),
        hidden=tuple(phase.value for phase in PHASES if phase not in phases),
    )


class _Counted:
    """What was found so far. Of what passes only the number is kept."""

    def __init__(self) -> None:
        self.answered = 0
        self.made_at: set[str] = set()
        self.subjects: dict[str, int] = {}
        self.stopped: list[Replayed] = []
        self.let_go: list[Replayed] = []
        self.unanswered: list[Replayed] = []
        self.not_read: list[NotRead] = []

    def add(self, place: Place, found: tuple[Replayed, ...]) -> None:
        self.subjects[place.team] = self.subjects.get(place.team, 0) + len(found)
        self.stopped += [item for item in found if item.is_newly_stopped]
        self.let_go += [item for item in found if item.is_let_go]
        self.unanswered += [item for item in found if item.is_unanswered]

    def teams(self) -> tuple[TeamReplay, ...]:
        """Whom it hits hardest first."""
        names = {*self.subjects, *(item.team for item in self.not_read)}
        found = [self._team(name) for name in sorted(names)]
        return tuple(sorted(found, key=lambda item: -item.newly_stopped))

    def _team(self, team: str) -> TeamReplay:
        stopped = [item for item in self.stopped if item.team == team]
        return TeamReplay(
            team=team,
            services=tuple(sorted({item.service for item in stopped})),
            newly_stopped=len(stopped),
            let_go=sum(item.team == team for item in self.let_go),
            unanswered=sum(item.team == team for item in self.unanswered),
            subjects=self.subjects.get(team, 0),
            not_read=len({item.environment for item in self.not_read if item.team == team}),
        )


def _replay_place(sight: Sight, asked: _Asked, place: Place, inputs: Iterator[_Input], counted: _Counted) -> None:
    is_history_asked = any(item.is_new_only for item in asked.tried)
    seen = level_store.read_sightings(sight.tx, place.environment) if is_history_asked else {}
    found: list[Replayed] = []
    is_answered, is_stored = False, False
    for stored in inputs:
        is_stored = True
        try:
            graph, made, gap = _read(stored, asked.control)
        except (InvalidError, msgspec.MsgspecError) as error:
            why = error.summary if isinstance(error, InvalidError) else "What is stored of it cannot be read."
            counted.not_read.append(NotRead(place.environment, place.team, stored.phase, why))
            continue
        is_answered = True
        counted.made_at.add(stored.at)
        if gap:
            counted.not_read.append(NotRead(place.environment, place.team, stored.phase, gap))
        if graph is not None:
            levels, levels_then = (
                levels_at(
                    each,
                    environment=place.environment,
                    team=place.team,
                    now=sight.now,
                    first_seen=seen,
                    made=made,
                )
                for each in (asked.changes, asked.tried)
            )
            found += replay(
                asked.control,
                graph,
                stored.phase,
                environment=place.environment,
                team=place.team,
                levels=levels,
                levels_then=levels_then,
                find_waiver=find_in_force(asked.excuses, place.environment, sight.now),
            )
    counted.answered += is_answered
    counted.add(place, once_each(found))
    if not is_stored:
        counted.not_read.append(NotRead(place.environment, place.team, None, "Nothing was ever evaluated there."))


def _inputs(sight: Sight, place: Place, phases: list[Phase], newest: Any) -> Iterator[_Input]:
    # As text: whether a document is worth decoding is seen before it is built.
    if Phase.PLAN in phases and newest is not None:
        statement = sa.select(sa.cast(plans.c.reading, sa.Text)).where(
            plans.c.change_id == newest["change_id"], plans.c.number == newest["number"]
        )
        yield _Input(Phase.PLAN, newest["created_at"], sight.tx.execute(statement).scalar_one())
    if Phase.LIVE in phases:
        live = sa.select(observations.c.observed_at, sa.cast(observations.c.document, sa.Text)).where(
            observations.c.environment == place.environment
        )
        row = sight.tx.execute(live).first()
        if row is not None:
            yield _Input(Phase.LIVE, row[0], row[1])


def _read(stored: _Input, control: Control) -> tuple[ResourceGraph | None, frozenset[str], str]:
    """The graph, or None where nothing in it is of a type of the control; what the plan makes; and what is missing.

    Raises:
        InvalidError: `stored-graph-version`, `stored-graph-malformed`.
        MsgspecError: It is no such document.
    """
    made: frozenset[str] = frozenset()
    seen: _Types
    if stored.phase is Phase.PLAN:
        plan = msgspec.json.decode(stored.text, type=_Glimpse)
        version, seen = plan.version, plan.graph
        made = frozenset(item.address for item in plan.changes if item.action in _MADE)
    else:
        live = msgspec.json.decode(stored.text, type=_Glimpsed)
        version, seen = live.version, live
    gap = "" if version != FORMAT_VERSION else _gap(seen, control)
    if version == FORMAT_VERSION and control.types and not any(item.type in control.types for item in seen.resources):
        return None, made, gap
    if stored.phase is Phase.PLAN:
        document = {"version": version, **msgspec.json.decode(stored.text, type=_Graph).graph}
    else:
        document = msgspec.json.decode(stored.text)
    return decode_graph(document), made, gap


def _gap(seen: _Types, control: Control) -> str:
    """What the answers leave out; empty when nothing is missing."""
    if not control.is_asked:
        return "Nobody has set all parameters of the control, so it is not asked."
    if seen.skipped:
        return f"Parts were passed over when it was read: {len(seen.skipped)}."
    return "" if seen.complete else "It was not read to its end."
