"""A search domain knows who may read which index."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.search_domain import SearchDomain


def rule(domain: SearchDomain) -> RuleResult:
    """Passed when the domain has users and roles of its own, for each index and document."""
    return require(
        domain.knows_users,
        what="whether the domain knows its users",
        otherwise="Whoever may search anything in the domain may read and delete everything.",
    )
