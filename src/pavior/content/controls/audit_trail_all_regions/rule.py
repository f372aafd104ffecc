"""What is done in another region is written down too."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.audit_trail import AuditTrail


def rule(trail: AuditTrail) -> RuleResult:
    """Passed when it records what is done in every region."""
    return require(
        trail.sees_every_region,
        what="whether the audit trail records every region",
        otherwise="Only one region is recorded: is_multi_region_trail is not true.",
    )
