"""What could not be handled is not lost."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.functions import Function


def rule(function: Function) -> RuleResult:
    """Passed when a queue or topic for failures is named, in the function or in its settings for events."""
    return require(
        function.keeps_failures,
        what="whether events that fail are kept",
        otherwise="Events that it cannot handle are thrown away: no place for them is named.",
    )
