"""Volumes are of the kinds that the restricted standard allows."""

from pavior.policy.model import RuleResult
from pavior.policy.workloads import none_is
from pavior.resources.views.workload import Workload

# kubernetes.io/docs/concepts/security/pod-security-standards/#restricted, row Volume Types.
ALLOWED = frozenset(
    ("configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret")
)


def rule(workload: Workload) -> RuleResult:
    """Passed when every volume of the pod is of a kind in `ALLOWED`."""
    return none_is(
        (volume.kind for volume in workload.volumes),
        lambda kind: kind not in ALLOWED,
        what="of which kind a volume is",
        otherwise=lambda kind: f"A volume of the pod is of the kind {kind[:40]}.",
    )
