"""Nobody on the way reads what a database is asked."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.database_connection import DatabaseConnection


def rule(connection: DatabaseConnection) -> RuleResult:
    """Passed when a connection without TLS is refused; that clients could use TLS is not enough."""
    return require(
        connection.requires_tls,
        what="whether connections without TLS are refused",
        otherwise="Connections without TLS are taken.",
    )
