"""Passwords cannot be found by trying."""

from pavior.policy.model import RuleResult
from pavior.policy.parameters import Parameters
from pavior.policy.rules import failed, passed, require, unknown, worst
from pavior.resources.model import Unknown
from pavior.resources.views.people import PasswordRules

# The default of 14 characters: CIS Amazon Web Services Foundations Benchmark 3.0.0, 1.8.


def rule(rules: PasswordRules, parameters: Parameters) -> RuleResult:
    """Passed when passwords have at least `minimum_length` characters, and one of each kind."""
    kinds = [
        require(
            fact,
            what="which characters a password must have",
            otherwise="A password need not have small and large letters, numbers and symbols.",
        )
        for fact in rules.wants
    ]
    return worst(_judge_length(rules, parameters.integer("minimum_length")), *kinds)


def _judge_length(rules: PasswordRules, shortest: int) -> RuleResult:
    length = rules.min_length
    if isinstance(length.value, Unknown):
        return unknown("how long a password must be", length.value, length)
    if length.value < shortest:
        return failed(f"A password of {length.value} characters is taken; {shortest} are needed.", length)
    return passed()
