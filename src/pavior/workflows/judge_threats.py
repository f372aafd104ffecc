"""How threats stand follows from what is deployed: judged with each look, waiver, test report and sign-off."""

from collections.abc import Collection, Iterable
from datetime import datetime

from pavior.audit.model import Event
from pavior.audit.service import record
from pavior.catalog import store as catalog
from pavior.catalog.model import Service
from pavior.environments import store as environments
from pavior.environments.model import Environment, EnvironmentStatus
from pavior.kernel.verdicts import Verdict
from pavior.policy import store as waivers
from pavior.policy.model import Control
from pavior.policy.reaching import EVERYWHERE, reaches
from pavior.policy.waiver_model import Waiver
from pavior.storage.database import Transaction
from pavior.threatmodels import evidence_store, model_store, review_store, store
from pavior.threatmodels import service as threats
from pavior.threatmodels.model import ThreatModel, ThreatState
from pavior.threatmodels.service import Turn
from pavior.threatmodels.standing import Deployed
from pavior.threatmodels.standing_model import RecordedModel
from pavior.workflows.platform import Platform

_VERB = {
    ThreatState.OPEN: "threat.opened",
    ThreatState.NOT_EVALUATED: "threat.not-evaluated",
    ThreatState.ACCEPTED: "threat.accepted",
    ThreatState.MITIGATED: "threat.mitigated",
}


def judge_threats(
    transaction: Transaction, environment: Environment, service: Service, now: datetime
) -> tuple[Turn, ...]:
    """Judge what is deployed in one environment by the model of its commit, and record what turned."""
    is_deployed = bool(environment.commit) and environment.status is not EnvironmentStatus.DESTROYED
    commit = environment.commit if is_deployed else ""
    recorded = model_store.model_of_commit(transaction, service.name, commit) if commit else None
    deployed = Deployed(
        environment=environment.id,
        verdicts=evidence_store.read_verdicts(transaction, environment.id),
        asked=evidence_store.read_asked(transaction, environment.id),
        waivers=waivers.list_in_force(transaction, environment.id, now),
        cases=evidence_store.read_cases(transaction, service.name, commit),
        signed_off_at=_signed_off_at(transaction, recorded),
    )
    turns = threats.settle(transaction, recorded, deployed, service=service.name, commit=commit, now=now)
    for turn in turns:
        record(transaction, _event(turn, environment, service), now)
    return turns


def judge_excused(transaction: Transaction, waiver: Waiver, now: datetime) -> None:
    """Judge again what a waiver that starts or ends now is about.

    To judge a whole fleet would hold up everybody else who writes. So where a waiver of everything ends, what was
    accepted reads as open; `follow_acceptances` judges one environment after the other, as it does where one starts.
    """
    if waiver.environment != EVERYWHERE:
        stopped = store.list_stopped_by(transaction, waiver.control)
        judge_places(transaction, [name for name in stopped if reaches(waiver.environment, name)], now)
    elif not waiver.is_in_force(now):
        store.end_acceptances(transaction, waiver.control, now)


def judge_service(transaction: Transaction, service: str, now: datetime) -> None:
    """Judge all environments of a service again, because of what its tests or reviewers say."""
    places = environments.list_environments(transaction, service)
    judge_places(transaction, [place.id for place in places], now)


def judge_places(transaction: Transaction, environment_ids: Iterable[str], now: datetime) -> None:
    """Judge these environments again, by what was seen there last."""
    for environment_id in environment_ids:
        environment = environments.get_environment(transaction, environment_id)
        judge_threats(transaction, environment, catalog.get_service(transaction, environment.service), now)


def follow_acceptances(platform: Platform) -> tuple[str, ...]:
    """Record what was accepted until now, and what a waiver of everything accepts; ids of what was judged.

    Who reads the end of an acceptance before that is told the same: see `ThreatStanding.at`.
    """
    now = platform.clock.now()
    with platform.database.snapshot() as transaction:
        due = set(store.list_over(transaction, now))
        for waiver in waivers.list_in_force(transaction, EVERYWHERE, now):
            if waiver.decided_at is not None:
                due.update(store.list_stopped_by(transaction, waiver.control, judged_until=waiver.decided_at))
    for environment_id in sorted(due):
        with platform.database.transaction() as transaction:
            judge_places(transaction, [environment_id], now)
    return tuple(sorted(due))


def keep_verdicts(
    transaction: Transaction,
    environment: str,
    model: ThreatModel | None,
    verdicts: Iterable[Verdict],
    controls: Collection[Control],
    *,
    now: datetime,
    is_complete: bool,
) -> None:
    """Keep of a look what the model's threats are judged by.

    Args:
        controls: Of today.
        is_complete: Whether all that is there was seen, so that silence means that there is nothing.
    """
    wanted = set() if model is None else {name for threat in model.threats for name in threat.controls}
    by_control: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        by_control.setdefault(verdict.control, []).append(verdict)
    named = [item for item in controls if item.id in wanted]
    kept = {item.id: by_control.get(item.id, []) for item in named}
    asked = [item.id for item in named if is_complete and item.is_asked]
    evidence_store.write_verdicts(transaction, environment, kept, now, asked=asked)


def tell_turns(turns: Iterable[Turn]) -> tuple[str, ...]:
    """For the log of a run, what is open again first."""
    told = sorted(turns, key=lambda turn: not turn.is_reopened)
    return tuple(_line(turn) for turn in told)


def _line(turn: Turn) -> str:
    if turn.standing is None:
        return f"Threat {turn.threat} is no more: {turn.because}"
    state = "open again" if turn.is_reopened else turn.standing.state.value
    return f"Threat {turn.threat} is {state}: {turn.because}"


def _signed_off_at(transaction: Transaction, recorded: RecordedModel | None) -> datetime | None:
    """When this very model was signed off last. Where changes were asked for since, nobody agrees to it."""
    if recorded is None or recorded.model is None:
        return None
    said = review_store.list_sign_offs(transaction, recorded.service)
    latest = next((item for item in said if item.model_digest == recorded.digest), None)
    return latest.at if latest is not None and latest.is_agreed else None


def _event(turn: Turn, environment: Environment, service: Service) -> Event:
    if turn.standing is None:
        verb = "threat.gone"
    else:
        verb = "threat.reopened" if turn.is_reopened else _VERB[turn.standing.state]
    before = None if turn.before is None else turn.before.state.value
    return Event(
        verb=verb,
        actor="pavior",
        subject=f"threat:{service.name}/{turn.threat}",
        service=service.name,
        environment=environment.id,
        started_at=turn.at,
        ended_at=turn.at,
        details={"before": before, "because": turn.because, "team": service.team},
    )
