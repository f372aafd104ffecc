"""How hard a control is enforced where, and since when: recorded changes over what its folder says. Pure.

The most specific scope wins, and of one scope the change that started last. The start belongs to the new level.
See docs/decisions/0025.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum

from msgspec import Struct, structs

from pavior.kernel.errors import InvalidError
from pavior.kernel.reasons import says_something
from pavior.kernel.verdicts import Verdict
from pavior.policy.level_plans import LevelApproval, LevelPlan
from pavior.policy.model import Control, Level, LevelBasis

EVERYWHERE = "everywhere"
# Between warn and block is block for new.
_HEIGHTS = {Level.OBSERVE: 0, Level.WARN: 1, Level.BLOCK: 3}


class LevelScope(Struct, frozen=True):
    """Where a level holds.

    Args:
        environment: A stage such as `prod`, one environment such as `orders/prod`, or empty for all of them.
        team: The team that owns the services; empty for every team. Not together with one environment.
    """

    environment: str = ""
    team: str = ""

    @property
    def rank(self) -> int:
        """From 0, everywhere, to 4, one environment: the larger is the more specific."""
        if "/" in self.environment:
            return 4
        return 2 * bool(self.team) + bool(self.environment)

    def holds(self, environment: str, team: str) -> bool:
        """Whether it is about `environment` (`orders/prod`, a stage, or empty) of `team`."""
        if self.team and self.team != team:
            return False
        if not self.environment:
            return True
        return self.environment == (environment if "/" in self.environment else environment.rpartition("/")[2])

    @property
    def where(self) -> str:
        """For a sentence: `everywhere`, or `in prod`."""
        return EVERYWHERE if self == LevelScope() else f"in {self}"

    def __str__(self) -> str:
        if not self.team:
            return self.environment or EVERYWHERE
        return f"{self.environment} of {self.team}" if self.environment else f"all of {self.team}"


class LevelChangeState(StrEnum):
    """Where a change of level stands. Whether it has started is derived from `starts_at` and now."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"


class LevelEvidence(Struct, frozen=True):
    """What was known when a change of level was proposed. Counts, over the whole scope.

    Args:
        level: In force there at that moment, for what is new; `mixed` where environments of the scope differ.
        since: When that began; None when it came with the control.
        days: Full days at that level; None when it came with the control.
        counted_from: The beginning of the time over which all that follows `environments` is counted.
        failing: Team to how many subjects fail now, over the latest plans and what was last seen there.
        not_known: Team to how many subjects have no answer now, which is no pass.
        environments: How many of the scope have a verdict of the control. 0 says that nothing is known.
        false_positives: Findings that were marked as such in that time.
        waivers: Asked for in that time.
        disputes: Opened in that time; None in proposals from before they were counted, as are the next two.
        open_disputes: Those of them that nobody has answered.
        upheld_disputes: Those of them where the rule was at fault.
    """

    level: str
    since: datetime | None
    days: int | None
    counted_from: datetime
    failing: Mapping[str, int]
    not_known: Mapping[str, int]
    environments: int
    false_positives: int
    waivers: int
    disputes: int | None = None
    open_disputes: int | None = None
    upheld_disputes: int | None = None


class LevelChange(Struct, frozen=True):
    """One change of the level of one control in one scope: asked for by one, decided by another.

    Args:
        id: `L-` and a number, in the order in which they were proposed.
        is_new_only: Whether it holds only for what was not there yet at its start; with `block` alone.
        wanted_from: When it is to start; None for the moment of the approval.
        starts_at: When it does start, never before the approval; None unless approved. That moment belongs to it.
        reverts: Id of the change that it takes out again; empty for none. `level` is then the hardest that comes back,
            for whoever does not know of reverts.
        plan: What it would do to the fleet, as planned last; None where nobody kept that, or asks for it.
        approvals: Of that plan, in order.
    """

    id: str
    control: str
    scope: LevelScope
    level: Level
    is_new_only: bool
    reason: str
    proposer: str
    proposed_at: datetime
    wanted_from: datetime | None = None
    evidence: LevelEvidence | None = None
    state: LevelChangeState = LevelChangeState.PROPOSED
    decided_by: str = ""
    decided_at: datetime | None = None
    decision_reason: str = ""
    starts_at: datetime | None = None
    reverts: str = ""
    plan: LevelPlan | None = None
    approvals: tuple[LevelApproval, ...] = ()

    @property
    def number(self) -> int:
        """3 of `L-3`."""
        return int(self.id.rpartition("-")[2] or 0)

    @property
    def rung(self) -> str:
        """`observe`, `warn`, `block for new` or `block`; of a revert `as before L-3`."""
        if self.reverts:
            return f"as before {self.reverts}"
        return f"{self.level.value} for new" if self.is_new_only else self.level.value

    @property
    def approvals_required(self) -> int:
        """How many persons other than the proposer must approve."""
        return 1 if self.plan is None else self.plan.approvals_required

    def has_started(self, now: datetime) -> bool:
        """Whether it counts at `now`; the moment of its start counts already."""
        return self.state is LevelChangeState.APPROVED and self.starts_at is not None and self.starts_at <= now

    def basis(self) -> LevelBasis:
        """What a Decision says of it. Only of one that is approved."""
        if self.starts_at is None:
            raise ValueError(f"{self.id} is not approved, so nothing rests on it")
        return LevelBasis(
            id=self.id,
            level=self.level,
            scope=str(self.scope),
            is_new_only=self.is_new_only,
            since=self.starts_at,
            proposer=self.proposer,
            decided_by=self.decided_by,
            reason=self.reason,
        )


