"""Logging in on machines has a way of its own, or none."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.facts import Fact, negated
from pavior.resources.views.managed_kubernetes import NodeGroup


def rule(nodes: NodeGroup) -> RuleResult:
    """Passed when there is no key for logging in, or it is said from which groups that is possible."""
    is_open = nodes.has_open_ssh
    return require(
        Fact(negated(is_open.value), is_open.attribute, is_open.decided_by),
        what="from where people may log in on its machines",
        otherwise="Port 22 of its machines is open to everybody: a key is given, and no source_security_group_ids.",
    )
