"""Changes: opened by a person, planned and gated by the platform, approved by another person, applied once."""

from pavior.workflows.answer_change import ChangeAnswering
from pavior.workflows.open_change import ChangeOpening


class Changes(ChangeOpening, ChangeAnswering):
    """All verbs of a Change."""

    __slots__ = ()
