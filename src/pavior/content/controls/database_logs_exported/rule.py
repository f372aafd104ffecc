"""Logs outlive the database that wrote them."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.database_upkeep import DatabaseLogs


def rule(logs: DatabaseLogs) -> RuleResult:
    """Passed when at least one kind of log leaves the database for where logs are kept."""
    return require(
        logs.are_exported,
        what="whether logs leave the database",
        otherwise="All logs stay within the database, and go with it.",
    )
