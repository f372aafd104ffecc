"""What is told of a replay: who would be stopped, who no longer, and what nobody can say."""

from datetime import datetime

from msgspec import Struct

from pavior.kernel.verdicts import Phase
from pavior.policy.level_plans import ServiceShare
from pavior.policy.levels import LevelScope
from pavior.policy.model import Level
from pavior.policy.parameters import Parameter
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
    """What the level, another rule or value, or a waiver would come to.

    Args:
        level: What is tried; None for the levels that hold.
        parameters: Those with another value than the one in force.
        version: Of the control as it is asked; digest in hex.
        version_then: Of the one that is tried; the same where only the level is another.
        waiver: Id of the one that would begin or end; empty where none does.
        environments: How many are in the scope and may be seen; those in `not_read` included.
        answered: Of how many of them at least one stored input was read.
        services: Those for which it makes a difference, or of which something is not known; hardest hit first.
        oldest_at: Of the inputs that were read, when the oldest was made; None when there is none.
        newly_stopped: At most 200; `teams` counts all of them.
        let_go: The same of those that would be blocked no longer.
        unanswered: The same of those of which nobody knows whether the control holds.
        not_read: Each input that could not be read, and each environment without any. None of them is passed.
        hidden: Kinds of inputs that the reader may not see.
    """

    control: str
    scope: LevelScope
    level: Level | None
    is_new_only: bool
    parameters: tuple[Parameter, ...]
    version: str
    version_then: str
    waiver: str
    as_of: datetime
    environments: int
    answered: int
    oldest_at: datetime | None
    teams: tuple[TeamReplay, ...]
    services: tuple[ServiceShare, ...]
    newly_stopped: tuple[Replayed, ...]
    let_go: tuple[Replayed, ...]
    unanswered: tuple[Replayed, ...]
    not_read: tuple[NotRead, ...]
    hidden: tuple[str, ...]
