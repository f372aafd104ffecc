"""The last part of the way is encrypted as well."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require, worst
from pavior.resources.views.web_tls import BackendTraffic


def rule(subject: BackendTraffic) -> RuleResult:
    """Passed when what goes on to a target group or an origin of its own is not plain HTTP."""
    judged = (
        require(
            fact,
            what="whether traffic behind the entry is encrypted",
            otherwise="Requests go on in clear behind the entry.",
        )
        for fact in subject.ways
    )
    return worst(*judged)
