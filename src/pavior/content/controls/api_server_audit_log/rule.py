"""Requests leave a trace."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.model import Unknown
from pavior.resources.views.control_plane import ControlPlane
from pavior.resources.views.facts import Fact


def rule(server: ControlPlane) -> RuleResult:
    """Passed when the audit log has a path, or goes to another program."""
    path = server.argument("--audit-log-path", "")
    webhook = server.argument("--audit-webhook-config-file", "")
    if isinstance(webhook.value, str) and webhook.value:
        path = webhook
    named = path.value if isinstance(path.value, Unknown) else path.value not in ("", "true")
    return require(
        Fact(named, path.attribute),
        what="whether requests are written down",
        otherwise="The API server does not write an audit log.",
    )
