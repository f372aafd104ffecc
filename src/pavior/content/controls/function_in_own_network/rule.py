"""A function's traffic goes through a network that we control."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.functions import Function


def rule(function: Function) -> RuleResult:
    """Passed when the function is in at least one subnet."""
    return require(
        function.is_in_own_network,
        what="whether it runs in a network of ours",
        otherwise="It runs outside of every network of ours, and reaches the whole internet.",
    )
