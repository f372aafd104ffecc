"""The runtime's mask over /proc stays on."""

from pavior.policy.model import RuleResult
from pavior.policy.workloads import each_container, none_is
from pavior.resources.views.pod_containers import Container
from pavior.resources.views.workload import Workload

_MASKED = "Default"
_WHAT = "whether the kernel's files are hidden from a container"


def rule(workload: Workload) -> RuleResult:
    """Passed when no container asks for a `procMount` other than `Default`."""
    return each_container(workload, _judge, what=_WHAT)


def _judge(container: Container) -> RuleResult:
    return none_is(
        (container.proc_mount,),
        lambda mount: mount != _MASKED,
        what=_WHAT,
        otherwise=lambda _: f"{container.title} sees all of /proc.",
    )
