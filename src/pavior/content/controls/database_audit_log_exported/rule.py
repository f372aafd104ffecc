"""Who asked what is known afterwards."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.database_upkeep import DatabaseAudit


def rule(audit: DatabaseAudit) -> RuleResult:
    """Passed when the audit log is written and leaves the database."""
    return require(
        audit.is_kept,
        what="whether the audit log is kept",
        otherwise="Nobody will know who read or changed what.",
    )
