"""What the gate says: verdicts meet the levels of an environment and its waivers, and become one Decision. Pure."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Final

from msgspec import structs

from pavior.kernel.verdicts import Outcome, Phase, UnknownReason, Verdict
from pavior.policy.levels import Levels, level_of
from pavior.policy.model import Control, Decision, DecisionOutcome, Effect, Evaluation, Level, LevelBasis, Ruling
from pavior.policy.overriding import OverrideBasis
from pavior.policy.waiver_model import Waiver
from pavior.policy.waivers import FindWaiver, find_in_force

if TYPE_CHECKING:
    from pavior.policy.risk import Touched

FindLevel = Callable[[Verdict, Control], Level]

# Looked up once: each time takes Python 3.11 as long as making a small value.
_PASSED: Final = Outcome.PASSED
_PASS: Final = Effect.PASS
# Worst first: of several answers about one subject, the worst one counts.
_WORST_FIRST = (Outcome.FAILED, Outcome.ERRORED, Outcome.UNKNOWN, Outcome.PASSED)


def decide(
    evaluation: Evaluation,
    *,
    environment: str,
    is_production: bool,
    controls: Iterable[Control],
    waivers: Iterable[Waiver],
    plan_digest: str,
    now: datetime,
    touched: "Touched",
    is_destroy: bool,
    data_class: str,
    levels: Levels | None = None,
    override: OverrideBasis | None = None,
) -> Decision:
    """Say of one plan whether it may go on, and what it still needs.

    How many other persons must approve follows from its risk: one for what goes to production, deletes or replaces
    something, destroys the environment, or was looked at by no control (no evidence is no pass), two for the worst.

    Args:
        evaluation: All verdicts of the plan, and what nobody looked at.
        environment: As `orders/dev`; its stage chooses the levels.
        is_production: Whether a second person approves everything there.
        controls: All that were asked. A verdict of one that is not among them is held to `block`.
        waivers: Of any state and place; what each covers at `now` is what counts.
        plan_digest: What an approval will be bound to.
        now: Aware, UTC. A waiver that ends at this moment has ended.
        touched: What the plan touches.
        is_destroy: Whether the plan removes the whole environment.
        data_class: Of the service.
        levels: Of this environment at `now`; what the controls' folders say when left out.
        override: Of exactly this plan; what it covers at `now` does not block, and is no pass either.
    """
    # A check weighs and decides nothing, so the views that a risk is told from are not loaded for it.
    from pavior.policy.risk import assess

    asked = tuple(control for control in controls if control.is_asked)
    rulings = weigh(
        evaluation.verdicts,
        environment=environment,
        controls=asked,
        find_waiver=find_in_force(waivers, environment, now),
        find_level=None if levels is None else levels.find,
    )
    rulings, bases = (rulings, ()) if levels is None else _with_bases(rulings, asked, levels)
    digest = controls_digest(asked)
    if override is not None and override.holds(plan_digest, digest, now):
        rulings = tuple(_overridden(ruling, override) for ruling in rulings)
    is_overridden = any(ruling.effect is Effect.OVERRIDDEN for ruling in rulings)
    denials = _denial_reasons(rulings, asked)
    risk = assess(
        touched,
        rulings,
        evaluation.coverage,
        environment=environment,
        is_production=is_production,
        is_destroy=is_destroy,
        data_class=data_class,
    )
    if denials:
        outcome = DecisionOutcome.BLOCKED
    else:
        outcome = DecisionOutcome.NEEDS_APPROVAL if risk.approvals else DecisionOutcome.ALLOWED
    return Decision(
        outcome=outcome,
        environment=environment,
        plan_digest=plan_digest,
        controls_digest=digest,
        evaluated_at=now,
        rulings=rulings,
        approvals_required=risk.approvals,
        reasons=denials or (tuple(item.told for item in risk.factors) if risk.approvals else ()),
        coverage=evaluation.coverage,
        level_changes=bases,
        risk=risk,
        override=override if is_overridden else None,
    )


def weigh(
    verdicts: Iterable[Verdict],
    *,
    environment: str,
    controls: Iterable[Control],
    find_waiver: FindWaiver = lambda _: "",
    find_level: FindLevel | None = None,
) -> tuple[Ruling, ...]:
    """One ruling a verdict, in the same order.

    Args:
        verdicts: Of one phase.
        environment: As `orders/dev`, or the stage alone; empty for the default levels.
        controls: Where the levels stand. A control that is not among them blocks: nobody can say that less is enough.
        find_waiver: Id of the waiver that excuses a verdict, or empty.
        find_level: The level that a verdict of a control meets; what the control's folder says when left out.
    """
    if find_level is None:
        levels = {control.id: level_of(control, environment) for control in controls}
        return tuple(_rule(item, levels.get(item.control, Level.BLOCK), find_waiver) for item in verdicts)
    known = {control.id: control for control in controls}
    return tuple(
        _rule(item, find_level(item, known[item.control]) if item.control in known else Level.BLOCK, find_waiver)
        for item in verdicts
    )


def verify_obligations(decision: Decision, evaluation: Evaluation) -> tuple[tuple[Ruling, Outcome], ...]:
    """Each obligation of the Decision with the answer that `evaluation` of the new state gives to it.

    Of several verdicts about the subject the worst counts; where there is none the answer is unknown.
    """
    answers: dict[tuple[str, str], list[Outcome]] = {}
    for verdict in evaluation.verdicts:
        answers.setdefault((verdict.control, verdict.subject), []).append(verdict.outcome)
    return tuple(
        (ruling, _worst(answers.get((ruling.verdict.control, ruling.verdict.subject), [])))
        for ruling in decision.with_effect(Effect.OBLIGATION)
    )


def controls_digest(controls: Iterable[Control]) -> str:
    """64 hex digits over ids and versions of those that can be asked, whatever the order."""
    # Decisions need it, and a check makes none.
    import hashlib

    lines = sorted(f"{control.id} {control.version}\n" for control in controls if control.is_asked)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _with_bases(
    rulings: tuple[Ruling, ...], controls: tuple[Control, ...], levels: Levels
) -> tuple[tuple[Ruling, ...], tuple[LevelBasis, ...]]:
    """Each ruling with what set its level, and those changes of level, by number."""
    known = {control.id: control for control in controls if levels.changes_of(control)}
    told, bases = [], {}
    for ruling in rulings:
        control = known.get(ruling.verdict.control)
        found = None if control is None else levels.of(control, ruling.verdict.subject)
        if found is None or found.change is None:
            told.append(ruling)
        else:
            bases[found.change.number] = found.change.basis()
            told.append(structs.replace(ruling, level_change=found.change.id, is_spared=found.is_spared))
    return tuple(told), tuple(bases[number] for number in sorted(bases))


def _rule(verdict: Verdict, level: Level, find_waiver: FindWaiver) -> Ruling:
    if verdict.outcome is _PASSED:
        return Ruling(verdict, level, _PASS)
    # Whoever accepts that the control fails here has accepted as well that nobody knows whether it does.
    waiver_id = find_waiver(verdict)
    if waiver_id:
        return Ruling(verdict, level, Effect.WAIVED, waiver_id)
    return Ruling(verdict, level, _effect(verdict, level))


def _overridden(ruling: Ruling, override: OverrideBasis) -> Ruling:
    if ruling.effect is Effect.BLOCK and override.covers(ruling.verdict):
        return structs.replace(ruling, effect=Effect.OVERRIDDEN)
    return ruling


def _effect(verdict: Verdict, level: Level) -> Effect:
    if level is Level.OBSERVE:
        return Effect.OBSERVE
    if level is Level.WARN:
        return Effect.WARN
    if verdict.outcome is Outcome.UNKNOWN:
        if verdict.phase is Phase.CODE:
            # Source alone knows less than the plan, and the gate asks the plan.
            return Effect.WARN
        if verdict.reason is UnknownReason.KNOWN_AFTER_APPLY:
            return Effect.OBLIGATION
    return Effect.BLOCK


def _worst(outcomes: list[Outcome]) -> Outcome:
    return min(outcomes, key=_WORST_FIRST.index, default=Outcome.UNKNOWN)


def _denial_reasons(rulings: tuple[Ruling, ...], controls: tuple[Control, ...]) -> tuple[str, ...]:
    """One sentence for each control and outcome that blocks, worst control first."""
    ranks = {control.id: control.severity.rank for control in controls}
    groups: dict[tuple[str, Outcome], list[Verdict]] = {}
    for ruling in rulings:
        if ruling.effect is Effect.BLOCK:
            groups.setdefault((ruling.verdict.control, ruling.verdict.outcome), []).append(ruling.verdict)
    worst = max(ranks.values(), default=0)
    ordered = sorted(groups.items(), key=lambda item: (-ranks.get(item[0][0], worst), item[0]))
    return tuple(_denial_reason(control, outcome, verdicts) for (control, outcome), verdicts in ordered)


def _denial_reason(control: str, outcome: Outcome, verdicts: list[Verdict]) -> str:
    first = verdicts[0]
    where = f"{first.subject} at {first.position}" if first.position else first.subject
    more = f" and {len(verdicts) - 1} more" if len(verdicts) > 1 else ""
    told = f": {first.message.rstrip('.')}." if first.message else "."
    match outcome:
        case Outcome.FAILED:
            return f"{control} failed on {where}{more}{told}"
        case Outcome.ERRORED:
            return f"The rule of {control} broke on {where}{more}, which is no pass{told}"
        case _:
            return f"{control} could not be evaluated on {where}{more}, which is no pass{told}"
