"""Whoever comes in through it acts as one user."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.file_system import FileAccessPoint


def rule(door: FileAccessPoint) -> RuleResult:
    """Passed when it has a user of its own, whatever the machine that comes in says."""
    return require(
        door.has_own_user,
        what="whether the access point decides as whom somebody acts",
        otherwise="It believes whatever user the machine says it is, also root.",
    )
