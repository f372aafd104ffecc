"""Rights do not grow while a container runs."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import passed
from pavior.policy.workloads import each_container, forbid
from pavior.resources.views.pod_containers import Container
from pavior.resources.views.workload import Workload

_WHAT = "whether programs in a container can get more rights"


def rule(workload: Workload) -> RuleResult:
    """Passed when every container says that privileges may not escalate; on Windows there is no such thing."""
    if workload.is_windows.value is True:
        return passed("Windows has no such switch.")
    return each_container(workload, _judge, what=_WHAT)


def _judge(container: Container) -> RuleResult:
    return forbid(
        container.allows_escalation,
        what=_WHAT,
        otherwise=f"{container.title} lets its programs get more rights than it started with.",
    )
