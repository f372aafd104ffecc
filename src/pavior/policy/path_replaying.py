"""What an edited golden path would come to at the gate: the same repository, judged before and after. Pure."""

from collections.abc import Iterable

from pavior.policy.model import Effect, Ruling
from pavior.policy.replaying import Compared, worst_of_each


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


def compare(
    environment: str, team: str, before: Iterable[Ruling], after: Iterable[Ruling], *, is_whole: bool
) -> tuple[PathEffect, ...]:
    """One for each control and subject of either, those of `after` first and each in its order.

    Args:
        is_whole: Whether all of `after` was read. Where it was not, what is not found there may be there still.
    """
    now, then = worst_of_each(before), worst_of_each(after)
    found = [
        PathEffect(environment, team, item.verdict, _effect(now.get(key)), item.effect, item.waiver_id)
        for key, item in then.items()
    ]
    gone = [item for key, item in now.items() if is_whole and key not in then]
    return (*found, *(PathEffect(environment, team, item.verdict, item.effect, None) for item in gone))


def _effect(ruling: Ruling | None) -> Effect | None:
    return None if ruling is None else ruling.effect
