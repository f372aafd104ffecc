"""No request hides in another."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import passed, require, unknown
from pavior.resources.model import Unknown
from pavior.resources.views.load_balancer import LoadBalancer


def rule(balancer: LoadBalancer) -> RuleResult:
    """Passed when the balancer does not read requests, or stops ambiguous ones, as it does by default."""
    reads, holds = balancer.reads_requests, balancer.guards_against_desync
    if reads.value is False:
        return passed("It passes on what it does not read.")
    if isinstance(reads.value, Unknown) and holds.value is False:
        return unknown("whether the balancer reads requests", reads.value, reads)
    return require(
        holds,
        what="whether ambiguous requests are stopped",
        otherwise="Ambiguous requests go through: desync_mitigation_mode is neither defensive nor strictest.",
    )
