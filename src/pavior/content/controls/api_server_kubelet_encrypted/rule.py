"""The way to the machines is encrypted."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.model import Unknown
from pavior.resources.views.control_plane import ControlPlane
from pavior.resources.views.facts import Fact


def rule(server: ControlPlane) -> RuleResult:
    """Passed when TLS to the kubelets is not switched off; it is on when nothing is said."""
    https = server.argument("--kubelet-https", "true")
    is_on = https.value if isinstance(https.value, Unknown) else https.value.lower() not in ("false", "f", "0")
    return require(
        Fact(is_on, https.attribute),
        what="whether the way to the machines is encrypted",
        otherwise="The API server speaks with the machines without TLS.",
    )
