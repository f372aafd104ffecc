"""No container takes a port of the machine."""

from pavior.policy.model import RuleResult
from pavior.policy.workloads import each_container, none_is
from pavior.resources.views.pod_containers import Container
from pavior.resources.views.workload import Workload

_NONE = 0
_WHAT = "whether a container takes a port of the machine"


def rule(workload: Workload) -> RuleResult:
    """Passed when no container names a `hostPort` other than 0."""
    return each_container(workload, _judge, what=_WHAT)


def _judge(container: Container) -> RuleResult:
    return none_is(
        container.host_ports,
        lambda port: port != _NONE,
        what=_WHAT,
        otherwise=lambda port: f"{container.title} takes port {port} of the machine.",
    )
