"""Old versions of TLS are not spoken."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.tls_endpoint import TlsEndpoint


def rule(subject: TlsEndpoint) -> RuleResult:
    """Passed when TLS 1.2 is the oldest version that the listener, domain or distribution speaks."""
    return require(
        subject.refuses_old_versions,
        what="which versions of TLS are spoken",
        otherwise="TLS 1.0 or 1.1 is still spoken here.",
    )
