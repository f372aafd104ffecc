"""A kubelet is allowed what its own pods need."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.model import Unknown
from pavior.resources.views.control_plane import ControlPlane
from pavior.resources.views.facts import Fact

_NODE = "Node"


def rule(server: ControlPlane) -> RuleResult:
    """Passed when `Node` is one of the modes by which requests are allowed."""
    modes = server.argument("--authorization-mode", "AlwaysAllow")
    named = (
        modes.value if isinstance(modes.value, Unknown) else _NODE in [mode.strip() for mode in modes.value.split(",")]
    )
    return require(
        Fact(named, modes.attribute),
        what="whether machines may touch only what concerns them",
        otherwise="The API server does not restrict machines to what their own pods need.",
    )
