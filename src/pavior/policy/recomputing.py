"""A past Decision made again: from the stored plan, at its instant, with the rules that it was made with. Pure.

What cannot be had any more is a gap with a stable code, and what was not compared is never called identical.
See docs/reference/recomputed-decisions.md.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

from msgspec import Struct, structs, to_builtins

from pavior.kernel.verdicts import Phase
from pavior.policy.basis import DecisionBasis
from pavior.policy.decision import controls_digest, decide
from pavior.policy.evaluation import evaluate
from pavior.policy.levels import LevelChange, Levels, levels_at
from pavior.policy.model import Control, Decision, Ruling
from pavior.policy.overriding import OverrideBasis
from pavior.policy.parameters import ParameterValue, value_text
from pavior.policy.recomputed import Gap, GapCode, PartDifference, Recomputed, RecomputedStatus, RulingDifference
from pavior.policy.risk import find_touched
from pavior.policy.waiver_model import Waiver
from pavior.policy.waivers import in_force_then
from pavior.resources.model import PlanReading, ResourceGraph
from pavior.resources.views import index_graph

# A control as it was: its id, its version, and the values that were chosen for its parameters. None when it is not had.
FindEarlier = Callable[[str, str, Mapping[str, ParameterValue]], Control | None]

_DIGITS = 12


class Records(Struct, frozen=True):
    """What is on record now; what was so at the instant of the Decision is worked out from it.

    Args:
        controls: Those of today.
        find_earlier: One of an earlier version, where it is kept somewhere.
        waivers: Of any state, each that ever excused something in the environment.
        level_changes: All that were approved.
        sightings: Subject to when it was first known to be in the environment; what is gone again is absent.
        today: What stands in for the basis of a Decision that has none; its controls are not looked at.
        program: The one that makes it again, such as `pavior 0.1.0`.
    """

    controls: tuple[Control, ...]
    find_earlier: FindEarlier
    waivers: tuple[Waiver, ...]
    level_changes: tuple[LevelChange, ...]
    sightings: Mapping[str, datetime]
    today: DecisionBasis
    program: str


def document_digest(document: Mapping[str, object]) -> str:
    """SHA-256 over a reading or a Decision as it is stored, 64 hex digits; whatever the order of its members."""
    # Only who decides, or decides again, needs them; a check does neither.
    import hashlib
    import json

    return hashlib.sha256(json.dumps(document, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def decision_digest(decision: Decision) -> str:
    """The same over a Decision, as the audit log keeps it: its rulings could be changed together with its basis."""
    return document_digest(to_builtins(decision))


def asked_about(graph: ResourceGraph, controls: Iterable[Control]) -> tuple[Control, ...]:
    """Those that are asked and that something in the graph could be about."""
    index = index_graph(graph)
    return tuple(control for control in controls if control.is_asked and index.has_any(control.types))


def chosen_values(controls: Iterable[Control]) -> dict[str, dict[str, ParameterValue]]:
    """Control to parameter to value, of those that somebody chose."""
    chosen = {
        control.id: {item.name: item.value for item in control.parameters if item.origin and item.value is not None}
        for control in controls
    }
    return {name: values for name, values in chosen.items() if values}


def sightings_asked_for(rulings: Iterable[Ruling], controls: Iterable[Control], levels: Levels) -> dict[str, datetime]:
    """Of what was there, since when, as far as a ruling turned on it."""
    asking = {control.id for control in controls if _asks_for_history(control, levels)}
    subjects = {ruling.verdict.subject for ruling in rulings if ruling.verdict.control in asking}
    return {name: levels.first_seen[name] for name in sorted(subjects - levels.made) if name in levels.first_seen}


def impossible(decision: Decision, *gaps: Gap) -> Recomputed:
    """Nothing of it was made again."""
    count = len(decision.rulings)
    return Recomputed(RecomputedStatus.NOT_POSSIBLE, count, not_recomputed=count, gaps=gaps)


def recompute(decision: Decision, reading: PlanReading, records: Records, *, gaps: tuple[Gap, ...] = ()) -> Recomputed:
    """Decide again about `reading`, which is proven or said not to be, and compare.

    Args:
        gaps: What is known already not to be proven.
    """
    controls, missing = _controls_then(decision, reading.graph, records)
    gaps = (*gaps, *_unrecorded(decision), *missing)
    levels = _levels_then(decision, reading, records)
    lost = _lost_sightings(decision, controls, levels)
    again = _decide_again(decision, reading, records, controls, levels)
    by_id = {control.id: control for control in controls}
    compared = [item for item in decision.rulings if item.verdict.control in by_id and _key(item) not in lost]
    found = [item for item in again.rulings if _key(item) not in lost]
    different = tuple(_differences(compared, found, by_id, decision, records.program))
    is_whole = not missing and not lost
    parts = tuple(_part_differences(decision, again)) if is_whole else ()
    gaps = (*gaps, *_lost_gaps(decision, lost), *(() if is_whole else (_not_whole(),)))
    return Recomputed(
        status=_status(is_different=bool(different or parts), has_gaps=bool(gaps), is_any=is_whole or bool(compared)),
        rulings=len(decision.rulings),
        same=len(compared) - sum(item.then is not None for item in different),
        different=different,
        not_recomputed=len(decision.rulings) - len(compared),
        parts=parts,
        gaps=gaps,
    )


def _status(*, is_different: bool, has_gaps: bool, is_any: bool) -> RecomputedStatus:
    if is_different:
        return RecomputedStatus.DIFFERENT
    if not has_gaps:
        return RecomputedStatus.IDENTICAL
    return RecomputedStatus.PARTIAL if is_any else RecomputedStatus.NOT_POSSIBLE


def _unrecorded(decision: Decision) -> tuple[Gap, ...]:
    if decision.basis is not None:
        return ()
    told = "The Decision is from before its input digest, the team, the data class and versions were kept with it."
    needed = "Nothing brings them back: the stored plan is taken unproven, and the catalog as it is today."
    return (Gap(GapCode.BASIS_MISSING, told, needed),)


def _controls_then(
    decision: Decision, graph: ResourceGraph, records: Records
) -> tuple[tuple[Control, ...], tuple[Gap, ...]]:
    """Those that the Decision was made with, in the order of today's, and a gap for each that is not had."""
    counts: dict[str, int] = {}
    for ruling in decision.rulings:
        counts[ruling.verdict.control] = counts.get(ruling.verdict.control, 0) + 1
    if decision.basis is None:
        if controls_digest(records.controls) == decision.controls_digest:
            return asked_about(graph, records.controls), ()
        told = "The Decision names its controls by one digest over all, and that of today's is another."
        needed = f"Run the Pavior and the packs whose controls have the digest {decision.controls_digest[:_DIGITS]}."
        return (), (Gap(GapCode.CONTROL_VERSIONS_MISSING, told, needed, rulings=len(decision.rulings)),)
    today = {control.id: control for control in records.controls}
    found, gaps = [], []
    for name, version in decision.basis.controls.items():
        control = today.get(name)
        if control is None or control.version != version:
            control = records.find_earlier(name, version, decision.basis.parameters.get(name, {}))
        if control is None:
            gaps.append(_control_gap(name, version, decision.basis.program, records.controls, counts.get(name, 0)))
        else:
            found.append(control)
    return tuple(sorted(found, key=lambda control: control.id)), tuple(gaps)


