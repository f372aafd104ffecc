"""The list of a subnet keeps the Internet from shells."""

from pavior.policy.model import RuleResult
from pavior.policy.subnets import keep_everybody_from
from pavior.resources.views.subnet_acl import SubnetAcl

PORTS = {22: "SSH", 23: "Telnet"}


def rule(acl: SubnetAcl) -> RuleResult:
    """Passed when no line lets everybody in to port 22 or 23 (`PORTS`) before another line denies it."""
    return keep_everybody_from(PORTS, acl, kind="administration")
