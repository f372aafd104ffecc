"""A kubelet is allowed what its own pods need."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.model import Unknown
from pavior.resources.views.control_plane import ControlPlane
from pavior.resources.views.facts import Fact

_NODE = "Node"
_ALL = "AlwaysAllow"


def rule(server: ControlPlane) -> RuleResult:
    """Passed when `Node` is one of the modes by which requests are allowed, and `AlwaysAllow` is none of them."""
    modes = server.argument("--authorization-mode", _ALL)
    if isinstance(modes.value, Unknown):
        named: bool | Unknown = modes.value
    else:
        said = [mode.strip() for mode in modes.value.split(",")]
        named = _NODE in said and _ALL not in said
    return require(
        Fact(named, modes.attribute),
        what="whether machines may touch only what concerns them",
        otherwise="The API server does not restrict machines to what their own pods need.",
    )
