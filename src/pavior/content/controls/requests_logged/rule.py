"""What failed is written down."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.request_log import RequestLog


def rule(service: RequestLog) -> RuleResult:
    """Passed when at least errors are logged."""
    return require(
        service.is_logged,
        what="whether what failed is logged",
        otherwise="Nothing is logged, not even what failed.",
    )
