"""The store asks for a certificate."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.model import Unknown
from pavior.resources.views.control_plane import ControlPlane
from pavior.resources.views.facts import Fact


def rule(store: ControlPlane) -> RuleResult:
    """Passed when clients must show a certificate; they need none when nothing is said."""
    asks = store.argument("--client-cert-auth", "false")
    is_on = asks.value if isinstance(asks.value, Unknown) else asks.value.lower() in ("true", "t", "1")
    return require(
        Fact(is_on, asks.attribute),
        what="whether clients of the store must prove who they are",
        otherwise="The store lets in everybody who reaches its port.",
    )