class LevelInForce(Struct, frozen=True):
    """How hard one control is enforced on one subject.

    Args:
        change: What says so; None when the control's folder does.
        is_spared: Whether the subject was there before `change`, which blocks only what is new.
    """

    level: Level
    change: LevelChange | None = None
    is_spared: bool = False


class Rung(Struct, frozen=True):
    """The level of one control in one place over a span, for what is new.

    Args:
        since: None for what came with the control. That moment belongs to it.
        until: None when nothing ends it. That moment does not belong to it.
        change: What sets it; None when the control's folder says so, from the beginning or after a revert.
    """

    level: Level
    is_new_only: bool
    since: datetime | None
    until: datetime | None
    change: LevelChange | None = None

    @property
    def name(self) -> str:
        """`observe`, `warn`, `block for new` or `block`."""
        return f"{self.level.value} for new" if self.is_new_only else self.level.value

    @property
    def height(self) -> int:
        """From 0, observe, to 3, block."""
        return _HEIGHTS[self.level] - self.is_new_only

    def is_now(self, now: datetime) -> bool:
        """Whether `now` is in it."""
        return (self.since is None or self.since <= now) and (self.until is None or now < self.until)


class Levels(Struct, frozen=True):
    """The levels of one place at one instant.

    Args:
        environment: As `orders/prod`, a stage alone, or empty.
        changes: Control to what has started there, the most specific first, there the latest.
        first_seen: Subject to when it was first known to be there. One that is absent counts as new.
        made: Subjects that are made, or made anew, by what is judged: they are new whatever was there before.
    """

    environment: str = ""
    changes: Mapping[str, tuple[LevelChange, ...]] = {}
    first_seen: Mapping[str, datetime] = {}
    made: frozenset[str] = frozenset()

    @property
    def asks_for_history(self) -> bool:
        """Whether it matters since when a subject has been there."""
        return any(item.is_new_only for found in self.changes.values() for item in found)

    def of(self, control: Control, subject: str) -> LevelInForce:
        """Of one subject. For something that `first_seen` does not know it is the level of what is new."""
        return _first(self.changes_of(control), control, self.environment, self._seen(subject))

    def changes_of(self, control: Control) -> tuple[LevelChange, ...]:
        """Those of one control, also under the ids that it had before, in the same order."""
        own = self.changes.get(control.id, ())
        if not control.formerly:
            return own
        before = [item for name in control.formerly for item in self.changes.get(name, ())]
        return tuple(sorted((*own, *before), key=_order, reverse=True))

    def find(self, verdict: Verdict, control: Control) -> Level:
        """For `policy.decision.weigh`."""
        return self.of(control, verdict.subject).level

    def _seen(self, subject: str) -> datetime | None:
        return None if subject in self.made else self.first_seen.get(subject)


def level_of(control: Control, environment: str) -> Level:
    """What the control's folder says of `orders/dev`, by its stage `dev`; no recorded change is in it."""
    stage = environment.rpartition("/")[2]
    return control.levels.get(stage, control.default_level)


