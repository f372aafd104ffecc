"""The list of a subnet keeps the Internet from remote desktops."""

from pavior.policy.model import RuleResult
from pavior.policy.subnets import keep_everybody_from
from pavior.resources.views.subnet_acl import SubnetAcl

# VNC and WinRM are left out: they lie among the ports that answers come back to, which every such list must let in.
PORTS = {3389: "RDP"}


def rule(acl: SubnetAcl) -> RuleResult:
    """Passed when no line lets everybody in to port 3389 (`PORTS`) before another line denies it."""
    return keep_everybody_from(PORTS, acl, kind="remote desktops")
