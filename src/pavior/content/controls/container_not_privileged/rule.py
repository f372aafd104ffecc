"""A container stays inside."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import passed, require, unknown, worst
from pavior.resources.views.containers import ContainerPrivilege
from pavior.resources.views.facts import Fact, negated

_WHAT = "whether a container is privileged"


def rule(containers: ContainerPrivilege) -> RuleResult:
    """Passed when no container is privileged."""
    found = [
        require(
            Fact(negated(fact.value), fact.attribute, fact.decided_by),
            what=_WHAT,
            otherwise="A container is privileged: whoever is in it has the machine below.",
        )
        for fact in containers.is_privileged
    ]
    if containers.unread is not None:
        found.append(unknown(_WHAT, containers.unread))
    return worst(passed(), *found)
