"""The store knows the API server by its certificate."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require, worst
from pavior.resources.model import Unknown
from pavior.resources.views.control_plane import ControlPlane
from pavior.resources.views.facts import Fact

FILES = ("--etcd-certfile", "--etcd-keyfile")


def rule(server: ControlPlane) -> RuleResult:
    """Passed when both a certificate for the store and its key are named."""
    return worst(*(_judge(name, server.argument(name, "")) for name in FILES))


def _judge(name: str, given: Fact[str]) -> RuleResult:
    named = given.value if isinstance(given.value, Unknown) else given.value not in ("", "true")
    return require(
        Fact(named, given.attribute),
        what="whether the API server proves to the store who it is",
        otherwise=f"{name} names no file, so the API server cannot prove to the store who it is.",
    )
