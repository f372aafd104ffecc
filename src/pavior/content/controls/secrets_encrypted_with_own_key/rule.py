"""Secrets are encrypted with a key that we hold."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.secrets import Secret


def rule(secret: Secret) -> RuleResult:
    """Passed when the secret names a key of ours; a parameter that is no secret is not asked."""
    return require(
        secret.has_own_key,
        what="whether the secret is encrypted with a key of ours",
        otherwise="The secret is encrypted with a key that the provider manages.",
    )
