"""The interface of a cluster answers to known networks."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import failed, passed, unknown, worst
from pavior.resources.model import Unknown
from pavior.resources.views.facts import Fact
from pavior.resources.views.managed_kubernetes import ManagedCluster
from pavior.resources.views.openness import is_everybody


def rule(cluster: ManagedCluster) -> RuleResult:
    """Passed when there is no public address, or every network that may use it is named."""
    is_public = cluster.is_public.value
    if is_public is False:
        return passed("It has no address on the internet.")
    result = worst(passed(), *(_judge(network) for network in cluster.public_networks))
    if isinstance(is_public, Unknown):
        asked = unknown("whether it has an address on the internet", is_public, cluster.is_public)
        return result if result == passed() else asked
    return result


def _judge(network: Fact[str]) -> RuleResult:
    is_open = is_everybody(network.value)
    if isinstance(is_open, Unknown):
        return unknown("from where it can be reached", is_open, network)
    return failed("The whole internet reaches its interface.", network) if is_open else passed()
