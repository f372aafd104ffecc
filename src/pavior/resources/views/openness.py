"""Whether a permission of a network is one for everybody on the Internet, and for which ports."""

from collections.abc import Iterable

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import Unknown
from pavior.resources.views.facts import Leaf, Truth, all_of, any_of, ask
from pavior.resources.views.network import AccessRule

# Shorter prefixes hold more than any one organisation has, so 0.0.0.0/1 is as open as 0.0.0.0/0.
# The largest assignments are /8: iana.org/assignments/ipv4-address-space.
_SHORTEST_PREFIX = 8
_LAST_PORT = 65535
_WITH_PORTS = ("tcp", "udp")
_ALL = "all"
# Instead of a port it means every one; lower than each, so only the end of a range needs to know it.
_EVERY_PORT = -1


def reaches(rule: AccessRule, port: int, protocols: Iterable[str] = _WITH_PORTS) -> Truth:
    """Whether the rule is about this port, over one of the protocols."""
    first, last = rule.first_port, rule.last_port
    in_range = all_of(
        (
            first if isinstance(first, Unknown) else first <= port,
            last if isinstance(last, Unknown) else last in (port, _EVERY_PORT) or port < last,
        )
    )
    return any_of(
        (
            ask(rule.protocol, lambda name: name == _ALL),
            all_of((ask(rule.protocol, lambda name: name in protocols), in_range)),
        )
    )


def reaches_everything(rule: AccessRule) -> Truth:
    """Whether the rule is about every port of a protocol that has ports, or about all protocols."""
    first, last = rule.first_port, rule.last_port
    every_port = all_of(
        (
            # Port 0 is used by nothing, so a range from 1 leaves nothing out.
            first if isinstance(first, Unknown) else first <= 1,
            last if isinstance(last, Unknown) else last in (_EVERY_PORT, _LAST_PORT),
        )
    )
    return any_of(
        (
            ask(rule.protocol, lambda name: name == _ALL),
            all_of((ask(rule.protocol, lambda name: name in _WITH_PORTS), every_port)),
        )
    )


def is_for_everybody(rule: AccessRule) -> Truth:
    """Whether it names all networks, or nearly; Unknown when it names a list that is kept elsewhere."""
    lists = (
        leaf
        if isinstance(leaf, Unknown)
        else Unknown(UnknownReason.NOT_EVALUATED, f"the networks of {leaf} are kept elsewhere")
        for leaf in rule.prefix_lists
    )
    return any_of((*(is_everybody(leaf) for leaf in rule.networks), *lists))


def is_everybody(network: Leaf) -> Truth:
    """Whether a network such as `0.0.0.0/0` holds everybody, or nearly."""
    if isinstance(network, Unknown):
        return network
    _, slash, length = network.partition("/")
    if not slash:
        return False
    if not (length.isascii() and length.isdecimal()):
        return Unknown(UnknownReason.NOT_EVALUATED, "a source is not a network")
    return int(length) < _SHORTEST_PREFIX
