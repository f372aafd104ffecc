"""What controls ask of the list of a subnet: whether everybody comes in to some ports."""

from collections.abc import Mapping

from pavior.policy.model import RuleResult
from pavior.policy.rules import passed, require, unknown, worst
from pavior.resources.model import Unknown
from pavior.resources.views.facts import Fact, Leaf, Truth, all_of, any_of, ask, negated
from pavior.resources.views.openness import is_everybody
from pavior.resources.views.subnet_acl import AclEntry, SubnetAcl

_PROTOCOLS = ("tcp", "all")
_EVERY_PORT = -1
_WHOLE = ("0.0.0.0/0", "::/0")


def keep_everybody_from(ports: Mapping[int, str], acl: SubnetAcl, *, kind: str) -> RuleResult:
    """Passed when no line lets everybody in to one of the ports before another line denies it.

    Args:
        ports: Each with the name of what listens there, which may be empty.
        kind: Of the ports, for the message.
    """
    lines = (*acl.entries, *acl.others)
    judged = [_judge(ports, entry, lines, kind) for entry in acl.entries]
    if acl.unread is not None:
        judged.append(unknown("who may come in", acl.unread, Fact(acl.unread, "ingress")))
    return worst(passed(), *judged)


def _judge(ports: Mapping[int, str], entry: AclEntry, lines: tuple[AclEntry, ...], kind: str) -> RuleResult:
    open_to = {port: any_of(_lets_in(entry, port, network, lines) for network in entry.networks) for port in ports}
    reached = [port for port, is_open in open_to.items() if is_open is True]
    names = ", ".join(f"{port} ({ports[port]})" if ports[port] else str(port) for port in reached)
    return require(
        Fact(negated(any_of(open_to.values())), entry.attribute, entry.decided_by),
        what=f"whether everybody may come in to a port for {kind}",
        otherwise=f"Everybody on the Internet may come in to port {names}.",
    )


def _lets_in(entry: AclEntry, port: int, network: Leaf, lines: tuple[AclEntry, ...]) -> Truth:
    denied = any_of(_denies_before(line, entry, port, network) for line in lines if line is not entry)
    return all_of((entry.allows, _is_about(entry, port), is_everybody(network), negated(denied)))


def _denies_before(line: AclEntry, entry: AclEntry, port: int, network: Leaf) -> Truth:
    """Whether the line comes first and denies all that the entry would let in to this port."""
    if isinstance(line.number, Unknown):
        comes_first: Truth = line.number
    else:
        comes_first = entry.number if isinstance(entry.number, Unknown) else line.number < entry.number
    covers = any_of(
        all_of((ask(wide, lambda name: name in _WHOLE), _is_same_family(wide, network))) for wide in line.networks
    )
    return all_of((negated(line.allows), comes_first, _is_about(line, port), covers))


def _is_same_family(wide: Leaf, network: Leaf) -> Truth:
    if isinstance(wide, Unknown):
        return wide
    return ask(network, lambda name: (":" in name) == (":" in wide))


def _is_about(line: AclEntry, port: int) -> Truth:
    first, last = line.first_port, line.last_port
    in_range = all_of(
        (
            first if isinstance(first, Unknown) else first <= port,
            last if isinstance(last, Unknown) else last == _EVERY_PORT or port <= last,
        )
    )
    is_everything = ask(line.protocol, lambda name: name == "all")
    return any_of((is_everything, all_of((ask(line.protocol, lambda name: name in _PROTOCOLS), in_range))))
