"""Nothing is offered that only developers of the cluster need."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.model import Unknown
from pavior.resources.views.control_plane import ControlPlane
from pavior.resources.views.facts import Fact


def rule(manager: ControlPlane) -> RuleResult:
    """Passed when profiling is switched off; it is on when nothing is said."""
    profiling = manager.argument("--profiling", "true")
    is_off = profiling.value if isinstance(profiling.value, Unknown) else profiling.value.lower() in ("false", "f", "0")
    return require(
        Fact(is_off, profiling.attribute),
        what="whether the controllers show their inside",
        otherwise="The controllers offer profiles of themselves.",
    )
