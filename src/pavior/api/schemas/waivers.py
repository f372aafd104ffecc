"""What a waiver reaches, and its history, on the wire."""

from pavior.api.schemas.controls import WaiverShown
from pavior.api.schemas.form import Instant, Shown
from pavior.kernel.verdicts import Outcome


class MatchShown(Shown):
    """One resource that it reaches and that does not pass; `path` is empty where nobody knows the file."""

    environment: str
    subject: str
    outcome: Outcome
    path: str


class MatchesShown(Shown):
    """What it reaches today. `unknown` are environments of which nothing was evaluated."""

    excused: list[MatchShown]
    passing: int
    environments: int
    unknown: list[str]


class WaiverStepShown(Shown):
    """One thing that happened to it."""

    verb: str
    actor: str
    at: Instant
    text: str


class WaiverHistoryShown(Shown):
    """A waiver, whole. `may_not_decide_because` is empty when the asker may decide it."""

    waiver: WaiverShown
    steps: list[WaiverStepShown]
    earlier: list[WaiverShown]
    granted: int
    days_excused: int
    matches: MatchesShown
    owner: str
    may_not_decide_because: str
    may_revoke: bool
    may_transfer: bool
