"""The control plane logs everything that it can."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import failed, passed, unknown
from pavior.resources.model import Unknown
from pavior.resources.views.managed_kubernetes import ClusterUpkeep

# docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html
_WANTED = ("api", "audit", "authenticator", "controllerManager", "scheduler")


def rule(cluster: ClusterUpkeep) -> RuleResult:
    """Passed when all five logs (`_WANTED`) are kept."""
    known = {fact.value for fact in cluster.log_types}
    missing = [name for name in _WANTED if name not in known]
    if not missing:
        return passed()
    for fact in cluster.log_types:
        if isinstance(fact.value, Unknown):
            return unknown("which logs it keeps", fact.value, fact)
    at = cluster.log_types[0] if cluster.log_types else None
    return failed(f"It does not log {', '.join(missing)}.", at)
