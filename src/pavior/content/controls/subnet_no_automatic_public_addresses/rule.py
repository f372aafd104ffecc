"""Being on the Internet is a decision, not a place."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.facts import Fact, negated
from pavior.resources.views.private_network import Subnet


def rule(subnet: Subnet) -> RuleResult:
    """Passed when a machine that starts in the subnet gets no public address unless it asks for one."""
    gives = subnet.gives_public_addresses
    return require(
        Fact(negated(gives.value), gives.attribute, gives.decided_by),
        what="whether machines in the subnet get public addresses",
        otherwise="Every machine that starts in this subnet gets a public address.",
    )
