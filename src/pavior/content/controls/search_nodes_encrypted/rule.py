"""What passes between the nodes of a search domain is encrypted."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import passed, require, unknown
from pavior.resources.model import Unknown
from pavior.resources.views.search_domain import SearchDomain


def rule(domain: SearchDomain) -> RuleResult:
    """Passed when traffic between the nodes is encrypted, or there is one node only."""
    several = domain.has_several_nodes
    if several.value is False:
        return passed("There is one node, and nothing passes between nodes.")
    if isinstance(several.value, Unknown) and domain.are_nodes_encrypted.value is False:
        return unknown("whether there are several nodes", several.value, several)
    return require(
        domain.are_nodes_encrypted,
        what="whether traffic between the nodes is encrypted",
        otherwise="Documents pass between the nodes in plain text.",
    )