def _control_gap(name: str, version: str, program: str, controls: Iterable[Control], rulings: int) -> Gap:
    needed = (
        f"Install what holds {name} at {version[:_DIGITS]}: {program}, or fetch the commit of its pack that does: "
        "pavior control fetch."
    )
    known = next((item for item in controls if name in (item.id, *item.formerly)), None)
    if known is None:
        told = f"There is no control {name} any more; the Decision was made with its version {version[:_DIGITS]}."
        return Gap(GapCode.CONTROL_GONE, told, needed, name, rulings)
    called = "" if known.id == name else f", called {known.id},"
    here = f"{name} is at version {known.version[:_DIGITS]} here{called}"
    told = f"{here} and the Decision was made with {version[:_DIGITS]}."
    return Gap(GapCode.CONTROL_CHANGED, told, needed, name, rulings)


def _levels_then(decision: Decision, reading: PlanReading, records: Records) -> Levels:
    at = decision.evaluated_at
    basis = decision.basis
    # What has been there since then was there then; of what came later, or is gone, nothing is known.
    kept = {name: seen for name, seen in records.sightings.items() if seen <= at}
    return levels_at(
        records.level_changes,
        environment=decision.environment,
        team=(basis or records.today).team,
        now=at,
        first_seen=kept if basis is None else basis.first_seen,
        made=reading.made,
    )


def _lost_sightings(decision: Decision, controls: Iterable[Control], levels: Levels) -> set[tuple[str, str]]:
    """Control and subject, where a level turned on since when the subject was there, and nobody knows that any more."""
    if decision.basis is not None or not levels.asks_for_history:
        return set()
    asking = {control.id for control in controls if _asks_for_history(control, levels)}
    known = {*levels.first_seen, *levels.made}
    return {
        _key(ruling)
        for ruling in decision.rulings
        if ruling.verdict.control in asking and ruling.verdict.subject not in known
    }


def _lost_gaps(decision: Decision, lost: set[tuple[str, str]]) -> Iterator[Gap]:
    for name in sorted({control for control, _ in lost}):
        count = sum(_key(ruling) in lost for ruling in decision.rulings if ruling.verdict.control == name)
        told = f"{name} blocked what was new alone, and since when the resource was there is not known any more."
        needed = "Nothing brings it back: it is kept with Decisions only since they have a basis."
        yield Gap(GapCode.SIGHTING_MISSING, told, needed, name, count)


