"""A certificate is for those servers that it names."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require, worst
from pavior.resources.views.certificate import Certificate
from pavior.resources.views.facts import Fact, ask


def rule(certificate: Certificate) -> RuleResult:
    """Passed when none of the certificate's names has a wildcard in it."""
    judged = (
        require(
            Fact(ask(name.value, lambda text: "*" not in text), name.attribute, name.decided_by),
            what="which servers the certificate is for",
            otherwise=f"The certificate is for every name that {name.value} matches.",
        )
        for name in certificate.names
    )
    return worst(*judged)
