"""No Windows container runs on the machine itself."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import worst
from pavior.policy.workloads import each_container, forbid
from pavior.resources.views.facts import Fact
from pavior.resources.views.pod_containers import Container
from pavior.resources.views.workload import Workload

_WHAT = "whether a container runs on the machine itself"


def rule(workload: Workload) -> RuleResult:
    """Passed when neither the pod nor a container asks for HostProcess."""
    return worst(
        each_container(workload, _judge, what=_WHAT),
        *(_forbid(fact, "The pod") for fact in workload.said_host_process),
    )


def _judge(container: Container) -> RuleResult:
    return _forbid(container.host_process, container.title)


def _forbid(fact: Fact[bool], who: str) -> RuleResult:
    return forbid(fact, what=_WHAT, otherwise=f"{who} runs on the Windows machine itself.")
