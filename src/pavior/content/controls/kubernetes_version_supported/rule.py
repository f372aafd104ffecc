"""What runs the containers still gets patches."""

from pavior.kernel.verdicts import UnknownReason
from pavior.policy.model import RuleResult
from pavior.policy.rules import failed, passed, unknown
from pavior.resources.model import Unknown
from pavior.resources.views.managed_kubernetes import ClusterUpkeep

# The oldest that got patches, extended support included, at the end of 2026-11:
# docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html.
_OLDEST = (1, 32)


def rule(cluster: ClusterUpkeep) -> RuleResult:
    """Passed when the version is at least `_OLDEST`, or left to the provider, which takes a new one."""
    version = cluster.version
    if isinstance(version.value, Unknown):
        return unknown("which version it runs", version.value, version)
    if not version.value:
        return passed("The provider takes its newest version.")
    parts = version.value.split(".")
    if len(parts) != len(_OLDEST) or not all(part.isdecimal() for part in parts):
        return unknown("which version it runs", Unknown(UnknownReason.NOT_EVALUATED, "it is not like 1.34"), version)
    if tuple(int(part) for part in parts) < _OLDEST:
        return failed(f"Support for Kubernetes {version.value} has ended.", version)
    return passed()
