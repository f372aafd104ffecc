"""Records can be had back as they were at any moment."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.database_recovery import DatabaseRecovery


def rule(database: DatabaseRecovery) -> RuleResult:
    """Passed when the database can be restored to any point in time."""
    return require(
        database.restores_to_any_point,
        what="whether the database can be restored to any point in time",
        otherwise="What is overwritten or deleted is gone: no way back to a point in time is kept.",
    )
