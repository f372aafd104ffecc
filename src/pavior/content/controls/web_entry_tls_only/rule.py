"""Nobody between a visitor and the service can read along."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require, worst
from pavior.resources.views.web_tls import EntryTraffic


def rule(subject: EntryTraffic) -> RuleResult:
    """Passed when each listener and each behaviour speaks TLS, or does nothing but send on to it."""
    judged = (
        require(
            fact,
            what="whether requests travel over TLS",
            otherwise="Requests are answered over plain HTTP, without being sent on to HTTPS.",
        )
        for fact in subject.ways
    )
    return worst(*judged)
