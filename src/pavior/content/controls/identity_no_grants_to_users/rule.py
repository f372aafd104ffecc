"""Nobody is given anything alone."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.facts import Fact, negated
from pavior.resources.views.people import Grant


def rule(grant: Grant) -> RuleResult:
    """Passed when the policy is given to groups or roles only."""
    names_user = grant.names_user
    return require(
        Fact(negated(names_user.value), names_user.attribute, names_user.decided_by),
        what="whether the policy is given to a single person",
        otherwise="The policy is given to a person directly, and stays when that person's work changes.",
    )
