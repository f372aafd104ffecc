"""How a Decision is shown: what was decided, and of each denial where, why, what to type, and how to ask."""

from pavior.cli.answer import Facts, Part, Table, Text
from pavior.cli.verb import Call
from pavior.kernel.clock import format_instant
from pavior.policy.model import Decision, Effect
from pavior.policy.rendering import denial_text, denials

# What blocks has a paragraph of its own.
_IN_TABLE = (Effect.OVERRIDDEN, Effect.WAIVED, Effect.WARN, Effect.OBLIGATION)


def decision_parts(call: Call, decision: Decision) -> tuple[Part, ...]:
    """The outcome, the rulings that are no plain pass, and a paragraph for each denial."""
    counts = {effect: len(decision.with_effect(effect)) for effect in Effect}
    told = ", ".join(f"{count} {effect.value}" for effect, count in counts.items() if count)
    uncovered = ", ".join(f"{count} {kind}" for kind, count in sorted(decision.coverage.uncovered_types.items()))
    facts = Facts(
        (
            ("decision", decision.outcome.value),
            ("risk", _risk(decision)),
            ("rulings", told or "none: nothing was evaluated"),
            ("override", _override(decision)),
            ("not evaluated", uncovered),
            ("not asked", "; ".join(f"{item.subject}: {item.why}" for item in decision.coverage.not_asked)),
        )
    )
    denied = _denials(call, decision)
    # The reasons of what is blocked are the denials in short.
    reasons = () if denied else tuple(Text(f"- {reason}") for reason in decision.reasons)
    rulings = tuple(
        (
            ruling.effect.value,
            ruling.verdict.control,
            ruling.verdict.subject,
            str(ruling.verdict.position or ""),
            ruling.verdict.message,
        )
        for effect in _IN_TABLE
        for ruling in decision.with_effect(effect)
    )
    table = (Table(("effect", "control", "resource", "where", "what"), rulings, ""),) if rulings else ()
    return (facts, *reasons, *table, *denied)


def _risk(decision: Decision) -> str:
    """The level, and what it is the sum of; what asks for a person has a sentence of its own as well."""
    if decision.risk is None:
        return "not weighed"
    weights = " + ".join(f"{item.weight} {item.factor.value}" for item in decision.risk.factors)
    return f"{decision.risk.level.value} ({decision.risk.score}{f' = {weights}' if weights else ''})"


def _override(decision: Decision) -> str:
    basis = decision.override
    if basis is None:
        return ""
    return (
        f"{basis.id} ({basis.reason_class}) of {basis.requester}, by {basis.approver}, "
        f"until {format_instant(basis.expires_at)}: {basis.reason}"
    )


def _denials(call: Call, decision: Decision) -> tuple[Part, ...]:
    if not decision.with_effect(Effect.BLOCK):
        return ()
    controls = tuple(call.application.pages.controls_by_id(call.actor).values())
    return tuple(Text(f"\n{denial_text(denial)}") for denial in denials(decision, controls))
