"""No capability beyond those that every container starts with."""

from pavior.policy.model import RuleResult
from pavior.policy.workloads import each_container, none_is
from pavior.resources.views.pod_containers import Container
from pavior.resources.views.workload import Workload

# kubernetes.io/docs/concepts/security/pod-security-standards/#baseline, row Capabilities.
USUAL = frozenset(
    (
        "AUDIT_WRITE",
        "CHOWN",
        "DAC_OVERRIDE",
        "FOWNER",
        "FSETID",
        "KILL",
        "MKNOD",
        "NET_BIND_SERVICE",
        "SETFCAP",
        "SETGID",
        "SETPCAP",
        "SETUID",
        "SYS_CHROOT",
    )
)
_WHAT = "which capabilities a container gets"


def rule(workload: Workload) -> RuleResult:
    """Passed when no container adds a capability that is not in `USUAL`, the list of the baseline standard."""
    return each_container(workload, _judge, what=_WHAT)


def _judge(container: Container) -> RuleResult:
    return none_is(
        container.added,
        lambda name: name not in USUAL,
        what=_WHAT,
        otherwise=lambda name: f"{container.title} adds the capability {name[:40]}.",
    )
