"""Requests leave a trace."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.traced import Traced


def rule(traced: Traced) -> RuleResult:
    """Passed when the service records requests by itself."""
    return require(
        traced.is_traced,
        what="whether requests are traced",
        otherwise="Requests leave no trace here, unless a service before it has begun one.",
    )