def levels_at(
    changes: Iterable[LevelChange],
    *,
    environment: str,
    team: str,
    now: datetime,
    first_seen: Mapping[str, datetime] | None = None,
    made: frozenset[str] = frozenset(),
) -> Levels:
    """What counts of `changes`, of any state and place, in this place at `now`."""
    found: dict[str, list[LevelChange]] = {}
    for item in standing(changes, now):
        if item.scope.holds(environment, team):
            found.setdefault(item.control, []).append(item)
    ordered = {control: tuple(sorted(items, key=_order, reverse=True)) for control, items in found.items()}
    return Levels(environment, ordered, first_seen or {}, made)


def standing(changes: Iterable[LevelChange], now: datetime) -> tuple[LevelChange, ...]:
    """What has started and was not reverted; a revert sets no level itself, and may be reverted too."""
    started = [item for item in changes if item.has_started(now)]
    reverted: set[str] = set()
    for item in sorted((item for item in started if item.reverts), key=lambda item: -item.number):
        # One can only revert what was there before, so whatever reverts it was looked at already.
        if item.id not in reverted:
            reverted.add(item.reverts)
    return tuple(item for item in started if not item.reverts and item.id not in reverted)


def with_moved(first_seen: Mapping[str, datetime], moved: Mapping[str, str]) -> Mapping[str, datetime]:
    """What was seen, also under the new addresses of what is renamed: it has been there all the same.

    Args:
        moved: Address to the one before.
    """
    known = {new: first_seen[before] for new, before in moved.items() if before in first_seen}
    return (
        {**first_seen, **{new: min(at, first_seen.get(new, at)) for new, at in known.items()}} if known else first_seen
    )


def rungs(
    control: Control, changes: Iterable[LevelChange], *, environment: str, team: str, horizon: datetime
) -> tuple[Rung, ...]:
    """The ladder of one control in one place, oldest first, with what is approved to start before `horizon`."""
    names = (control.id, *control.formerly)
    own = [item for item in changes if item.control in names and item.scope.holds(environment, team)]
    starts = sorted({item.starts_at for item in own if item.starts_at is not None and item.has_started(horizon)})
    found = [Rung(level_of(control, environment), is_new_only=False, since=None, until=None)]
    for start in starts:
        tops = levels_at(own, environment=environment, team=team, now=start).changes_of(control)
        last = found[-1]
        if tops and tops[0] != last.change:
            rung = Rung(tops[0].level, tops[0].is_new_only, start, None, tops[0])
        elif not tops and last.change is not None:
            # All of them were reverted.
            rung = Rung(level_of(control, environment), is_new_only=False, since=start, until=None)
        else:
            continue
        found[-1:] = [structs.replace(last, until=start), rung]
    return tuple(found)


def check_wish(control: Control, scope: LevelScope, level: Level, *, is_new_only: bool, reason: str) -> None:
    """Refuse a proposal that nobody could decide on.

    Raises:
        InvalidError: `level-new-only-invalid`, `level-scope-invalid`, `level-reason-missing`.
    """
    if is_new_only and level is not Level.BLOCK:
        raise InvalidError(
            "level-new-only-invalid",
            f"{control.id} was to be at {level.value} for what is new alone, which is no step of the ladder.",
            fix="Use block for what is new alone; what was there before is then warned of.",
        )
    if scope.team and "/" in scope.environment:
        raise InvalidError(
            "level-scope-invalid",
            f"{scope.environment[:80]} is one environment, and so of one team already.",
            fix="Name a stage such as prod together with a team, or the environment alone.",
        )
    if not says_something(reason):
        raise InvalidError(
            "level-reason-missing",
            f"The level of {control.id} was to change without a reason.",
            fix="Say in one sentence why now, and what was done for those whom it hits.",
        )


def _first(changes: tuple[LevelChange, ...], control: Control, environment: str, seen: datetime | None) -> LevelInForce:
    if not changes:
        return LevelInForce(level_of(control, environment))
    top = changes[0]
    # What was first seen at the very start was there before the level was.
    if not top.is_new_only or top.starts_at is None or seen is None or seen > top.starts_at:
        return LevelInForce(top.level, top)
    before = _first(changes[1:], control, environment, seen)
    # Whatever it was, it is told at least: the road leads to block.
    return before if before.level is Level.BLOCK else LevelInForce(Level.WARN, top, is_spared=True)


def _order(item: LevelChange) -> tuple[int, datetime, int]:
    if item.starts_at is None:
        raise ValueError(f"{item.id} has not started, so it has no place in the order")
    return item.scope.rank, item.starts_at, item.number
