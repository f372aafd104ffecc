"""The list of a subnet keeps the Internet from the ports of FTP."""

from pavior.policy.model import RuleResult
from pavior.policy.subnets import keep_everybody_from
from pavior.resources.views.subnet_acl import SubnetAcl

PORTS = {20: "FTP data", 21: "FTP"}


def rule(acl: SubnetAcl) -> RuleResult:
    """Passed when no line lets everybody in to port 20 or 21 (`PORTS`) before another line denies it."""
    return keep_everybody_from(PORTS, acl, kind="file transfer")
