"""Nobody on the Internet reaches the ports that machines are administered through."""

from pavior.kernel.verdicts import UnknownReason
from pavior.policy.model import RuleResult
from pavior.policy.rules import passed, require, unknown, worst
from pavior.resources.model import Unknown
from pavior.resources.views.facts import Fact, Truth, all_of, any_of, ask, negated
from pavior.resources.views.network import IngressRule, NetworkRule

ADMIN_PORTS = {
    22: "SSH",
    23: "Telnet",
    3389: "RDP",
    5900: "VNC",
    5985: "WinRM",
    5986: "WinRM",
}
# Shorter prefixes hold more than any one organisation has, so 0.0.0.0/1 is as open as 0.0.0.0/0.
# The largest assignments are /8: iana.org/assignments/ipv4-address-space.
_SHORTEST_PREFIX = 8
_WITH_PORTS = ("tcp", "udp")
_ALL = "all"
# Instead of a port it means every one; lower than each, so only the end of a range needs to know it.
_EVERY_PORT = -1


def rule(network: NetworkRule) -> RuleResult:
    """Passed when no rule lets everybody in to port 22, 23, 3389, 5900, 5985 or 5986 (`ADMIN_PORTS`)."""
    judged = [_judge(ingress) for ingress in network.ingress]
    if network.unread is not None:
        judged.append(unknown("who may come in", network.unread, Fact(network.unread, "ingress")))
    return worst(passed(), *judged)


def _judge(ingress: IngressRule) -> RuleResult:
    reached = [port for port in ADMIN_PORTS if _reaches(ingress, port) is True]
    names = ", ".join(f"{port} ({ADMIN_PORTS[port]})" for port in reached)
    is_open = all_of((any_of(_reaches(ingress, port) for port in ADMIN_PORTS), _is_from_everybody(ingress)))
    return require(
        Fact(negated(is_open), ingress.attribute, ingress.decided_by),
        what="whether everybody may come in to an administration port",
        otherwise=f"Everybody on the Internet may come in to port {names}.",
    )


def _reaches(ingress: IngressRule, port: int) -> Truth:
    protocol = ingress.protocol
    is_everything = ask(protocol, lambda name: name == _ALL)
    first, last = ingress.first_port, ingress.last_port
    in_range = all_of(
        (
            first if isinstance(first, Unknown) else first <= port,
            last if isinstance(last, Unknown) else last in (port, _EVERY_PORT) or port < last,
        )
    )
    return any_of((is_everything, all_of((ask(protocol, lambda name: name in _WITH_PORTS), in_range))))


def _is_from_everybody(ingress: IngressRule) -> Truth:
    lists = (
        leaf
        if isinstance(leaf, Unknown)
        else Unknown(UnknownReason.NOT_EVALUATED, f"the networks of {leaf} are kept elsewhere")
        for leaf in ingress.prefix_lists
    )
    networks = (leaf if isinstance(leaf, Unknown) else _is_everybody(leaf) for leaf in ingress.sources)
    return any_of((*networks, *lists))


def _is_everybody(network: str) -> Truth:
    _, slash, length = network.partition("/")
    if not slash:
        return False
    if not (length.isascii() and length.isdecimal()):
        return Unknown(UnknownReason.NOT_EVALUATED, "a source is not a network")
    return int(length) < _SHORTEST_PREFIX
