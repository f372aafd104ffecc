"""What rules about workloads have in common: one answer from many containers and many places. Pure."""

from collections.abc import Callable, Iterable

from pavior.policy.model import RuleResult
from pavior.policy.rules import failed, passed, unknown, worst
from pavior.resources.model import Unknown
from pavior.resources.views.facts import Fact, T
from pavior.resources.views.pod_containers import Container, Role
from pavior.resources.views.workload import Workload

EVERY_ROLE = tuple(Role)


def each_container(
    workload: Workload, judge: Callable[[Container], RuleResult], *, what: str, roles: Iterable[Role] = EVERY_ROLE
) -> RuleResult:
    """The worst answer of all containers; unknown `what` when not every container is known."""
    wanted = tuple(roles)
    judged = [judge(container) for container in workload.containers if container.role in wanted]
    if workload.unread is not None and isinstance(workload.unread.value, Unknown):
        judged.append(unknown(what, workload.unread.value, workload.unread))
    return worst(passed(), *judged)


def none_is(
    facts: Iterable[Fact[T]], is_bad: Callable[[T], bool], *, what: str, otherwise: Callable[[T], str]
) -> RuleResult:
    """Passed when `is_bad` of no value; of no value at all it passes too."""
    judged = [passed()]
    for fact in facts:
        if isinstance(fact.value, Unknown):
            judged.append(unknown(what, fact.value, fact))
        elif is_bad(fact.value):
            judged.append(failed(otherwise(fact.value), fact))
    return worst(*judged)


def forbid(fact: Fact[bool], *, what: str, otherwise: str) -> RuleResult:
    """Passed when the fact is false, failed with `otherwise` when it is true, unknown `what` when it is not known."""
    if isinstance(fact.value, Unknown):
        return unknown(what, fact.value, fact)
    return failed(otherwise, fact) if fact.value else passed()


def if_whole(workload: Workload, result: RuleResult, *, what: str) -> RuleResult:
    """The result, but unknown `what` instead of passed when the rest of the pod stands elsewhere."""
    if workload.partial is None or not isinstance(workload.partial.value, Unknown):
        return result
    return worst(result, unknown(what, workload.partial.value, workload.partial))
