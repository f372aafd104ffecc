"""Secrets leave neither as a part of an address nor in clear."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import worst
from pavior.policy.workloads import forbid
from pavior.resources.views.outgoing_request import OutgoingRequest


def rule(request: OutgoingRequest) -> RuleResult:
    """Passed when no secret stands in the address, and none goes along without TLS."""
    return worst(
        forbid(
            request.address_holds_secret,
            what="whether a secret is a part of the address",
            otherwise="A secret is a part of the address, which everybody on the way writes down.",
        ),
        forbid(
            request.sends_secret_in_clear,
            what="whether a secret goes along without TLS",
            otherwise="A secret goes along without TLS, so everybody on the way can read it.",
        ),
    )
