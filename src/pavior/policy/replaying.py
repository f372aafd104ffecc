"""What another level of one control would come to over what was read before: who would be stopped, who no longer. Pure.

A stored reading is asked anew, with the rule of today, once; its answers then meet the levels of now and those that
would hold.
"""

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from pavior.kernel.verdicts import Outcome, Phase, Verdict
from pavior.policy.decision import weigh
from pavior.policy.evaluation import evaluate
from pavior.policy.levels import LevelChange, LevelChangeState, Levels, LevelScope
from pavior.policy.model import Control, Effect, Level
from pavior.policy.waivers import FindWaiver
from pavior.resources.model import ResourceGraph

# Of two answers about one subject, what the apply would come to is what the gate asks.
_ORDER = (Phase.PLAN, Phase.LIVE)


class Replayed(Struct, frozen=True):
    """One subject, what is said of it now, and what would be said.

    Args:
        environment: As `orders/prod`.
        waiver_id: What excuses it, before and after; empty when nothing does.
    """

    environment: str
    team: str
    verdict: Verdict
    level: Level
    effect: Effect
    level_then: Level
    effect_then: Effect
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
        """Whether nobody knows if the control holds there, whatever comes of that."""
        return self.verdict.outcome in (Outcome.UNKNOWN, Outcome.ERRORED)


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


def wished(control: Control, scope: LevelScope, level: Level, *, is_new_only: bool, now: datetime) -> LevelChange:
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
    )


def replay(
    control: Control,
    graph: ResourceGraph,
    phase: Phase,
    *,
    environment: str,
    team: str,
    levels: Levels,
    levels_then: Levels,
    find_waiver: FindWaiver,
) -> tuple[Replayed, ...]:
    """One for each subject of the control in `graph`, in its order; a control whose parameters are unset has none."""
    verdicts = evaluate(graph, (control,), phase).verdicts
    before, after = (
        weigh(
            verdicts,
            environment=environment,
            controls=(control,),
            find_waiver=find_waiver,
            find_level=each.find,
        )
        for each in (levels, levels_then)
    )
    return tuple(
        Replayed(environment, team, now.verdict, now.level, now.effect, then.level, then.effect, now.waiver_id)
        for now, then in zip(before, after, strict=True)
    )


def once_each(found: Iterable[Replayed]) -> tuple[Replayed, ...]:
    """One answer a subject and environment: that of the plan, where there is one; else of what is live."""
    kept: dict[tuple[str, str], Replayed] = {}
    for item in sorted(found, key=lambda item: _ORDER.index(item.verdict.phase)):
        kept.setdefault((item.environment, item.verdict.subject), item)
    return tuple(kept.values())
