"""Every container has a user that is not root."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require, worst
from pavior.policy.workloads import each_container, none_is
from pavior.resources.views.pod_containers import Container
from pavior.resources.views.workload import Workload

_ROOT = 0
_WHAT = "whether a container may start as root"


def rule(workload: Workload) -> RuleResult:
    """Passed when every container is refused as root, by itself or by the pod, and nobody names the user 0."""
    return worst(
        none_is(
            workload.users,
            lambda user: user == _ROOT,
            what="as which user a container runs",
            otherwise=lambda _: "The user is 0, which is root.",
        ),
        *(
            require(fact, what=_WHAT, otherwise="The pod says that its containers may be root.")
            for fact in workload.said_non_root
        ),
        each_container(workload, _judge, what=_WHAT),
    )


def _judge(container: Container) -> RuleResult:
    return require(container.non_root, what=_WHAT, otherwise=f"{container.title} may start as root.")
