"""Secrets have an end, and nobody has to think of it."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import passed, require
from pavior.resources.views.secrets import Secret


def rule(secret: Secret) -> RuleResult:
    """Passed when the store replaces the secret by itself, after some days or by a schedule, or cannot do so."""
    if not secret.can_rotate:
        return passed("The store of this secret cannot replace it; that is done by hand.")
    return require(
        secret.rotates,
        what="whether the secret is replaced regularly",
        otherwise="The secret stays the same until somebody thinks of it: no rotation is set up for it.",
    )
