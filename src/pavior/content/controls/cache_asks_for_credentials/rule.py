"""A cache answers only who has proven who they are."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require, worst
from pavior.resources.views.database_access import Cache


def rule(cache: Cache) -> RuleResult:
    """Passed when the cache wants a token or a user, and speaks TLS where it cannot ask without."""
    asks = require(
        cache.asks_for_credentials,
        what="whether the cache asks who is there",
        otherwise="The cache answers everybody who reaches it.",
    )
    if cache.is_encrypted_in_transit is None:
        return asks
    can_ask = require(
        cache.is_encrypted_in_transit,
        what="whether the cache can be spoken to over TLS",
        otherwise="Without TLS the cache cannot ask who is there.",
    )
    return worst(can_ask, asks)
