"""A token for the cluster is only where it is asked for."""

from pavior.policy.model import RuleResult
from pavior.policy.workloads import forbid
from pavior.resources.views.workload import Workload


def rule(workload: Workload) -> RuleResult:
    """Passed when the pod, or its account where the pod says nothing, does not mount the token."""
    return forbid(
        workload.mounts_token,
        what="whether the pod gets a token for the cluster",
        otherwise="The pod gets a token with which it can speak to the cluster.",
    )
