"""The list of a subnet keeps the Internet from shells."""

from pavior.policy.model import RuleResult
from pavior.policy.parameters import Parameters
from pavior.policy.subnets import keep_everybody_from
from pavior.resources.views.subnet_acl import SubnetAcl

NAMES = {22: "SSH", 23: "Telnet"}


def rule(acl: SubnetAcl, parameters: Parameters) -> RuleResult:
    """Passed when no line lets everybody in to one of `ports` before another line denies it."""
    ports = parameters.integers("ports")
    return keep_everybody_from({port: NAMES.get(port, "") for port in ports}, acl, kind="administration")
