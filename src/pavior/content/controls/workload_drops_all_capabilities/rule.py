"""Nothing of root's power is left but binding to low ports."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import passed, require, worst
from pavior.policy.workloads import each_container, none_is
from pavior.resources.views.facts import Fact, any_of, ask
from pavior.resources.views.pod_containers import Container
from pavior.resources.views.workload import Workload

# kubernetes.io/docs/concepts/security/pod-security-standards/#restricted, row Capabilities.
ALLOWED = ("NET_BIND_SERVICE",)
_ALL = "ALL"
_WHAT = "which capabilities a container keeps"


def rule(workload: Workload) -> RuleResult:
    """Passed when every container drops `ALL` and adds nothing but `NET_BIND_SERVICE`; Windows has no capabilities."""
    if workload.is_windows.value is True:
        return passed("Windows has no capabilities.")
    return each_container(workload, _judge, what=_WHAT)


def _judge(container: Container) -> RuleResult:
    # Runtimes read the word in either case.
    drops = any_of(ask(fact.value, lambda name: name.upper() == _ALL) for fact in container.dropped)
    place = container.dropped[0].attribute if container.dropped else container.path
    return worst(
        require(Fact(drops, place), what=_WHAT, otherwise=f"{container.title} does not drop all capabilities."),
        none_is(
            container.added,
            lambda name: name not in ALLOWED,
            what=_WHAT,
            otherwise=lambda name: f"{container.title} adds the capability {name[:40]}.",
        ),
    )
