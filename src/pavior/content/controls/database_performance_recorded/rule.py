"""What a database waited for is known afterwards."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.database_upkeep import DatabaseInsights


def rule(insights: DatabaseInsights) -> RuleResult:
    """Passed when the database records its load, statement by statement."""
    return require(
        insights.are_on,
        what="whether the load is recorded",
        otherwise="Nobody will know what the database was waiting for.",
    )
