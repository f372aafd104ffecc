"""A pod lives in namespaces of its own."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import worst
from pavior.policy.workloads import forbid
from pavior.resources.views.workload import Workload


def rule(workload: Workload) -> RuleResult:
    """Passed when the pod has a network, processes and shared memory of its own."""
    return worst(
        *(
            forbid(
                fact,
                what=f"whether the pod shares the {name} of the machine",
                otherwise=f"The pod shares the {name} of the machine.",
            )
            for name, fact in (
                ("network", workload.host_network),
                ("processes", workload.host_pid),
                ("shared memory", workload.host_ipc),
            )
        )
    )
