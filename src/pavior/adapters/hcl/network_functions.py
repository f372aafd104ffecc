"""Functions of address ranges. Arguments are known and clear; each gets the budget first.

Source: developer.hashicorp.com/terraform/language/functions/cidrsubnet, 1.11; the order of `cidrsubnets` as
github.com/apparentlymart/go-cidr gives it.
"""

from typing import TYPE_CHECKING

from pavior.adapters.hcl.budget import Budget
from pavior.adapters.hcl.values import EvaluationError, Term, UnsupportedError, to_number, to_text

if TYPE_CHECKING:
    from ipaddress import IPv4Network, IPv6Network

_MOST_NEW_BITS = 32


def cidr_host(_: Budget, prefix: Term, number: Term) -> Term:
    """`cidrhost`; a negative number counts from the end."""
    network, wanted = _network(prefix), _whole(number)
    index = wanted if wanted >= 0 else network.num_addresses + wanted
    if not 0 <= index < network.num_addresses:
        raise EvaluationError("the range has no such address")
    return str(network[index])


def cidr_netmask(_: Budget, prefix: Term) -> Term:
    """`cidrnetmask`, of IPv4 alone."""
    network = _network(prefix)
    if network.version != 4:  # noqa: PLR2004 - the version of IP
        raise EvaluationError("only IPv4 ranges have a mask")
    return str(network.netmask)


def cidr_subnet(_: Budget, prefix: Term, new_bits: Term, number: Term) -> Term:
    """`cidrsubnet`."""
    network, bits, wanted = _network(prefix), _whole(new_bits), _whole(number)
    length = _longer(network, bits, least=0)
    if wanted < 0:
        # Terraform then gives a range outside of the one asked for.
        raise UnsupportedError("a negative number is not supported")
    if wanted >= 1 << bits:
        raise EvaluationError("the number does not fit into the new bits")
    size = 1 << (network.max_prefixlen - length)
    return f"{_address(network, int(network.network_address) + wanted * size)}/{length}"


def cidr_subnets(budget: Budget, prefix: Term, *new_bits: Term) -> Term:
    """`cidrsubnets`: one range after another, each where it is aligned."""
    network = _network(prefix)
    budget.spend(len(new_bits))
    last = int(network.network_address) - 1
    end = int(network.network_address) + network.num_addresses - 1
    ranges: list[Term] = []
    for bits in new_bits:
        length = _longer(network, _whole(bits), least=1)
        size = 1 << (network.max_prefixlen - length)
        start = (last // size + 1) * size
        last = start + size - 1
        if last > end:
            raise EvaluationError("the range has no room for all of them")
        ranges.append(f"{_address(network, start)}/{length}")
    return ranges


def _network(prefix: Term) -> "IPv4Network | IPv6Network":
    # Few sources need it.
    from ipaddress import ip_network

    text = to_text(prefix)
    if "/" not in text:
        raise EvaluationError("the range has no length")
    try:
        return ip_network(text, strict=False)
    except ValueError:
        raise EvaluationError("the text is no range of addresses") from None


def _longer(network: "IPv4Network | IPv6Network", bits: int, *, least: int) -> int:
    if not least <= bits <= _MOST_NEW_BITS or network.prefixlen + bits > network.max_prefixlen:
        raise EvaluationError("the range has no room for so many new bits")
    return network.prefixlen + bits


def _address(network: "IPv4Network | IPv6Network", number: int) -> str:
    return str(type(network.network_address)(number))


def _whole(value: Term) -> int:
    number = to_number(value)
    if isinstance(number, int):
        return number
    raise EvaluationError("a whole number is needed")
