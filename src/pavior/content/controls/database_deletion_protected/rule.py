"""Deleting a database takes two steps."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.database_recovery import DatabaseProtection


def rule(database: DatabaseProtection) -> RuleResult:
    """Passed when the provider refuses to delete the database until somebody takes the protection away."""
    return require(
        database.is_deletion_refused,
        what="whether the database is protected against deletion",
        otherwise="One call deletes the database, with its automatic backups.",
    )