def _asks_for_history(control: Control, levels: Levels) -> bool:
    return any(item.is_new_only for item in levels.changes_of(control))


def _not_whole() -> Gap:
    return Gap(
        GapCode.WHOLE_NOT_RECOMPUTED,
        "Outcome, risk and approvals follow from all rulings together, and were not compared.",
        "Make all rulings possible again, as said of each.",
    )


def _decide_again(
    decision: Decision, reading: PlanReading, records: Records, controls: tuple[Control, ...], levels: Levels
) -> Decision:
    basis = decision.basis or records.today
    return decide(
        evaluate(reading.graph, controls, Phase.PLAN),
        environment=decision.environment,
        is_production=basis.is_production,
        controls=controls,
        waivers=_waivers_then(decision, records, controls),
        plan_digest=decision.plan_digest,
        now=decision.evaluated_at,
        touched=find_touched(reading),
        is_destroy=basis.is_destroy,
        data_class=basis.data_class,
        levels=levels,
        override=_override_then(decision, controls),
    )


def _override_then(decision: Decision, controls: tuple[Control, ...]) -> OverrideBasis | None:
    """What it rested on. That the controls are those of then is asked for each by itself."""
    if decision.override is None:
        return None
    return structs.replace(decision.override, controls_digest=controls_digest(controls))


def _waivers_then(decision: Decision, records: Records, controls: Iterable[Control]) -> Iterator[Waiver]:
    """Those in force then, each under the id that its control had then."""
    asked = {control.id for control in controls}
    before = {control.id: name for control in records.controls for name in control.formerly if name in asked}
    for item in in_force_then(records.waivers, decision.evaluated_at):
        yield structs.replace(item, control=before.get(item.control, item.control))


def _differences(
    then: Iterable[Ruling], now: Iterable[Ruling], controls: Mapping[str, Control], decision: Decision, program: str
) -> Iterator[RulingDifference]:
    """In the order of the Decision, then what it had not; several rulings about one subject are paired in order."""
    left: dict[tuple[str, str], list[Ruling]] = {}
    for ruling in now:
        left.setdefault(_key(ruling), []).append(ruling)
    maker = decision.basis.program if decision.basis else "the program of that time"
    for ruling in then:
        own = left.get(_key(ruling), [])
        found = own.pop(0) if own else None
        control = controls[ruling.verdict.control]
        before, after = (None if item is None else _comparable(item, control) for item in (ruling, found))
        if before != after:
            yield RulingDifference(*_key(ruling), ruling, found, _why(before, after, maker, program))
    for rest in left.values():
        for ruling in rest:
            yield RulingDifference(*_key(ruling), None, ruling, _why(None, ruling, maker, program))


def _comparable(ruling: Ruling, control: Control) -> Ruling:
    """Without where values of parameters were written: the values are part of the version, that place is not."""
    message = ruling.verdict.message
    for item in control.parameters:
        message = message.partition(f" {item.name} is {value_text(item.value)} by ")[0]
    return structs.replace(ruling, verdict=structs.replace(ruling.verdict, message=message))


def _why(then: Ruling | None, now: Ruling | None, maker: str, program: str) -> str:
    if then is None or now is None or then.verdict != now.verdict:
        return f"Plan and rule are the same, so {program} sees something else in the resource than {maker} did."
    if then.waiver_id != now.waiver_id:
        is_or_was = f"{now.waiver_id} was" if now.waiver_id else f"{then.waiver_id} was not"
        return f"The records of waivers say that {is_or_was} in force at that instant."
    if then.level != now.level or then.level_change != now.level_change or then.is_spared != now.is_spared:
        return "The records of levels say otherwise for that instant."
    return f"Verdict, waiver and level are the same, so {program} weighs them otherwise than {maker} did."


def _key(ruling: Ruling) -> tuple[str, str]:
    return ruling.verdict.control, ruling.verdict.subject


def _part_differences(then: Decision, now: Decision) -> Iterator[PartDifference]:
    """The reasons are left out: they are rulings and risk in words, which are compared themselves."""
    why = "It follows from what was recorded otherwise, or is weighed otherwise now."
    for part, told in (
        ("outcome", lambda item: item.outcome.value),
        ("approvals", lambda item: str(item.approvals_required)),
        ("risk", _risk_text),
        ("not looked at", _coverage_text),
    ):
        if told(then) != told(now):
            yield PartDifference(part, told(then), told(now), why)


def _risk_text(decision: Decision) -> str:
    if decision.risk is None:
        return "not weighed"
    factors = "; ".join(f"{item.factor.value} {item.weight}: {item.told}" for item in decision.risk.factors)
    return f"{decision.risk.level.value} ({decision.risk.score}) {factors}".strip()


def _coverage_text(decision: Decision) -> str:
    found = decision.coverage
    types = (f"{count} {kind}" for kind, count in sorted(found.uncovered_types.items()))
    return ", ".join((*types, *(f"{item.subject}: {item.why}" for item in found.skipped)))
