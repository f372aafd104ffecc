"""The store's certificate comes from an authority."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.model import Unknown
from pavior.resources.views.control_plane import ControlPlane
from pavior.resources.views.facts import Fact


def rule(store: ControlPlane) -> RuleResult:
    """Passed when `--auto-tls` is not switched on; it is off when nothing is said."""
    made_up = store.argument("--auto-tls", "false")
    is_known = made_up.value if isinstance(made_up.value, Unknown) else made_up.value.lower() not in ("true", "t", "1")
    return require(
        Fact(is_known, made_up.attribute),
        what="whether the store makes up its own certificate",
        otherwise="The store makes up its own certificate, which no client can check.",
    )
