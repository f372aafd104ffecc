"""The door of a service is not taken away by mistake."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import passed, require
from pavior.resources.views.load_balancer import LoadBalancer


def rule(balancer: LoadBalancer) -> RuleResult:
    """Passed when the balancer refuses to be deleted, or is a classic one, which has no such switch."""
    if not balancer.can_be_protected:
        return passed("A classic balancer has no such switch.")
    return require(
        balancer.is_deletion_protected,
        what="whether the balancer is protected from being deleted",
        otherwise="The balancer can be deleted by one call: enable_deletion_protection is not true.",
    )
