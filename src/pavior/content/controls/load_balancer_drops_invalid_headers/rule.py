"""What is not a valid header field does not get through."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import passed, require, unknown
from pavior.resources.model import Unknown
from pavior.resources.views.load_balancer import LoadBalancer


def rule(balancer: LoadBalancer) -> RuleResult:
    """Passed when it is a balancer that reads requests and drops what is invalid, or has no such switch."""
    reads, holds = balancer.reads_requests, balancer.drops_invalid_headers
    if reads.value is False:
        return passed("It passes on what it does not read.")
    if not balancer.has_header_switch:
        return passed("A classic balancer has no such switch.")
    if isinstance(reads.value, Unknown) and holds.value is False:
        return unknown("whether the balancer reads requests", reads.value, reads)
    return require(
        holds,
        what="whether invalid header fields are dropped",
        otherwise="Header fields with invalid names go through to the service: drop_invalid_header_fields is not true.",
    )
