"""Credentials are not given to whoever can make a machine fetch an address."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.machine import MachineMetadata


def rule(subject: MachineMetadata) -> RuleResult:
    """Passed when the metadata service asks for a token, or is off."""
    return require(
        subject.needs_token,
        what="whether the metadata service asks for a token",
        otherwise="The metadata service gives credentials without a token: http_tokens is not required.",
    )
