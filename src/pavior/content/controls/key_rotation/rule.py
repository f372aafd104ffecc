"""The material of keys is replaced regularly."""

from pavior.policy.model import RuleResult
from pavior.policy.parameters import Parameters
from pavior.policy.rules import failed, passed, require, unknown, worst
from pavior.resources.model import Unknown
from pavior.resources.views.keys import Key


def rule(key: Key, parameters: Parameters) -> RuleResult:
    """Passed when the provider replaces the key's material by itself within `longest_days`, or cannot."""
    rotates, is_symmetric = key.rotates, key.is_symmetric.value
    if is_symmetric is False:
        return passed("Only symmetric keys can be rotated automatically; this one is replaced by hand.")
    if rotates.value is False and isinstance(is_symmetric, Unknown):
        return unknown("whether the key is of a kind that can be rotated", is_symmetric, key.is_symmetric)
    is_rotated = require(
        rotates,
        what="whether the key is rotated",
        otherwise="The key's material stays the same for ever: enable_key_rotation is not true.",
    )
    return worst(is_rotated, _judge_period(key, parameters.integer("longest_days")))


def _judge_period(key: Key, longest: int) -> RuleResult:
    days = key.rotation_days
    if isinstance(days.value, Unknown):
        return unknown("how often the key is rotated", days.value, days)
    return passed() if days.value <= longest else failed(f"The key is rotated every {days.value} days only.", days)
