"""A password that was used is used up."""

from pavior.policy.model import RuleResult
from pavior.policy.parameters import Parameters
from pavior.policy.rules import failed, passed, unknown
from pavior.resources.model import Unknown
from pavior.resources.views.people import PasswordRules

# The default of 24: as many as AWS can remember, and what CIS AWS Foundations Benchmark 3.0.0 wants in 1.9.


def rule(rules: PasswordRules, parameters: Parameters) -> RuleResult:
    """Passed when as many earlier passwords of a person as `remembered` says cannot be taken again."""
    least = parameters.integer("remembered")
    remembered = rules.remembered
    if isinstance(remembered.value, Unknown):
        return unknown("how many old passwords are refused", remembered.value, remembered)
    if remembered.value < least:
        return failed(f"Of earlier passwords, only {remembered.value} are refused; {least} are needed.", remembered)
    return passed()
