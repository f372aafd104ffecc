"""What is told of a replay: who would be stopped at another level, and what nobody can say."""

from datetime import datetime

from msgspec import Struct

from pavior.kernel.verdicts import Phase
from pavior.policy.levels import LevelScope
from pavior.policy.model import Level
from pavior.policy.replaying import Replayed, TeamReplay


class NotRead(Struct, frozen=True):
    """Something that nobody can say anything of.

    Args:
        phase: Of what could not be read; None where nothing was ever evaluated.
    """

    environment: str
    team: str
    phase: Phase | None
    why: str


class ReplayView(Struct, frozen=True):
    """What the level would come to.

    Args:
        environments: How many are in the scope and may be seen; those in `not_read` included.
        answered: Of how many of them at least one stored input was read.
        oldest_at: Of the inputs that were read, when the oldest was made; None when there is none.
        newly_stopped: At most 200; `teams` counts all of them.
        let_go: The same of those that would be blocked no longer.
        unanswered: The same of those of which nobody knows whether the control holds.
        not_read: Each input that could not be read, and each environment without any. None of them is passed.
        hidden: Kinds of inputs that the reader may not see.
    """

    control: str
    scope: LevelScope
    level: Level
    is_new_only: bool
    as_of: datetime
    environments: int
    answered: int
    oldest_at: datetime | None
    teams: tuple[TeamReplay, ...]
    newly_stopped: tuple[Replayed, ...]
    let_go: tuple[Replayed, ...]
    unanswered: tuple[Replayed, ...]
    not_read: tuple[NotRead, ...]
    hidden: tuple[str, ...]
