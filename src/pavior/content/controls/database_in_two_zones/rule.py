"""The loss of one house is not the loss of the database."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.database_recovery import DatabaseStandby


def rule(standby: DatabaseStandby) -> RuleResult:
    """Passed when a second one in another zone takes over by itself."""
    return require(
        standby.is_ready,
        what="whether a second one stands ready",
        otherwise="There is one of it, in one zone.",
    )
