"""The record of the load has a lock of ours."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import passed, require, unknown
from pavior.resources.model import Unknown
from pavior.resources.views.database_upkeep import DatabaseInsights


def rule(insights: DatabaseInsights) -> RuleResult:
    """Passed when the record is encrypted with a key of ours, or nothing is recorded."""
    are_on = insights.are_on
    if are_on.value is False:
        return passed("Nothing is recorded.")
    if isinstance(are_on.value, Unknown) and insights.have_own_key.value is not True:
        return unknown("whether the load is recorded", are_on.value, are_on)
    return require(
        insights.have_own_key,
        what="whether the record is encrypted with a key of ours",
        otherwise="The record of the load is encrypted with a key that the provider holds.",
    )
