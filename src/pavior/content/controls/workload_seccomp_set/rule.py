"""A filter for system calls is on in every container."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import passed, require, unknown, worst
from pavior.policy.workloads import each_container, none_is
from pavior.resources.model import Unknown
from pavior.resources.views.facts import Fact
from pavior.resources.views.pod_containers import Container
from pavior.resources.views.workload import Workload

# kubernetes.io/docs/concepts/security/pod-security-standards/#restricted, row Seccomp.
PROFILES = ("RuntimeDefault", "Localhost")
_WHAT = "whether system calls are filtered"


def rule(workload: Workload) -> RuleResult:
    """Passed when every container has one of `PROFILES`, its own or the pod's; on Windows there are none."""
    windows = workload.is_windows
    if windows.value is True:
        return passed("Windows has no such filter.")
    judged = worst(
        each_container(workload, _judge, what=_WHAT),
        none_is(
            workload.seccomp_profiles,
            lambda profile: profile not in PROFILES,
            what=_WHAT,
            otherwise=lambda profile: f"The seccomp profile is {profile[:40] or 'empty'}.",
        ),
    )
    return (
        unknown("whether the pod runs on Linux", windows.value, windows)
        if isinstance(windows.value, Unknown)
        else judged
    )


def _judge(container: Container) -> RuleResult:
    profile = container.seccomp
    is_set = profile.value if isinstance(profile.value, Unknown) else profile.value in PROFILES
    return require(
        Fact(is_set, profile.attribute, profile.decided_by),
        what=_WHAT,
        otherwise=f"{container.title} may use every system call.",
    )
