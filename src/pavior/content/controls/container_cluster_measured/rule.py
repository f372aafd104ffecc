"""What containers do can be seen in numbers."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.containers import ContainerCluster


def rule(cluster: ContainerCluster) -> RuleResult:
    """Passed when the cluster collects load, restarts and traffic of its containers."""
    return require(
        cluster.is_measured,
        what="whether its containers are measured",
        otherwise="Nobody sees load, restarts and traffic of its containers: containerInsights is not enabled.",
    )
