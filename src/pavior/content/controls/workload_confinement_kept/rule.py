"""The profiles that confine a container are not loosened."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import worst
from pavior.policy.workloads import if_whole, none_is
from pavior.resources.views.facts import Fact
from pavior.resources.views.workload import Workload

# kubernetes.io/docs/concepts/security/pod-security-standards/#baseline, rows AppArmor and SELinux.
PROFILES = ("RuntimeDefault", "Localhost")
TYPES = ("", "container_t", "container_init_t", "container_kvm_t", "container_engine_t")
_TYPE = "type"
_APPARMOR = "which AppArmor profile a container gets"


def rule(workload: Workload) -> RuleResult:
    """Passed when every AppArmor profile is one of `PROFILES`, and SELinux has no user, role or type of its own."""
    apparmor = none_is(
        workload.apparmor_profiles,
        lambda profile: profile not in PROFILES,
        what=_APPARMOR,
        otherwise=lambda profile: f"The AppArmor profile is {profile[:40] or 'empty'}.",
    )
    labels = (_judge(label, fact) for label, fact in workload.selinux)
    return if_whole(workload, worst(apparmor, *labels), what="which profiles confine the containers")


def _judge(label: str, fact: Fact[str]) -> RuleResult:
    allowed = TYPES if label == _TYPE else ("",)
    return none_is(
        (fact,),
        lambda text: text not in allowed,
        what="with which SELinux label a container runs",
        otherwise=lambda text: f"The SELinux {label} is {text[:40]}.",
    )
