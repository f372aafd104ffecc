"""What an image holds stays as it is."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import passed, require
from pavior.policy.workloads import each_container
from pavior.resources.views.pod_containers import Container
from pavior.resources.views.workload import Workload

_WHAT = "whether a container can change its own files"


def rule(workload: Workload) -> RuleResult:
    """Passed when every container has a root file system that is read-only; Windows does not have it."""
    if workload.is_windows.value is True:
        return passed("Windows cannot do so.")
    return each_container(workload, _judge, what=_WHAT)


def _judge(container: Container) -> RuleResult:
    return require(
        container.read_only_root, what=_WHAT, otherwise=f"{container.title} can change the files of its image."
    )
