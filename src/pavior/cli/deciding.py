"""How a Decision is shown: what was decided, and of each denial where, why, what to type, and how to ask."""

from pavior.cli.answer import Facts, Part, Table, Text
from pavior.cli.verb import Call
from pavior.policy.model import Control, Decision, Effect, Ruling

_SHOWN = (Effect.BLOCK, Effect.WAIVED, Effect.WARN, Effect.OBLIGATION)


def decision_parts(call: Call, decision: Decision) -> tuple[Part, ...]:
    """The outcome, the rulings that are no plain pass, and a paragraph for each denial."""
    counts = {effect: len(decision.with_effect(effect)) for effect in Effect}
    told = ", ".join(f"{count} {effect.value}" for effect, count in counts.items() if count)
    uncovered = ", ".join(f"{count} {kind}" for kind, count in sorted(decision.coverage.uncovered_types.items()))
    facts = Facts(
        (
            ("decision", decision.outcome.value),
            ("rulings", told or "none: nothing was evaluated"),
            ("not evaluated", uncovered),
        )
    )
    reasons = tuple(Text(f"- {reason}") for reason in decision.reasons)
    rulings = tuple(
        (
            ruling.effect.value,
            ruling.verdict.control,
            ruling.verdict.subject,
            str(ruling.verdict.position or ""),
            ruling.verdict.message,
        )
        for effect in _SHOWN
        for ruling in decision.with_effect(effect)
    )
    table = (Table(("effect", "control", "resource", "where", "what"), rulings, ""),) if rulings else ()
    return (facts, *reasons, *table, *_denials(call, decision))


def _denials(call: Call, decision: Decision) -> tuple[Part, ...]:
    blocking = decision.with_effect(Effect.BLOCK)
    if not blocking:
        return ()
    controls = {item.control.id: item.control for item in call.application.pages.list_controls(call.actor)}
    return tuple(Text(_denial(decision, ruling, controls.get(ruling.verdict.control))) for ruling in blocking)


def _denial(decision: Decision, ruling: Ruling, control: Control | None) -> str:
    verdict = ruling.verdict
    where = f" at {verdict.position}" if verdict.position else ""
    lines = [f"{verdict.control}: {verdict.subject}{where}: {verdict.message or verdict.outcome.value}"]
    if control is not None:
        lines.append(f"  risk: {control.risk}")
        lines.extend(f"  fix:\n{_indented(item.text)}" for item in control.remediations[:1])
    lines.append(
        f"  or ask: pavior waiver request {verdict.control} {decision.environment} "
        f"--subject '{verdict.subject}' --days 7 --reason '...'"
    )
    return "\n".join(lines)


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.strip().splitlines())
