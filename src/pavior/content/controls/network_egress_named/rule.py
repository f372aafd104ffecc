"""What may be reached from inside is named."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import passed, require, unknown, worst
from pavior.resources.views.facts import Fact, all_of, negated
from pavior.resources.views.network import AccessRule, NetworkExit
from pavior.resources.views.openness import is_for_everybody, reaches_everything


def rule(network: NetworkExit) -> RuleResult:
    """Passed when no rule lets out to every address on every port."""
    judged = [_judge(egress) for egress in network.egress]
    if network.unread is not None:
        judged.append(unknown("where it may go", network.unread, Fact(network.unread, "egress")))
    return worst(passed(), *judged)


def _judge(egress: AccessRule) -> RuleResult:
    is_open = all_of((reaches_everything(egress), is_for_everybody(egress)))
    return require(
        Fact(negated(is_open), egress.attribute, egress.decided_by),
        what="whether everything may go everywhere",
        otherwise="Everything may go everywhere: every port, to every address on the Internet.",
    )
