"""Records of who did what are encrypted with a key that we hold."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.audit_trail import AuditStore


def rule(records: AuditStore) -> RuleResult:
    """Passed when the trail or the event data store names a key of ours."""
    return require(
        records.has_own_key,
        what="whether audit records are encrypted with a key of ours",
        otherwise="Audit records are encrypted with a key that the provider holds.",
    )
