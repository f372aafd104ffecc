"""Somebody writes down who does what."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.audit_trail import AuditTrail


def rule(trail: AuditTrail) -> RuleResult:
    """Passed when nobody has switched the recording off."""
    return require(
        trail.is_on,
        what="whether the audit trail is being written",
        otherwise="The audit trail is switched off: nothing that is done is recorded.",
    )
