"""No container has the rights of the machine."""

from pavior.policy.model import RuleResult
from pavior.policy.workloads import each_container, forbid
from pavior.resources.views.pod_containers import Container
from pavior.resources.views.workload import Workload

_WHAT = "whether a container is privileged"


def rule(workload: Workload) -> RuleResult:
    """Passed when no container, init container or ephemeral container is privileged."""
    return each_container(workload, _judge, what=_WHAT)


def _judge(container: Container) -> RuleResult:
    return forbid(container.privileged, what=_WHAT, otherwise=f"{container.title} is privileged.")
