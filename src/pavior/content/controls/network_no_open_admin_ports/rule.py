"""Nobody on the Internet reaches the ports that machines are administered through."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import passed, require, unknown, worst
from pavior.resources.views.facts import Fact, all_of, any_of, negated
from pavior.resources.views.network import AccessRule, NetworkRule
from pavior.resources.views.openness import is_for_everybody, reaches

ADMIN_PORTS = {
    22: "SSH",
    23: "Telnet",
    3389: "RDP",
    5900: "VNC",
    5985: "WinRM",
    5986: "WinRM",
}


def rule(network: NetworkRule) -> RuleResult:
    """Passed when no rule lets everybody in to port 22, 23, 3389, 5900, 5985 or 5986 (`ADMIN_PORTS`)."""
    judged = [_judge(ingress) for ingress in network.ingress]
    if network.unread is not None:
        judged.append(unknown("who may come in", network.unread, Fact(network.unread, "ingress")))
    return worst(passed(), *judged)


def _judge(ingress: AccessRule) -> RuleResult:
    reached = [port for port in ADMIN_PORTS if reaches(ingress, port) is True]
    names = ", ".join(f"{port} ({ADMIN_PORTS[port]})" for port in reached)
    is_open = all_of((any_of(reaches(ingress, port) for port in ADMIN_PORTS), is_for_everybody(ingress)))
    return require(
        Fact(negated(is_open), ingress.attribute, ingress.decided_by),
        what="whether everybody may come in to an administration port",
        otherwise=f"Everybody on the Internet may come in to port {names}.",
    )
