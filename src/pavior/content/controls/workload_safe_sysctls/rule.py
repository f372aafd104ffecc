"""Only settings of the kernel that belong to the pod are changed."""

from pavior.policy.model import RuleResult
from pavior.policy.workloads import none_is
from pavior.resources.views.workload import Workload

# kubernetes.io/docs/concepts/security/pod-security-standards/#baseline, row Sysctls, as of Kubernetes 1.32.
SAFE = frozenset(
    (
        "kernel.shm_rmid_forced",
        "net.ipv4.ip_local_port_range",
        "net.ipv4.ip_local_reserved_ports",
        "net.ipv4.ip_unprivileged_port_start",
        "net.ipv4.ping_group_range",
        "net.ipv4.tcp_fin_timeout",
        "net.ipv4.tcp_keepalive_intvl",
        "net.ipv4.tcp_keepalive_probes",
        "net.ipv4.tcp_keepalive_time",
        "net.ipv4.tcp_rmem",
        "net.ipv4.tcp_syncookies",
        "net.ipv4.tcp_wmem",
    )
)


def rule(workload: Workload) -> RuleResult:
    """Passed when the pod sets no kernel setting that is not in `SAFE`, the list of the baseline standard."""
    return none_is(
        workload.sysctls,
        # A slash between the words means the same as a dot.
        lambda name: name.replace("/", ".") not in SAFE,
        what="which kernel settings the pod changes",
        otherwise=lambda name: f"The pod changes the kernel setting {name[:60]}.",
    )
