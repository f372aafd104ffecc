"""What another level, rule, value or waiver would come to over what was read before: who would be stopped. Pure.

A stored reading is asked anew, with the rule of today and the one that is tried where they differ; the answers then
meet what holds now, and what would.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec import Struct

from pavior.kernel.verdicts import Outcome, Phase, Verdict
from pavior.policy.decision import weigh
from pavior.policy.evaluation import evaluate
from pavior.policy.levels import LevelChange, LevelChangeState, Levels, LevelScope
from pavior.policy.model import Control, Effect, Level, Ruling
from pavior.policy.waivers import FindWaiver
from pavior.resources.model import ResourceGraph

# Of two answers about one subject, what the apply would come to is what the gate asks.
_ORDER = (Phase.PLAN, Phase.LIVE)
# From what stops to what does not; a control may say several things of one resource.
_WORST_FIRST = (
    Effect.BLOCK,
    Effect.OBLIGATION,
    Effect.OVERRIDDEN,
    Effect.WARN,
    Effect.WAIVED,
    Effect.OBSERVE,
    Effect.PASS,
)


class Side(Struct, frozen=True):
    """What decides in one place: now, or with what is tried."""

    control: Control
    levels: Levels
    find_waiver: FindWaiver


class Compared(Struct, frozen=True):
    """One subject as it is, and as it would be with what is tried.

    Args:
        environment: As `orders/prod`.
        verdict: With what is tried; where that says nothing of the subject, what holds now.
        effect: What comes of it now; None where nothing is said of the subject, which is no pass.
        effect_then: The same with what is tried.
    """

    environment: str
    team: str
    verdict: Verdict
    effect: Effect | None
    effect_then: Effect | None

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
        """Whether nobody knows if the control would hold there, whatever comes of that."""
        return self.verdict.outcome in (Outcome.UNKNOWN, Outcome.ERRORED)


class Replayed(Compared, frozen=True):
    """One subject, what is said of it now, and what would be said.

    Args:
        outcome: What the rule of now says; None where it says nothing of the subject.
        level: None with `effect`.
        level_then: None with `effect_then`.
        waiver_id: What excuses it with what is tried; empty when nothing does.
    """

    outcome: Outcome | None
    level: Level | None
    level_then: Level | None
    waiver_id: str = ""

    @property
    def is_unanswered(self) -> bool:
        """Also where a tried rule says nothing any more of what is there."""
        return self.effect_then is None or super().is_unanswered


class TeamReplay(Struct, frozen=True):
    """One team's share; subjects are counted once for each environment.

    Args:
        services: Those with something that would newly be stopped, by name.
        not_read: Its environments of which something could not be read.
    """

    team: str
    services: tuple[str, ...]
    newly_stopped: int
    let_go: int
    unanswered: int
    subjects: int
    not_read: int


def wished(
    control: Control, scope: LevelScope, level: Level, *, is_new_only: bool, now: datetime, reverts: str = ""
) -> LevelChange:
    """The change that is tried: as if it had been approved and started at `now`, and later than all others."""
    return LevelChange(
        id="L-999999999",
        control=control.id,
        scope=scope,
        level=level,
        is_new_only=is_new_only,
        reason="Tried.",
        proposer="",
        proposed_at=now,
        state=LevelChangeState.APPROVED,
        starts_at=now,
        reverts=reverts,
    )


def replay(
    graph: ResourceGraph, phase: Phase, *, environment: str, team: str, now: Side, then: Side
) -> tuple[Replayed, ...]:
    """One for each subject of either rule in `graph`; a control whose parameters are unset has none.

    In the order of the rule of now, and then of what only the tried one is about.
    """
    verdicts = evaluate(graph, (now.control,), phase).verdicts
    is_one_rule = then.control == now.control
    verdicts_then = verdicts if is_one_rule else evaluate(graph, (then.control,), phase).verdicts
    before, after = _weighed(verdicts, environment, now), _weighed(verdicts_then, environment, then)
    return tuple(_replayed(environment, team, before.get(name), after.get(name)) for name in {**before, **after})


def worst_of_each(rulings: Iterable[Ruling]) -> dict[tuple[str, str], Ruling]:
    """Control and subject to what is said of it, in order; of several the one that stops most."""
    kept: dict[tuple[str, str], Ruling] = {}
    for item in rulings:
        key = (item.verdict.control, item.verdict.subject)
        if key not in kept or _WORST_FIRST.index(item.effect) < _WORST_FIRST.index(kept[key].effect):
            kept[key] = item
    return kept


def _weighed(verdicts: tuple[Verdict, ...], environment: str, side: Side) -> Mapping[str, Ruling]:
    """By subject: an edited rule may have another id."""
    rulings = weigh(
        verdicts,
        environment=environment,
        controls=(side.control,),
        find_waiver=side.find_waiver,
        find_level=side.levels.find,
    )
    return {subject: item for (_, subject), item in worst_of_each(rulings).items()}


def _replayed(environment: str, team: str, before: Ruling | None, after: Ruling | None) -> Replayed:
    told = after or before
    if told is None:
        raise ValueError(f"Nothing was said of something in {environment}, before or after.")
    return Replayed(
        environment,
        team,
        told.verdict,
        outcome=before.verdict.outcome if before else None,
        level=before.level if before else None,
        effect=before.effect if before else None,
        level_then=after.level if after else None,
        effect_then=after.effect if after else None,
        waiver_id=after.waiver_id if after else "",
    )


def once_each(found: Iterable[Replayed]) -> tuple[Replayed, ...]:
    """One answer a subject and environment: that of the plan, where there is one; else of what is live."""
    kept: dict[tuple[str, str], Replayed] = {}
    for item in sorted(found, key=lambda item: _ORDER.index(item.verdict.phase)):
        kept.setdefault((item.environment, item.verdict.subject), item)
    return tuple(kept.values())
