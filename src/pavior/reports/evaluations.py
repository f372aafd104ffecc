"""What controls said: of the latest plan of each environment, of what was last seen there, and of earlier plans.

Plans keep what the gate said of them. Of what is live only the reading is kept, so the controls of today are asked
about it. Neither changes under its key, so what was worked out is remembered.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, TypeAlias, TypeVar

import msgspec
import sqlalchemy as sa

from pavior.catalog.model import Service
from pavior.environments.model import Environment, EnvironmentStatus
from pavior.environments.tables import changes, plans
from pavior.identity.model import Permission
from pavior.inventory import store as inventory
from pavior.kernel.clock import format_instant
from pavior.kernel.verdicts import Phase, Verdict
from pavior.policy.decision import controls_digest
from pavior.policy.evaluation import evaluate
from pavior.policy.model import Control, Coverage
from pavior.reports.sight import Sight
from pavior.reports.standing import Evaluated
from pavior.storage.database import Transaction

# Read by one query; a plan's Decision may have 100 kB.
_AT_ONCE = 200
# About 100 verdicts each: some 50 MB at most. A larger fleet is worked out anew by every page about all of it.
_REMEMBERED = 2_048
NEEDED: Mapping[Phase, Permission] = {Phase.PLAN: Permission.CHANGE_READ, Phase.LIVE: Permission.ENVIRONMENT_READ}

_Key: TypeAlias = tuple[str, ...]
_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class _Ruled:
    """Of a stored ruling, what is counted."""

    verdict: Verdict


@dataclass(frozen=True, slots=True)
class _Decided:
    """Of a stored Decision, what is counted."""

    evaluated_at: datetime
    controls_digest: str
    rulings: tuple[_Ruled, ...]
    coverage: Coverage


@dataclass(frozen=True, slots=True)
class _Said:
    """What is remembered of either: verdicts by control."""

    at: datetime
    controls_digest: str
    verdicts: Mapping[str, tuple[Verdict, ...]]
    coverage: Coverage
    input_digest: str = ""


@dataclass(frozen=True, slots=True)
class JudgedPlan:
    """One plan that the gate judged."""

    change_id: str
    environment: str
    at: datetime
    verdicts: Mapping[str, tuple[Verdict, ...]]


@dataclass(frozen=True, slots=True)
class PlanKey:
    """Which plan; instants of one form sort as text."""

    change_id: str
    number: int
    environment: str
    created_at: str
    digest: str


@dataclass(frozen=True, slots=True)
class Memory:
    """What was worked out last with one set of controls. Nothing changes under its key."""

    _known: OrderedDict[_Key, _Said] = field(default_factory=OrderedDict, init=False, repr=False, compare=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False, compare=False)

    def get(self, keys: Sequence[_Key], work_out: Callable[[list[_Key]], Mapping[_Key, _Said]]) -> dict[_Key, _Said]:
        """What is known under each key; of the others what `work_out` gives, which is known from then on."""
        with self._lock:
            found = {key: self._known[key] for key in keys if key in self._known}
            for key in found:
                self._known.move_to_end(key)
        unknown = [key for key in keys if key not in found]
        if unknown:
            # Outside the lock: two who ask at once may both work it out, and come to the same.
            fresh = work_out(unknown)
            with self._lock:
                self._known.update(fresh)
                while len(self._known) > _REMEMBERED:
                    self._known.popitem(last=False)
            found.update(fresh)
        return found


@dataclass(frozen=True, slots=True)
class Evaluations:
    """Reads what `controls` said."""

    controls: tuple[Control, ...]
    memory: Memory

    def latest(
        self,
        sight: Sight,
        phase: Phase,
        *,
        environment_ids: Collection[str] | None = None,
        permission: Permission | None = None,
    ) -> list[Evaluated]:
        """One for each environment that was evaluated in this phase, in the order of the road.

        Those of destroyed environments are left out: nothing is there. `environment_ids` narrows it when given, and
        `permission` says what the reader needs when it is not the one to read the phase.
        """
        services = sight.services(permission or NEEDED[phase])
        places = standing_environments(sight, services)
        if environment_ids is not None:
            places = {name: place for name, place in places.items() if name in environment_ids}
        if phase is Phase.PLAN:
            return list(self._of_plans(sight.tx, services, places))
        return list(self._of_what_is_live(sight.tx, services, places))

    def digest(self) -> str:
        """Of the controls of today."""
        return controls_digest(self.controls)

    def judged(self, tx: Transaction, keys: Collection[PlanKey], teams: Mapping[str, str]) -> Iterator[Evaluated]:
        """What the gate said of these plans, one for each.

        Args:
            teams: By service.
        """
        digest = controls_digest(self.controls)
        keyed = [(_plan_key(key.change_id, key.number, key.created_at), key) for key in keys]
        for key, said in self._said(keyed, partial(_read_plans, tx)):
            yield Evaluated(
                environment=key.environment,
                team=teams[key.environment.partition("/")[0]],
                phase=Phase.PLAN,
                at=said.at,
                change_id=key.change_id,
                is_current=said.controls_digest == digest,
                verdicts=said.verdicts,
                coverage=said.coverage,
                input_digest=key.digest,
                controls_digest=said.controls_digest,
            )

    def plans_since(self, sight: Sight, since: datetime, limit: int) -> tuple[list[JudgedPlan], bool]:
        """The newest plans that were made since then, at most `limit`, and whether there were more."""
        services = sight.services(NEEDED[Phase.PLAN])
        statement = (
            sa.select(plans.c.change_id, plans.c.number, plans.c.created_at, changes.c.service, changes.c.environment)
            .join(changes, changes.c.id == plans.c.change_id)
            .where(plans.c.created_at >= format_instant(since), changes.c.service.in_(sorted(services)))
            .order_by(plans.c.created_at.desc())
            .limit(limit + 1)
        )
        rows = list(sight.tx.execute(statement).mappings())
        keyed = [(_plan_key(row["change_id"], row["number"], row["created_at"]), row) for row in rows[:limit]]
        found = [
            JudgedPlan(row["change_id"], f"{row['service']}/{row['environment']}", said.at, said.verdicts)
            for row, said in self._said(keyed, partial(_read_plans, sight.tx))
        ]
        return found, len(rows) > limit

    def _of_plans(
        self, tx: Transaction, services: Mapping[str, Service], places: Mapping[str, Environment]
    ) -> Iterator[Evaluated]:
        newest = {f"{row['service']}/{row['environment']}": row for row in newest_plans(tx)}
        digest = controls_digest(self.controls)
        found = [(place, newest[place.id]) for place in places.values() if place.id in newest]
        keyed = [(_plan_key(row["change_id"], row["number"], row["created_at"]), (place, row)) for place, row in found]
        for (place, row), said in self._said(keyed, partial(_read_plans, tx)):
            yield Evaluated(
                environment=place.id,
                team=services[place.service].team,
                phase=Phase.PLAN,
                at=said.at,
                change_id=row["change_id"],
                is_current=said.controls_digest == digest,
                verdicts=said.verdicts,
                coverage=said.coverage,
                input_digest=row["digest"],
                controls_digest=said.controls_digest,
            )

    def _of_what_is_live(
        self, tx: Transaction, services: Mapping[str, Service], places: Mapping[str, Environment]
    ) -> Iterator[Evaluated]:
        observed_at = inventory.list_observed_at(tx)
        found = [(place, observed_at[place.id]) for place in places.values() if place.id in observed_at]
        keyed = [(("live", place.id, format_instant(at)), (place, at)) for place, at in found]
        for (place, at), said in self._said(keyed, partial(self._ask_about, tx)):
            yield Evaluated(
                environment=place.id,
                team=services[place.service].team,
                phase=Phase.LIVE,
                at=at,
                change_id="",
                is_current=True,
                verdicts=said.verdicts,
                coverage=said.coverage,
                input_digest=said.input_digest,
                controls_digest=said.controls_digest,
            )

    def _said(
        self, keyed: Sequence[tuple[_Key, _Item]], work_out: Callable[[list[_Key]], Mapping[_Key, _Said]]
    ) -> Iterator[tuple[_Item, _Said]]:
        """Each item with what is said under its key, in their order."""
        for start in range(0, len(keyed), _AT_ONCE):
            part = keyed[start : start + _AT_ONCE]
            said = self.memory.get([key for key, _ in part], work_out)
            yield from ((item, said[key]) for key, item in part)

    def _ask_about(self, tx: Transaction, keys: Iterable[_Key]) -> dict[_Key, _Said]:
        by_environment = {key[1]: key for key in keys}
        digest = controls_digest(self.controls)
        said = {}
        for observation, input_digest in inventory.read_observations(tx, by_environment):
            evaluation = evaluate(observation.graph, self.controls, Phase.LIVE)
            said[by_environment[observation.environment]] = _Said(
                observation.observed_at, digest, _by_control(evaluation.verdicts), evaluation.coverage, input_digest
            )
        return said


def standing_environments(sight: Sight, services: Mapping[str, Service]) -> dict[str, Environment]:
    """Those of these services that were not destroyed, by id."""
    found = sight.environments(services)
    return {name: place for name, place in found.items() if place.status is not EnvironmentStatus.DESTROYED}


def list_plan_keys(tx: Transaction, services: Collection[str], until: datetime) -> list[PlanKey]:
    """Every plan of these services that was made until then, that instant included, newest first."""
    statement = (
        sa.select(
            plans.c.change_id,
            plans.c.number,
            plans.c.created_at,
            plans.c.digest,
            changes.c.service,
            changes.c.environment,
        )
        .join(changes, changes.c.id == plans.c.change_id)
        .where(plans.c.created_at <= format_instant(until), changes.c.service.in_(sorted(services)))
        .order_by(plans.c.created_at.desc(), changes.c.number.desc(), plans.c.number.desc())
    )
    return [
        PlanKey(
            row["change_id"], row["number"], f"{row['service']}/{row['environment']}", row["created_at"], row["digest"]
        )
        for row in tx.execute(statement).mappings()
    ]


def newest_plans(tx: Transaction) -> list[Mapping[Any, Any]]:
    """The last plan of each environment: change_id, number, created_at, service, environment."""
    rank = sa.func.row_number().over(
        partition_by=(changes.c.service, changes.c.environment),
        order_by=(plans.c.created_at.desc(), changes.c.number.desc(), plans.c.number.desc()),
    )
    ranked = (
        sa.select(
            plans.c.change_id,
            plans.c.number,
            plans.c.created_at,
            plans.c.digest,
            changes.c.service,
            changes.c.environment,
            rank.label("rank"),
        )
        .join(changes, changes.c.id == plans.c.change_id)
        .subquery()
    )
    return list(tx.execute(sa.select(ranked).where(ranked.c.rank == 1)).mappings())


def _plan_key(change_id: str, number: int, created_at: str) -> _Key:
    return ("plan", change_id, str(number), created_at)


def _read_plans(tx: Transaction, keys: Iterable[_Key]) -> dict[_Key, _Said]:
    by_plan = {(key[1], int(key[2])): key for key in keys}
    statement = sa.select(plans.c.change_id, plans.c.number, plans.c.decision).where(
        sa.tuple_(plans.c.change_id, plans.c.number).in_(list(by_plan))
    )
    return {by_plan[change_id, number]: _said_by(decision) for change_id, number, decision in tx.execute(statement)}


def _said_by(decision: object) -> _Said:
    decided = msgspec.convert(decision, _Decided)
    verdicts = _by_control(ruled.verdict for ruled in decided.rulings)
    return _Said(decided.evaluated_at, decided.controls_digest, verdicts, decided.coverage)


def _by_control(verdicts: Iterable[Verdict]) -> dict[str, tuple[Verdict, ...]]:
    found: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        found.setdefault(verdict.control, []).append(verdict)
    return {control: tuple(own) for control, own in found.items()}
