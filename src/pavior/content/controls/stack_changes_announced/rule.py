"""Changes of a stack are told to somebody."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.stacks import Stack


def rule(stack: Stack) -> RuleResult:
    """Passed when at least one topic gets the events of the stack."""
    return require(
        stack.announces_changes,
        what="whether somebody hears of its changes",
        otherwise="Nobody hears of its changes: notification_arns names no topic.",
    )
