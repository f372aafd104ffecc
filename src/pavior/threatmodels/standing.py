"""How the threats of a model stand where it is deployed; decision 30 is the rule, and this is all of it. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta

from pavior.kernel.clock import tell_instant
from pavior.kernel.verdicts import Outcome, Verdict
from pavior.policy.waiver_model import Waiver
from pavior.policy.waivers import LONGEST_DAYS, longest
from pavior.threatmodels.model import Threat, ThreatModel, ThreatState
from pavior.threatmodels.places import Subjects, subjects_by_threat
from pavior.threatmodels.standing_model import CaseOutcome, Evidence, EvidenceKind, Holding

# Of many subjects, as many are named.
_NAMED = 3
_DECIDING = frozenset({EvidenceKind.CONTROL, EvidenceKind.TEST})
_WORST_FIRST = tuple(Holding)
_STATE: Mapping[Holding, ThreatState] = {
    Holding.FAILS: ThreatState.OPEN,
    Holding.NOT_EVALUATED: ThreatState.NOT_EVALUATED,
    Holding.NO_SUBJECT: ThreatState.NOT_EVALUATED,
    Holding.EXCUSED: ThreatState.ACCEPTED,
    Holding.HOLDS: ThreatState.MITIGATED,
}


@dataclass(frozen=True, slots=True)
class Deployed:
    """What is known of one environment.

    Args:
        environment: As `orders/dev`.
        verdicts: By control, of the last observation; empty when nobody looked.
        asked: Controls that were asked about all that is there, seen whole: what one of them is silent about has
            nothing to do with it.
        waivers: Of any state and place.
        cases: By name, as `classname::name`, of the latest test report for the deployed commit.
        signed_off_at: When this very model was signed off last by somebody who did not write it; None when never.
    """

    environment: str
    verdicts: Mapping[str, Sequence[Verdict]] = field(default_factory=dict)
    asked: Collection[str] = frozenset()
    waivers: Collection[Waiver] = ()
    cases: Mapping[str, CaseOutcome] = field(default_factory=dict)
    signed_off_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """How one threat stands.

    Args:
        because: In a sentence.
        until: When an acceptance ends; the end itself is too late. Set exactly when it is accepted.
        state_after: How it stands from then on.
        evidence: One for each thing that was named, as the model orders them.
    """

    threat: Threat
    state: ThreatState
    because: str
    until: datetime | None
    state_after: ThreatState
    evidence: tuple[Evidence, ...]


def judge(model: ThreatModel, deployed: Deployed, now: datetime) -> tuple[Judged, ...]:
    """How each threat of `model` stands at `now`, in the order of the model."""
    subjects = subjects_by_threat(model)
    return tuple(_judged(threat, subjects[threat.id], deployed, now) for threat in model.threats)


def worst(states: Iterable[ThreatState]) -> ThreatState:
    """How what is made of several stands; *not evaluated* where there is none."""
    return min(states, key=tuple(ThreatState).index, default=ThreatState.NOT_EVALUATED)


def deciding(evidence: Collection[Evidence]) -> tuple[Evidence, ...]:
    """The part of it that decides.

    Requirements and words beside a control or a test take nothing away, nor does a control without a subject.
    """
    named = tuple(item for item in evidence if item.kind in _DECIDING) or tuple(evidence)
    return tuple(item for item in named if item.holding is not Holding.NO_SUBJECT) or named


def accepted_until(threat: Threat, signed_off_at: datetime | None) -> datetime | None:
    """When what the model accepts ends: at its day in UTC, and no later after the sign-off than a waiver would.

    None when it accepts nothing, or when nobody else agreed.
    """
    if threat.accepted is None or signed_off_at is None:
        return None
    day = datetime.combine(threat.accepted.until, time(), UTC)
    return min(day, signed_off_at + timedelta(days=LONGEST_DAYS[threat.severity]))


def _judged(threat: Threat, subjects: Subjects, deployed: Deployed, now: datetime) -> Judged:
    evidence = tuple(_evidence(threat, subjects, deployed, now))
    state, because, until = _by_evidence(evidence)
    agreed = accepted_until(threat, deployed.signed_off_at)
    if state is not ThreatState.MITIGATED and agreed is not None and now < agreed:
        if until is None or agreed > until:
            until = agreed
            because = f"The model accepts it until {tell_instant(agreed)}."
        state = ThreatState.ACCEPTED
    after = state if until is None else _by_evidence(tuple(item.at(until) for item in evidence))[0]
    return Judged(threat, state, because, until, after, evidence)


def _by_evidence(evidence: tuple[Evidence, ...]) -> tuple[ThreatState, str, datetime | None]:
    """How it stands by what is named alone, why, and until when what fails is excused."""
    decisive = deciding(evidence)
    if not decisive:
        return ThreatState.OPEN, "Nothing is named that stops it.", None
    holding = min((item.holding for item in decisive), key=_WORST_FIRST.index)
    worst_of = [item for item in decisive if item.holding is holding]
    until = min((item.until for item in worst_of if item.until is not None), default=None)
    if holding is Holding.HOLDS:
        return ThreatState.MITIGATED, f"{_named([item.name for item in worst_of])} {_verb('hold', worst_of)}.", None
    return _STATE[holding], " ".join(item.told for item in worst_of[:_NAMED]), until


def _evidence(threat: Threat, subjects: Subjects, deployed: Deployed, now: datetime) -> Iterable[Evidence]:
    for control in threat.controls:
        about = [item for item in deployed.verdicts.get(control, ()) if subjects.include(item.subject)]
        yield _of_control(control, about, deployed, now)
    for test in threat.tests:
        yield _of_test(test, deployed.cases.get(test))
    for requirement in threat.requirements:
        told = f"Requirement {requirement} shows nothing by itself; name a control or a test that does."
        yield Evidence(EvidenceKind.REQUIREMENT, requirement, Holding.NOT_EVALUATED, told)
    for words in threat.mitigations:
        yield Evidence(EvidenceKind.WORDS, words, Holding.NOT_EVALUATED, "Nothing checks what is only said in words.")


def _of_control(control: str, verdicts: Sequence[Verdict], deployed: Deployed, now: datetime) -> Evidence:
    failed = [item for item in verdicts if item.outcome is Outcome.FAILED]
    excuses = [longest(deployed.waivers, item, deployed.environment, now) for item in failed]
    unexcused = [item.subject for item, excuse in zip(failed, excuses, strict=True) if excuse is None]
    if unexcused:
        return Evidence(EvidenceKind.CONTROL, control, Holding.FAILS, f"{control} fails on {_named(unexcused)}.")
    if not verdicts:
        if control in deployed.asked:
            told = f"{control} is about nothing that is deployed there."
            return Evidence(EvidenceKind.CONTROL, control, Holding.NO_SUBJECT, told)
        told = f"{control} said nothing of what is deployed there."
        return Evidence(EvidenceKind.CONTROL, control, Holding.NOT_EVALUATED, told)
    unsure = [item.subject for item in verdicts if item.outcome not in {Outcome.FAILED, Outcome.PASSED}]
    if unsure:
        told = f"{control} could not be answered for {_named(unsure)}."
        return Evidence(EvidenceKind.CONTROL, control, Holding.NOT_EVALUATED, told)
    ends = [(excuse.expires_at, excuse.id) for excuse in excuses if excuse is not None and excuse.expires_at]
    if ends:
        until, waiver = min(ends)
        told = f"{control} fails, and {waiver} excuses it until {tell_instant(until)}."
        return Evidence(EvidenceKind.CONTROL, control, Holding.EXCUSED, told, until)
    return Evidence(EvidenceKind.CONTROL, control, Holding.HOLDS, f"{control} passes on {_count(len(verdicts))}.")


def _of_test(name: str, outcome: CaseOutcome | None) -> Evidence:
    match outcome:
        case CaseOutcome.PASSED:
            return Evidence(EvidenceKind.TEST, name, Holding.HOLDS, f"Test {name} passed.")
        case CaseOutcome.FAILED:
            return Evidence(EvidenceKind.TEST, name, Holding.FAILS, f"Test {name} failed.")
        case CaseOutcome.SKIPPED:
            return Evidence(EvidenceKind.TEST, name, Holding.NOT_EVALUATED, f"Test {name} was skipped.")
        case None:
            told = f"Nobody reported test {name} for what is deployed there."
            return Evidence(EvidenceKind.TEST, name, Holding.NOT_EVALUATED, told)


def _named(names: Sequence[str]) -> str:
    unique = list(dict.fromkeys(names))
    more = len(unique) - _NAMED
    return ", ".join(unique[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _count(resources: int) -> str:
    return "1 resource" if resources == 1 else f"{resources} resources"


def _verb(verb: str, subjects: Sequence[object]) -> str:
    return f"{verb}s" if len(subjects) == 1 else verb
