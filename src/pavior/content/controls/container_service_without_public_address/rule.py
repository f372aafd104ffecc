"""Nobody reaches a task from the internet directly."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.containers import ContainerService
from pavior.resources.views.facts import Fact, negated


def rule(service: ContainerService) -> RuleResult:
    """Passed when tasks get no public address."""
    is_public = service.has_public_address
    return require(
        Fact(negated(is_public.value), is_public.attribute, is_public.decided_by),
        what="whether tasks get an address on the internet",
        otherwise="Each task gets an address on the internet: assign_public_ip is true.",
    )
