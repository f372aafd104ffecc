"""Who asked for what is written down."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.web_entry import WebEntry


def rule(subject: WebEntry) -> RuleResult:
    """Passed when the balancer, distribution or stage writes a line for each request."""
    return require(
        subject.records_requests,
        what="whether requests are recorded",
        otherwise="Nobody records who asked for what: access logs are not on.",
    )
