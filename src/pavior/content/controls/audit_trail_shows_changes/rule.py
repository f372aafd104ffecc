"""A record that somebody changed gives itself away."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.audit_trail import AuditTrail


def rule(trail: AuditTrail) -> RuleResult:
    """Passed when the provider signs a digest of what it wrote, so that a change shows."""
    return require(
        trail.shows_changes,
        what="whether changed audit records can be told from true ones",
        otherwise="Records can be changed or taken away unseen: enable_log_file_validation is not true.",
    )
