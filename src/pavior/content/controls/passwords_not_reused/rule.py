"""A password that was used is used up."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import failed, passed, unknown
from pavior.resources.model import Unknown
from pavior.resources.views.people import PasswordRules

# As many as AWS can remember, and what CIS Amazon Web Services Foundations Benchmark 3.0.0 wants in 1.9.
_REMEMBERED = 24


def rule(rules: PasswordRules) -> RuleResult:
    """Passed when the last `_REMEMBERED` passwords of a person cannot be taken again."""
    remembered = rules.remembered
    if isinstance(remembered.value, Unknown):
        return unknown("how many old passwords are refused", remembered.value, remembered)
    if remembered.value < _REMEMBERED:
        return failed(
            f"Of earlier passwords, only {remembered.value} are refused; {_REMEMBERED} are needed.", remembered
        )
    return passed()
