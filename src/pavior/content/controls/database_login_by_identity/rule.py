"""A role opens the database, for minutes."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.database_access import DatabaseLogin


def rule(login: DatabaseLogin) -> RuleResult:
    """Passed when the database takes short-lived tokens of roles beside passwords."""
    return require(
        login.accepts_identities,
        what="whether the database takes tokens of roles",
        otherwise="The database knows only passwords, which live until somebody changes them.",
    )
