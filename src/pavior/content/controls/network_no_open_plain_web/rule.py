"""Nobody on the Internet reaches a machine over plain HTTP."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import passed, require, unknown, worst
from pavior.resources.views.facts import Fact, all_of, negated
from pavior.resources.views.network import AccessRule, NetworkRule
from pavior.resources.views.openness import is_for_everybody, reaches

PLAIN_WEB_PORT = 80


def rule(network: NetworkRule) -> RuleResult:
    """Passed when no rule lets everybody in to port 80 (`PLAIN_WEB_PORT`)."""
    judged = [_judge(ingress) for ingress in network.ingress]
    if network.unread is not None:
        judged.append(unknown("who may come in", network.unread, Fact(network.unread, "ingress")))
    return worst(passed(), *judged)


def _judge(ingress: AccessRule) -> RuleResult:
    is_open = all_of((reaches(ingress, PLAIN_WEB_PORT, ("tcp",)), is_for_everybody(ingress)))
    return require(
        Fact(negated(is_open), ingress.attribute, ingress.decided_by),
        what="whether everybody may come in over plain HTTP",
        otherwise="Everybody on the Internet may come in to port 80, where nothing is encrypted.",
    )
