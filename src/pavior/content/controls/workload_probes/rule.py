"""The cluster can ask every container how it is."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import passed, require, worst
from pavior.policy.workloads import each_container
from pavior.resources.views.pod_containers import Container, Role
from pavior.resources.views.workload import Workload

_WHAT = "whether the cluster can ask a container how it is"


def rule(workload: Workload) -> RuleResult:
    """Passed when every container that runs on has a probe for readiness and one for liveness; a job needs none."""
    if workload.ends:
        return passed("A job ends by itself.")
    return each_container(workload, _judge, what=_WHAT, roles=(Role.MAIN,))


def _judge(container: Container) -> RuleResult:
    return worst(
        require(container.has_readiness_probe, what=_WHAT, otherwise=f"{container.title} has no readiness probe."),
        require(container.has_liveness_probe, what=_WHAT, otherwise=f"{container.title} has no liveness probe."),
    )
