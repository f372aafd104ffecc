"""What controls said: of the latest plan of each environment, of what was last seen there, and of earlier plans.

Plans keep what the gate said of them. Of what is live only the reading is kept, so the controls of today are asked
about it. Neither changes under its key, so what was worked out is remembered.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

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

# About 100 verdicts each: some 50 MB at most. A larger fleet is worked out anew by every page about all of it.
_REMEMBERED = 2_048
NEEDED: Mapping[Phase, Permission] = {Phase.PLAN: Permission.CHANGE_READ, Phase.LIVE: Permission.ENVIRONMENT_READ}

_Key: TypeAlias = tuple[str, ...]


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

    def get(self, key: _Key, work_out: Callable[[], _Said]) -> _Said:
        """What is known under that key; else what `work_out` gives, which is known from then on."""
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
        # Outside the lock: two who ask at once may both work it out, and come to the same.
        said = work_out()
        with self._lock:
            self._known[key] = said
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return said


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
        for key in keys:
            row = {"change_id": key.change_id, "number": key.number, "created_at": key.created_at}
            said = self._plan(tx, row)
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
        found = []
        for row in rows[:limit]:
            said = self._plan(sight.tx, row)
            place = f"{row['service']}/{row['environment']}"
            found.append(JudgedPlan(row["change_id"], place, said.at, said.verdicts))
        return found, len(rows) > limit

    def _of_plans(
        self, tx: Transaction, services: Mapping[str, Service], places: Mapping[str, Environment]
    ) -> Iterator[Evaluated]:
        newest = {f"{row['service']}/{row['environment']}": row for row in newest_plans(tx)}
        digest = controls_digest(self.controls)
        for place in places.values():
            row = newest.get(place.id)
            if row is not None:
                said = self._plan(tx, row)
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
        for place in places.values():
            at = observed_at.get(place.id)
            if at is not None:
                key = ("live", place.id, format_instant(at))
                said = self.memory.get(key, lambda name=place.id: self._ask_about(tx, name))  # type: ignore[misc] # bound now
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

    def _plan(self, tx: Transaction, row: Mapping[Any, Any]) -> _Said:
        key = ("plan", row["change_id"], str(row["number"]), row["created_at"])
        return self.memory.get(key, lambda: _read_plan(tx, row["change_id"], row["number"]))

    def _ask_about(self, tx: Transaction, environment: str) -> _Said:
        observation = inventory.find_observation(tx, environment)
        if observation is None:
            raise RuntimeError(f"the observation of {environment} was there a moment ago, in the same snapshot")
        evaluation = evaluate(observation.graph, self.controls, Phase.LIVE)
        digest = controls_digest(self.controls)
        return _Said(
            observation.observed_at,
            digest,
            _by_control(evaluation.verdicts),
            evaluation.coverage,
            inventory.digest_of(tx, environment),
        )


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


def _read_plan(tx: Transaction, change_id: str, number: int) -> _Said:
    statement = sa.select(plans.c.decision).where(plans.c.change_id == change_id, plans.c.number == number)
    decided = msgspec.convert(tx.execute(statement).scalar_one(), _Decided)
    verdicts = _by_control(ruled.verdict for ruled in decided.rulings)
    return _Said(decided.evaluated_at, decided.controls_digest, verdicts, decided.coverage)


def _by_control(verdicts: Iterable[Verdict]) -> dict[str, tuple[Verdict, ...]]:
    found: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        found.setdefault(verdict.control, []).append(verdict)
    return {control: tuple(own) for control, own in found.items()}
