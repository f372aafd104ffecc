"""How many of a function run at once has a limit of its own."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import failed, passed, unknown
from pavior.resources.model import Unknown
from pavior.resources.views.functions import Function


def rule(function: Function) -> RuleResult:
    """Passed when a number is reserved; 0 is one too, and lets it never run."""
    runs = function.reserved_runs
    if isinstance(runs.value, Unknown):
        return unknown("how many of it may run at once", runs.value, runs)
    if runs.value < 0:
        return failed("It may use up all the runs that the functions of the account share.", runs)
    return passed()
