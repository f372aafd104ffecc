"""Past Decisions made again, on the wire."""

from pavior.api.schemas.controls import RulingShown
from pavior.api.schemas.form import Instant, Shown
from pavior.policy.model import DecisionOutcome
from pavior.policy.recomputed import GapCode, RecomputedStatus


class GapShown(Shown):
    """Something that was not decided again, or not proven; `rulings` counts those that it kept from it."""

    code: GapCode
    told: str
    needed: str
    control: str
    rulings: int


class RulingDifferenceShown(Shown):
    """One ruling that comes out otherwise; `then` or `now` is null where there is none."""

    control: str
    subject: str
    then: RulingShown | None
    now: RulingShown | None
    why: str


class PartDifferenceShown(Shown):
    """Something of the whole Decision that comes out otherwise, in words."""

    part: str
    then: str
    now: str
    why: str


class RecomputedShown(Shown):
    """What came of it. Of the `rulings` of the Decision each is the same, different, or was not decided again."""

    status: RecomputedStatus
    rulings: int
    same: int
    different: list[RulingDifferenceShown]
    not_recomputed: int
    parts: list[PartDifferenceShown]
    gaps: list[GapShown]


class RecomputedViewShown(Shown):
    """A past Decision, and what came of making it again from what is stored.

    `input_digest` is what it was bound to, `stored_digest` that of what is stored; both of the plan's reading, masked.
    """

    change_id: str
    environment: str
    number: int
    numbers: list[int]
    plan_digest: str
    evaluated_at: Instant
    outcome: DecisionOutcome
    made_by: str
    input_digest: str
    stored_digest: str
    program: str
    result: RecomputedShown
