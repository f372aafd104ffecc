"""What an edited golden path would come to at the gate: the same repository, judged before and after. Pure."""

from collections.abc import Iterable

from msgspec import Struct

from pavior.kernel.verdicts import Outcome, Verdict
from pavior.policy.model import Effect, Ruling


class PathEffect(Struct, frozen=True):
    """One answer that would be another one, or that nobody has.

    Args:
        environment: As `orders/prod`.
        verdict: Of the repository as it would be; as it is, where the resource would be gone.
        effect: What comes of it now; None where there is no such resource yet.
        effect_then: What would come of it; None where there would be no such resource.
        waiver_id: What would excuse it; empty when nothing does.
    """

    environment: str
    team: str
    verdict: Verdict
    effect: Effect | None
    effect_then: Effect | None
    waiver_id: str = ""

    @property
    def service(self) -> str:
        """`orders` of `orders/prod`."""
        return self.environment.partition("/")[0]

    @property
    def is_newly_stopped(self) -> bool:
        """Whether it would be blocked, and is not now."""
        return self.effect_then is Effect.BLOCK and self.effect is not Effect.BLOCK

    @property
    def is_let_go(self) -> bool:
        """Whether it would be blocked no longer."""
        return self.effect is Effect.BLOCK and self.effect_then is not Effect.BLOCK

    @property
    def is_unanswered(self) -> bool:
        """Whether nobody knows if the control would hold there."""
        return self.effect_then is not None and self.verdict.outcome in (Outcome.UNKNOWN, Outcome.ERRORED)


def compare(environment: str, team: str, before: Iterable[Ruling], after: Iterable[Ruling]) -> tuple[PathEffect, ...]:
    """One for each control and subject of either, those of `after` first and each in its order.

    Where a control says several things of one subject, its worst effect counts.
    """
    now, then = _worst(before), _worst(after)
    found = [
        PathEffect(environment, team, item.verdict, _effect(now.get(key)), item.effect, item.waiver_id)
        for key, item in then.items()
    ]
    gone = [
        PathEffect(environment, team, item.verdict, item.effect, None) for key, item in now.items() if key not in then
    ]
    return (*found, *gone)


# From what stops to what does not; a control may say several things of one resource.
_WORST_FIRST = (Effect.BLOCK, Effect.OBLIGATION, Effect.WARN, Effect.WAIVED, Effect.OBSERVE, Effect.PASS)


def _worst(rulings: Iterable[Ruling]) -> dict[tuple[str, str], Ruling]:
    kept: dict[tuple[str, str], Ruling] = {}
    for item in rulings:
        key = (item.verdict.control, item.verdict.subject)
        if key not in kept or _WORST_FIRST.index(item.effect) < _WORST_FIRST.index(kept[key].effect):
            kept[key] = item
    return kept


def _effect(ruling: Ruling | None) -> Effect | None:
    return None if ruling is None else ruling.effect
