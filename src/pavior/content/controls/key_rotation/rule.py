"""The material of keys is replaced regularly."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import passed, require, unknown
from pavior.resources.model import Unknown
from pavior.resources.views.keys import Key


def rule(key: Key) -> RuleResult:
    """Passed when the provider replaces the key's material by itself, or cannot."""
    rotates, is_symmetric = key.rotates, key.is_symmetric.value
    if is_symmetric is False:
        return passed("Only symmetric keys can be rotated automatically; this one is replaced by hand.")
    if rotates.value is False and isinstance(is_symmetric, Unknown):
        return unknown("whether the key is of a kind that can be rotated", is_symmetric, key.is_symmetric)
    return require(
        rotates,
        what="whether the key is rotated",
        otherwise="The key's material stays the same for ever: enable_key_rotation is not true.",
    )
