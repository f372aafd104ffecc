"""What an edited golden path would come to at the gate: the same repository, judged before and after. Pure."""

from collections.abc import Iterable

from pavior.policy.model import Effect, Ruling
from pavior.policy.replaying import Compared


class PathEffect(Compared, frozen=True):
    """One answer that would be another one, or that nobody has.

    Args:
        waiver_id: What would excuse it; empty when nothing does.
    """

    waiver_id: str = ""

    @property
    def is_unanswered(self) -> bool:
        """Of what would be gone nothing is left to answer."""
        return self.effect_then is not None and super().is_unanswered


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
