"""Secrets are files and not variables."""

from pavior.policy.model import RuleResult
from pavior.policy.workloads import each_container, none_is
from pavior.resources.views.pod_containers import Container
from pavior.resources.views.workload import Workload

_WHAT = "whether a secret becomes an environment variable"


def rule(workload: Workload) -> RuleResult:
    """Passed when no variable of a container, alone or with others, is taken from a Secret."""
    return each_container(workload, _judge, what=_WHAT)


def _judge(container: Container) -> RuleResult:
    return none_is(
        container.secrets,
        bool,
        what=_WHAT,
        otherwise=lambda _: f"{container.title} gets a secret as an environment variable.",
    )
