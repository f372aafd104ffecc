"""The interface of a cluster is reached from inside only."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.facts import Fact, negated
from pavior.resources.views.managed_kubernetes import ManagedCluster


def rule(cluster: ManagedCluster) -> RuleResult:
    """Passed when the public address is switched off."""
    is_public = cluster.is_public
    return require(
        Fact(negated(is_public.value), is_public.attribute, is_public.decided_by),
        what="whether it has an address on the internet",
        otherwise="Its interface has an address on the internet.",
    )
