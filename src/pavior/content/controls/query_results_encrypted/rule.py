"""Answers are guarded like what they come from."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require, worst
from pavior.resources.views.query_results import QueryResults


def rule(results: QueryResults) -> RuleResult:
    """Passed when it is said how results are encrypted, and those who ask cannot choose otherwise."""
    return worst(
        require(
            results.is_encrypted,
            what="whether results are encrypted",
            otherwise="Nothing says how results are encrypted: encryption_configuration is missing.",
        ),
        require(
            results.is_binding,
            what="whether those who ask can choose otherwise",
            otherwise="Whoever asks may choose no encryption: enforce_workgroup_configuration is false.",
        ),
    )
