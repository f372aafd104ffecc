"""Somebody is told when there is something to read."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.audit_trail import AuditTrail


def rule(trail: AuditTrail) -> RuleResult:
    """Passed when a topic is named that tells of each new file of records."""
    return require(
        trail.announces,
        what="whether new audit records are announced",
        otherwise="Nobody is told about new records: no topic is named.",
    )
