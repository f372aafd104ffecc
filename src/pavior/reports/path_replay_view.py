"""What is told of a golden path that was edited: who would be stopped with it, and what nobody can say."""

from datetime import datetime

from msgspec import Struct

from pavior.policy.path_replaying import PathEffect
from pavior.policy.replaying import TeamReplay
from pavior.reports.replay_view import NotRead


class PathReplayView(Struct, frozen=True):
    """What an edited golden path would come to.

    Args:
        version: As it is installed; `version_then` as the folder says.
        services: How many were made from it and may be seen.
        unchanged: Those of them whose infrastructure would stay as it is.
        environments: Theirs, those in `not_read` included.
        newly_stopped: At most 200; `teams` counts all of them.
        let_go: The same of what would be blocked no longer.
        unanswered: The same of what nobody knows whether the control would hold.
        not_read: What could not be put together or read. None of it is passed.
    """

    golden_path: str
    version: str
    version_then: str
    as_of: datetime
    services: int
    unchanged: int
    environments: int
    teams: tuple[TeamReplay, ...]
    newly_stopped: tuple[PathEffect, ...]
    let_go: tuple[PathEffect, ...]
    unanswered: tuple[PathEffect, ...]
    not_read: tuple[NotRead, ...]
