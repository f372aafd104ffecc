"""Nothing works by accident: the default group is closed."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.private_network import PrivateNetwork


def rule(network: PrivateNetwork) -> RuleResult:
    """Passed when the default security group of the network is declared, and has no rule, inside it or beside it."""
    return require(
        network.default_group_is_closed,
        what="whether the default group of the network lets anything through",
        otherwise="Machines for which nobody chose a group reach each other, or the Internet.",
    )
