"""Waivers: asked for by one, decided by another, ending at an instant for everybody."""

from pavior.workflows.decide_waiver import WaiverAnswering
from pavior.workflows.request_waiver import WaiverRequests


class Waivers(WaiverRequests, WaiverAnswering):
    """All verbs of a waiver."""

    __slots__ = ()
