"""A cache answers only who has proven who they are."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require, worst
from pavior.resources.views.database_access import Cache


def rule(cache: Cache) -> RuleResult:
    """Passed when the cache wants a token or a user, over TLS, without which it cannot ask."""
    return worst(
        require(
            cache.is_encrypted_in_transit,
            what="whether the cache can be spoken to over TLS",
            otherwise="Without TLS the cache cannot ask who is there.",
        ),
        require(
            cache.asks_for_credentials,
            what="whether the cache asks who is there",
            otherwise="The cache answers everybody who reaches it.",
        ),
    )
