"""Networks remember who spoke to whom."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.private_network import PrivateNetwork


def rule(network: PrivateNetwork) -> RuleResult:
    """Passed when a flow log is kept for the whole network."""
    return require(
        network.records_traffic,
        what="whether the network's traffic is recorded",
        otherwise="Nobody records who spoke to whom: the network has no flow log of all traffic.",
    )
