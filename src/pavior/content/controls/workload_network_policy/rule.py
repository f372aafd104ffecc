"""Pods are not open to everybody in the cluster."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.workload import Workload


def rule(workload: Workload) -> RuleResult:
    """Passed when a NetworkPolicy of its namespace says who may reach the pod, and none of them lets in everybody."""
    return require(
        workload.network_policy,
        what="whether a network policy says who may reach the pod",
        otherwise="No network policy of its namespace restricts who reaches the pod, so every pod of the cluster may.",
    )
