"""Requests leave a trace."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require, worst
from pavior.resources.model import Unknown
from pavior.resources.views.control_plane import ControlPlane
from pavior.resources.views.facts import Fact


def rule(server: ControlPlane) -> RuleResult:
    """Passed when the audit log has a path or goes to another program, and a policy says what is in it."""
    path = server.argument("--audit-log-path", "")
    webhook = server.argument("--audit-webhook-config-file", "")
    if isinstance(webhook.value, str) and webhook.value:
        path = webhook
    named = path.value if isinstance(path.value, Unknown) else path.value not in ("", "true")
    policy = server.argument("--audit-policy-file", "")
    return worst(
        require(
            Fact(named, path.attribute),
            what="whether requests are written down",
            otherwise="The API server does not write an audit log.",
        ),
        require(
            Fact(
                policy.value if isinstance(policy.value, Unknown) else policy.value not in ("", "true"),
                policy.attribute,
            ),
            what="which requests are written down",
            otherwise="No policy says which requests are written down, so none are.",
        ),
    )
