"""Judging the threats of an environment anew, and keeping how they stood before."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from pavior.storage.database import Transaction
from pavior.threatmodels import store
from pavior.threatmodels.model import ThreatModel, ThreatState
from pavior.threatmodels.standing import Deployed, Judged, judge
from pavior.threatmodels.standing_model import RecordedModel, ThreatStanding, ThreatStep

_WELL = frozenset({ThreatState.MITIGATED, ThreatState.ACCEPTED})


@dataclass(frozen=True, slots=True)
class Turn:
    """A threat that stands otherwise than it did.

    Args:
        before: None when it was not known there.
        standing: None when it is known there no more.
    """

    threat: str
    before: ThreatStanding | None
    standing: ThreatStanding | None
    at: datetime
    because: str

    @property
    def is_reopened(self) -> bool:
        """Whether it is open, and was mitigated or accepted."""
        return self.standing is not None and self.standing.reopened_at == self.at


def settle(
    tx: Transaction,
    recorded: RecordedModel | None,
    deployed: Deployed,
    *,
    service: str,
    commit: str,
    now: datetime,
) -> tuple[Turn, ...]:
    """Judge what is deployed in one environment, and write how its threats stand, and a step for each that turned.

    Args:
        tx: The caller commits.
        recorded: The model of the deployed commit; None when it has none. One that cannot be read leaves the threats
            that were known there, and none of them evaluated.
        commit: What is deployed; empty when nothing is.

    Returns:
        What turned, by threat; of one whose acceptance ended before now and that stands otherwise still, both turns.
    """
    stored = {item.threat: item for item in store.list_in_environment(tx, deployed.environment)}
    known = {threat: item.at(now) for threat, item in stored.items()}
    ended = [
        _turn(stored[threat], item, item.since) for threat, item in known.items() if item.state != stored[threat].state
    ]
    if recorded is None:
        current: dict[str, ThreatStanding] = {}
        gone = "The deployed commit has no threat model." if commit else "Nothing is deployed there any more."
    elif recorded.model is None:
        current = {threat: _unreadable(item, recorded, now) for threat, item in known.items()}
        gone = ""
    else:
        current = dict(_judged(tx, recorded.model, deployed, known, service=service, now=now))
        gone = "The deployed model does not have it any more."
    turns = [
        *ended,
        *(_turn(known.get(threat), item, now) for threat, item in current.items() if _has_turned(known, item)),
        *(Turn(threat, item, None, now, gone) for threat, item in known.items() if threat not in current),
    ]
    store.write_standings(tx, deployed.environment, tuple(current.values()))
    store.append_steps(tx, deployed.environment, [_step(turn, service, deployed.environment, commit) for turn in turns])
    return tuple(sorted(turns, key=lambda turn: (turn.threat, turn.at)))


def _judged(
    tx: Transaction,
    model: ThreatModel,
    deployed: Deployed,
    known: Mapping[str, ThreatStanding],
    *,
    service: str,
    now: datetime,
) -> Iterator[tuple[str, ThreatStanding]]:
    judged = judge(model, deployed, now)
    reopened = _reopened(tx, judged, known, deployed.environment)
    for item in judged:
        threat = item.threat
        before = known.get(threat.id)
        same = before if before is not None and before.state is item.state else None
        standing = ThreatStanding(
            service=service,
            environment=deployed.environment,
            threat=threat.id,
            title=threat.title,
            category=threat.category,
            library=threat.library,
            severity=threat.severity,
            state=item.state,
            because=item.because,
            until=item.until,
            since=same.since if same else now,
            checked_at=now,
            modelled_at=before.modelled_at if before else now,
            controls=threat.controls,
            evidence=item.evidence,
            state_after=item.state_after,
            reopened_at=same.reopened_at if same else None,
        )
        yield threat.id, replace(standing, reopened_at=now) if threat.id in reopened else standing


def _reopened(
    tx: Transaction, judged: tuple[Judged, ...], known: Mapping[str, ThreatStanding], environment: str
) -> set[str]:
    """The threats that are open now, and were mitigated or accepted when somebody last knew how they stood."""
    opened = [item.threat.id for item in judged if item.state is ThreatState.OPEN and item.threat.id in known]
    unsure = [threat for threat in opened if known[threat].state is ThreatState.NOT_EVALUATED]
    earlier = store.last_known_states(tx, environment, unsure) if unsure else {}
    return {threat for threat in opened if earlier.get(threat, known[threat].state) in _WELL}


def _unreadable(known: ThreatStanding, recorded: RecordedModel, now: datetime) -> ThreatStanding:
    is_same = known.state is ThreatState.NOT_EVALUATED
    return replace(
        known,
        state=ThreatState.NOT_EVALUATED,
        because=f"The threat model of the deployed commit cannot be read: {recorded.problem}",
        until=None,
        since=known.since if is_same else now,
        checked_at=now,
        evidence=(),
        state_after=ThreatState.NOT_EVALUATED,
        reopened_at=None,
    )


def _has_turned(known: Mapping[str, ThreatStanding], item: ThreatStanding) -> bool:
    before = known.get(item.threat)
    return before is None or before.state is not item.state


def _turn(before: ThreatStanding | None, after: ThreatStanding, at: datetime) -> Turn:
    return Turn(after.threat, before, after, at, after.because)


def _step(turn: Turn, service: str, environment: str, commit: str) -> ThreatStep:
    state = None if turn.standing is None else turn.standing.state
    return ThreatStep(service, environment, turn.threat, state, turn.at, turn.because, commit)
