"""No folder of the machine is put into a pod."""

from pavior.policy.model import RuleResult
from pavior.policy.workloads import none_is
from pavior.resources.views.workload import Workload

_HOST = "hostPath"


def rule(workload: Workload) -> RuleResult:
    """Passed when no volume of the pod is a folder, file or socket of the machine."""
    return none_is(
        (volume.kind for volume in workload.volumes),
        lambda kind: kind == _HOST,
        what="whether a volume is a folder of the machine",
        otherwise=lambda _: "A volume of the pod is a folder of the machine.",
    )
