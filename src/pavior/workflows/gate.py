"""The gate: what is said of a plan at one instant. Asked when a plan is made, and again before it is applied."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from msgspec import structs

import pavior
from pavior.catalog import store as catalog
from pavior.catalog.model import Service
from pavior.environments import store as environments
from pavior.environments.model import ChangeKind, Environment
from pavior.kernel.verdicts import Phase
from pavior.policy import level_store
from pavior.policy import store as waivers
from pavior.policy.basis import DecisionBasis
from pavior.policy.decision import decide
from pavior.policy.evaluation import evaluate
from pavior.policy.levels import Levels, levels_at, with_moved
from pavior.policy.model import Decision
from pavior.policy.overriding import OverrideBasis
from pavior.policy.recomputing import asked_about, chosen_values, document_digest, sightings_asked_for
from pavior.policy.risk import find_touched
from pavior.resources.codec import encode_plan_reading
from pavior.resources.model import PlanReading
from pavior.storage.database import Transaction
from pavior.workflows.platform import Platform


def judge(
    platform: Platform,
    transaction: Transaction,
    *,
    environment: Environment,
    kind: ChangeKind,
    reading: PlanReading,
    plan_digest: str,
    now: datetime,
    team: str = "",
    data_class: str | None = None,
    override: OverrideBasis | None = None,
) -> Decision:
    """Evaluate every control over the plan joined with its source, and decide with levels and waivers as of `now`.

    Args:
        team: Who would own a service that is not in the catalog yet; of others the catalog says so.
        override: What somebody approved for exactly this plan.

    The class of data is the one of the service in the catalog, unless it is given. Asked again of a stored plan it
    evaluates anew, so a control that came with an upgrade since then is asked too.
    """
    if data_class is None:
        data_class = catalog.get_service(transaction, environment.service).data_class
    return decide(
        evaluate(reading.graph, platform.controls, Phase.PLAN),
        environment=environment.id,
        is_production=environment.is_production,
        controls=platform.controls,
        waivers=waivers.list_in_force(transaction, environment.id, now),
        plan_digest=plan_digest,
        now=now,
        touched=find_touched(reading),
        is_destroy=kind is ChangeKind.DESTROY,
        data_class=data_class,
        levels=read_levels(transaction, environment, now, made=reading.made, team=team, moved=reading.moved),
        override=override,
    )


def with_basis(
    platform: Platform,
    transaction: Transaction,
    decision: Decision,
    *,
    environment: Environment,
    kind: ChangeKind,
    reading: PlanReading,
) -> Decision:
    """The same with what `judge` made it from in this transaction, for a Decision that is kept."""
    service = catalog.get_service(transaction, environment.service)
    levels = read_levels(transaction, environment, decision.evaluated_at, made=reading.made, moved=reading.moved)
    asked = asked_about(reading.graph, platform.controls)
    basis = DecisionBasis(
        input_digest=document_digest(encode_plan_reading(reading)),
        program=f"pavior {pavior.__version__}",
        team=service.team,
        data_class=service.data_class,
        is_production=environment.is_production,
        is_destroy=kind is ChangeKind.DESTROY,
        controls={control.id: control.version for control in asked},
        parameters=chosen_values(asked),
        first_seen=sightings_asked_for(decision.rulings, asked, levels),
    )
    return structs.replace(decision, basis=basis)


def read_levels(
    transaction: Transaction,
    environment: Environment,
    now: datetime,
    *,
    made: frozenset[str] = frozenset(),
    team: str = "",
    moved: Mapping[str, str] = MappingProxyType({}),
) -> Levels:
    """What is enforced in `environment` at `now`.

    Args:
        made: What is new there, whatever was there before.
        moved: Address to the one before, of what is renamed and so has been there.
    """
    changes = level_store.list_approved_level_changes(transaction)
    service = catalog.find_service(transaction, environment.service)
    team = team if service is None else service.team
    levels = levels_at(changes, environment=environment.id, team=team, now=now)
    if not levels.asks_for_history:
        return levels
    seen = with_moved(level_store.read_sightings(transaction, environment.id), moved)
    return levels_at(changes, environment=environment.id, team=team, now=now, first_seen=seen, made=made)


def read_levels_of_service(transaction: Transaction, service: Service, now: datetime) -> Levels:
    """What is enforced of a service before it is said where: what holds everywhere, and for its team.

    What is in any of its environments has been there since it was first in one of them.
    """
    changes = level_store.list_approved_level_changes(transaction)
    seen: dict[str, datetime] = {}
    for place in environments.list_environments(transaction, service=service.name):
        for subject, at in level_store.read_sightings(transaction, place.id).items():
            seen[subject] = min(at, seen.get(subject, at))
    return levels_at(changes, environment="", team=service.team, now=now, first_seen=seen)


def note_what_was_there(
    transaction: Transaction, environment: Environment, reading: PlanReading, now: datetime
) -> None:
    """What the plan says is there already was there at `now`. What it would make is not: nobody has applied it.

    What it renames has been there since it was first seen under its previous address.
    """
    if reading.moved:
        known = level_store.read_sightings(transaction, environment.id)
        renamed = {new: before for new, before in reading.moved.items() if new not in reading.made}
        level_store.note_moved(transaction, environment.id, known, renamed)
    level_store.note_sightings(transaction, environment.id, [item.address for item in reading.prior.resources], now)
