"""Reading the live cloud: what it says of the controls, of obligations, and of drift, all written at once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from msgspec import structs

from pavior.catalog.model import Service
from pavior.environments import store
from pavior.environments.model import ChangeStatus, Environment, EnvironmentStatus
from pavior.environments.vault import SealedKind
from pavior.findings import service as findings
from pavior.findings.model import FindingSource
from pavior.inventory import store as inventory
from pavior.inventory.model import Drift
from pavior.kernel.errors import ConflictError
from pavior.kernel.pages import PageRequest
from pavior.kernel.verdicts import Outcome, Phase, Verdict
from pavior.policy import level_store
from pavior.policy import store as waivers
from pavior.policy.decision import verify_obligations
from pavior.policy.evaluation import evaluate
from pavior.policy.model import Control, Decision, Evaluation
from pavior.resources.drift import ResourceDrift, compare
from pavior.resources.model import Resource, ResourceGraph
from pavior.storage.database import Transaction
from pavior.threatmodels import model_store
from pavior.threatmodels.predicting import predictions_of
from pavior.workflows.follow_waivers import end_what_is_over
from pavior.workflows.judge_threats import judge_threats, keep_verdicts, tell_turns
from pavior.workflows.platform import Platform
from pavior.workflows.record_threats import deployed_model

# One that is verified is still being applied.
_APPLIED = (ChangeStatus.APPLYING, ChangeStatus.VERIFIED, ChangeStatus.APPLIED_UNVERIFIED)


@dataclass(frozen=True, slots=True)
class Observation:
    """What looking gave.

    Args:
        unverified: Which obligations did not pass and what drifted, in a sentence; empty when all is as promised.
        lines: For the log, worst first.
    """

    unverified: str
    drifts: tuple[Drift, ...]
    lines: tuple[str, ...]


def observe_environment(
    platform: Platform,
    environment: Environment,
    service: Service,
    *,
    obligations_of: Decision | None = None,
    change_id: str = "",
    made: frozenset[str] = frozenset(),
    moved: Mapping[str, str] = MappingProxyType({}),
) -> Observation:
    """Look at `environment` as it is now, and write down verdicts, findings, drift and status in one transaction.

    Args:
        made: What was made, or made anew, right before: it has not been there for longer than that.
        moved: Address to the one before, of what was renamed right before: it has been there for as long as that.

    Raises:
        ConflictError: `environment-not-deployed`.
        UnavailableError: `cloud-unreachable`; nothing is written then.
    """
    engine = platform.engine(environment.engine)
    target = platform.cloud.target(environment.id)
    with platform.database.snapshot() as transaction:
        state = platform.vault.find(transaction, SealedKind.STATE, environment.id)
        places = _written_places(transaction, environment)
        known_model = model_store.model_of_commit(transaction, service.name, environment.commit)
    if state is None:
        raise ConflictError(
            "environment-not-deployed",
            f"Nothing was applied to {environment.id} yet, so there is nothing to look at.",
            fix=f"Open a Change first: pavior change open {environment.id} --branch BRANCH.",
        )
    live = _placed(engine.observe(state=state, target=target, report=lambda _: None), places)
    declared = engine.read_state(state)
    drifts = compare(declared, live)
    now_there = evaluate(live, platform.controls, Phase.LIVE)
    broken = broken_controls(declared, live, drifts, platform.controls)
    unmet = _unmet(obligations_of, now_there)
    now = platform.clock.now()
    severities = {control.id: control.severity for control in platform.controls}
    threat_model = deployed_model(platform, service, environment.commit, known_model)
    with platform.database.transaction() as transaction:
        if threat_model is not None:
            model_store.record_model(transaction, threat_model)
        end_what_is_over(transaction, now, environment=environment.id)
        recorded = inventory.record_drift(
            transaction, environment.id, drifts, now, broken_controls=broken, severities=severities
        )
        inventory.write_observation(transaction, environment.id, live, now)
        _note_sightings(transaction, environment, live, made=made, moved=moved, now=now)
        findings.observe(
            transaction,
            service=service.name,
            environment=environment.id,
            team=service.team,
            verdicts=now_there.verdicts,
            severities=severities,
            source_of=lambda verdict: _source(verdict, unmet, broken),
            waivers=waivers.list_in_force(transaction, environment.id, now),
            live_resources={item.address for item in live.resources} if live.complete else None,
            change_id=change_id,
            threat_of=predictions_of(threat_model.model if threat_model else None),
            now=now,
        )
        current = _status_after(store.get_environment(transaction, environment.id), drifts, now)
        store.update_environment(transaction, current)
        keep_verdicts(
            transaction,
            environment.id,
            threat_model.model if threat_model else None,
            now_there.verdicts,
            platform.controls,
            now=now,
            is_complete=live.complete,
        )
        turns = judge_threats(transaction, current, service, now)
    return Observation(
        unverified=_unverified(unmet, drifts),
        drifts=recorded,
        lines=(
            *(_unmet_line(verdict) for verdict in unmet),
            *_drift_lines(drifts, broken),
            *tell_turns(turns),
            _summary(now_there, live),
        ),
    )


def _note_sightings(
    transaction: Transaction,
    environment: Environment,
    live: ResourceGraph,
    *,
    made: frozenset[str],
    moved: Mapping[str, str],
    now: datetime,
) -> None:
    """What is there; what is gone is forgotten, unless nobody knows whether it is."""
    there = {item.address for item in live.resources}
    known = level_store.read_sightings(transaction, environment.id)
    gone = set(known) - there if live.complete else set()
    level_store.forget_sightings(transaction, environment.id, gone | made)
    renamed = {new: before for new, before in moved.items() if new in there - made}
    level_store.note_moved(transaction, environment.id, known, renamed)
    level_store.note_sightings(transaction, environment.id, there, now)


def broken_controls(
    declared: ResourceGraph, live: ResourceGraph, drifts: tuple[ResourceDrift, ...], controls: tuple[Control, ...]
) -> dict[str, tuple[str, ...]]:
    """Drifted address to the controls that this drift breaks.

    Those are the controls that pass on what was applied, and do not when this one resource is as it is now and all
    others are as applied.
    """
    before = _passed(declared, controls)
    broken = {}
    for drift in drifts:
        after = _passed(_with_live(declared, live, drift.address), controls)
        broken[drift.address] = tuple(sorted({control for control, _ in before - after}))
    return broken


def _written_places(transaction: Transaction, environment: Environment) -> dict[str, Resource]:
    """Address to the resource as it is written in the source of what was applied last; empty when that is not known."""
    page = PageRequest(size=1)
    applied = store.list_changes(
        transaction,
        page,
        service=environment.service,
        environment=environment.name,
        statuses=_APPLIED,
    ).items
    plan = store.find_plan(transaction, applied[0].id, applied[0].plan_number) if applied else None
    return {} if plan is None else {item.address: item for item in plan.reading.graph.resources if item.position}


def _placed(live: ResourceGraph, places: Mapping[str, Resource]) -> ResourceGraph:
    """What is live with where it is written: a person finds the line, and a waiver of files means it here as well."""
    if not places:
        return live
    placed = (
        structs.replace(
            item,
            position=places[item.address].position,
            attribute_positions=places[item.address].attribute_positions,
        )
        if item.position is None and item.address in places
        else item
        for item in live.resources
    )
    return structs.replace(live, resources=tuple(placed))


def _passed(graph: ResourceGraph, controls: tuple[Control, ...]) -> set[tuple[str, str]]:
    evaluation = evaluate(graph, controls, Phase.LIVE)
    return {(item.control, item.subject) for item in evaluation.verdicts if item.outcome is Outcome.PASSED}


def _with_live(declared: ResourceGraph, live: ResourceGraph, address: str) -> ResourceGraph:
    now = live.find(address)
    resources = tuple(
        item if item.address != address else now
        for item in declared.resources
        if item.address != address or now is not None
    )
    return structs.replace(declared, resources=tuple(item for item in resources if item is not None))


def _unmet(decision: Decision | None, now_there: Evaluation) -> tuple[Verdict, ...]:
    if decision is None:
        return ()
    answers = verify_obligations(decision, now_there)
    return tuple(
        structs.replace(ruling.verdict, phase=Phase.LIVE, outcome=outcome)
        for ruling, outcome in answers
        if outcome is not Outcome.PASSED
    )


def _source(verdict: Verdict, unmet: tuple[Verdict, ...], broken: dict[str, tuple[str, ...]]) -> FindingSource:
    if any(item.control == verdict.control and item.subject == verdict.subject for item in unmet):
        return FindingSource.OBLIGATION
    is_broken = any(verdict.control in controls for controls in broken.values())
    return FindingSource.DRIFT if is_broken else FindingSource.VERDICT


def _unverified(unmet: tuple[Verdict, ...], drifts: tuple[ResourceDrift, ...]) -> str:
    if not unmet and not drifts:
        return ""
    told = [*(_unmet_line(verdict) for verdict in unmet), *(f"{drift.address} is not as applied." for drift in drifts)]
    return f"It was applied, and not everything that was promised holds. {' '.join(told)}"


def _status_after(environment: Environment, drifts: tuple[ResourceDrift, ...], now: datetime) -> Environment:
    if drifts:
        count = len(drifts)
        detail = f"{count} resource is not as applied." if count == 1 else f"{count} resources are not as applied."
        return replace(environment, status=EnvironmentStatus.DRIFTED, status_detail=detail, drift_checked_at=now)
    return replace(environment, status=EnvironmentStatus.DEPLOYED, status_detail="", drift_checked_at=now)


def _unmet_line(verdict: Verdict) -> str:
    return f"Obligation not met: {verdict.control} on {verdict.subject} is {verdict.outcome.value}."


def _drift_lines(drifts: tuple[ResourceDrift, ...], broken: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    lines = []
    for drift in sorted(drifts, key=lambda item: -len(broken[item.address])):
        controls = ", ".join(broken[drift.address])
        breaks = f", breaks {controls}" if controls else ""
        what = "is missing" if drift.kind == "missing" else ", ".join(item.path for item in drift.properties)
        lines.append(f"Drift: {drift.address}: {what}{breaks}.")
    return tuple(lines)


def _summary(evaluation: Evaluation, live: ResourceGraph) -> str:
    counts = dict.fromkeys(Outcome, 0)
    for verdict in evaluation.verdicts:
        counts[verdict.outcome] += 1
    told = ", ".join(f"{count} {outcome.value}" for outcome, count in counts.items() if count)
    read = len(live.resources)
    passed_over = f", {len(live.skipped)} of which nothing is known" if live.skipped else ""
    return f"{read} {'resource' if read == 1 else 'resources'} read{passed_over}; controls: {told or 'none applies'}."
