"""Nobody on the Internet reaches the ports that machines are administered through."""

from functools import partial

from pavior.policy.model import RuleResult
from pavior.policy.parameters import Parameters
from pavior.policy.rules import passed, require, unknown, worst
from pavior.resources.views.facts import Fact, Truth, all_of, any_of, negated
from pavior.resources.views.network import AccessRule, NetworkRule
from pavior.resources.views.openness import is_for_everybody, reaches

# What people call those that they know.
NAMES = {
    22: "SSH",
    23: "Telnet",
    3389: "RDP",
    5900: "VNC",
    5985: "WinRM",
    5986: "WinRM",
}


def rule(network: NetworkRule, parameters: Parameters) -> RuleResult:
    """Passed when no rule lets everybody in to one of `ports`."""
    ports = parameters.integers("ports")
    judged = [_judge(ingress, ports) for ingress in network.ingress]
    if network.unread is not None:
        judged.append(unknown("who may come in", network.unread, Fact(network.unread, "ingress")))
    return worst(passed(), *judged)


def _judge(ingress: AccessRule, ports: tuple[int, ...]) -> RuleResult:
    reached = {port: reaches(ingress, port) for port in ports}
    is_open = all_of((any_of(reached.values()), is_for_everybody(ingress)))
    return require(
        Fact(negated(is_open), ingress.attribute, ingress.decided_by),
        what="whether everybody may come in to an administration port",
        otherwise=partial(_message, reached),
    )


def _message(reached: dict[int, Truth]) -> str:
    surely = [port for port, is_reached in reached.items() if is_reached is True]
    names = ", ".join(f"{port} ({NAMES[port]})" if port in NAMES else str(port) for port in surely)
    return f"Everybody on the Internet may come in to port {names}."
