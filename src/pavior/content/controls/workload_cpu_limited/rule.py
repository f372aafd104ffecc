"""Every container says how much processor time it needs, and how much it may take."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require, worst
from pavior.policy.workloads import each_container
from pavior.resources.views.pod_containers import Container, Role
from pavior.resources.views.workload import Workload

_WHAT = "how much processor time a container may take"


def rule(workload: Workload) -> RuleResult:
    """Passed when every container and init container has a limit for CPU, which is its request too."""
    # Ephemeral containers cannot have resources.
    return each_container(workload, _judge, what=_WHAT, roles=(Role.MAIN, Role.INIT))


def _judge(container: Container) -> RuleResult:
    return worst(
        require(container.has_cpu_limit, what=_WHAT, otherwise=f"{container.title} has no limit for CPU."),
        require(container.has_cpu_request, what=_WHAT, otherwise=f"{container.title} does not request CPU."),
    )
