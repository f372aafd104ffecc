"""Levels of controls: planned over the fleet, asked for by one, approved by others, starting at an instant."""

from pavior.workflows.decide_level import LevelDeciding
from pavior.workflows.propose_level import LevelProposing


class LevelChanges(LevelProposing, LevelDeciding):
    """All verbs of a level."""

    __slots__ = ()
