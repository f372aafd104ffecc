"""Clients can know the API server."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require, worst
from pavior.resources.model import Unknown
from pavior.resources.views.control_plane import ControlPlane
from pavior.resources.views.facts import Fact

FILES = ("--tls-cert-file", "--tls-private-key-file")


def rule(server: ControlPlane) -> RuleResult:
    """Passed when both the certificate and its key are named."""
    return worst(*(_judge(name, server.argument(name, "")) for name in FILES))


def _judge(name: str, given: Fact[str]) -> RuleResult:
    named = given.value if isinstance(given.value, Unknown) else given.value not in ("", "true")
    return require(
        Fact(named, given.attribute),
        what="which certificate the API server has",
        otherwise=f"{name} names no file, so the API server makes a certificate that nobody can check.",
    )
