"""Requests are allowed by roles."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.model import Unknown
from pavior.resources.views.control_plane import ControlPlane
from pavior.resources.views.facts import Fact

_DEFAULT = "AlwaysAllow"


def rule(server: ControlPlane) -> RuleResult:
    """Passed when the modes have `RBAC` and not `AlwaysAllow`, which is the default when none is named."""
    modes = server.argument("--authorization-mode", _DEFAULT)
    if isinstance(modes.value, Unknown):
        asks: bool | Unknown = modes.value
    else:
        named = [mode.strip() for mode in modes.value.split(",")]
        asks = "RBAC" in named and _DEFAULT not in named
    return require(
        Fact(asks, modes.attribute),
        what="whether requests are allowed by roles",
        otherwise="The API server does not decide by roles, or allows everything.",
    )
