"""The material of keys is replaced regularly."""

from pavior.policy.model import RuleResult
from pavior.policy.parameters import Parameters
from pavior.policy.rules import failed, passed, require, unknown, worst
from pavior.resources.model import Unknown
from pavior.resources.views.keys import KeyRotation


def rule(key: KeyRotation, parameters: Parameters) -> RuleResult:
    """Passed when the provider replaces the key's material by itself within `longest_days`, or cannot."""
    rotates, can_rotate = key.rotates, key.can_rotate.value
    if can_rotate is False:
        return passed("The provider cannot rotate a key of this kind; it is replaced by hand.")
    if rotates.value is False and isinstance(can_rotate, Unknown):
        return unknown("whether the key is of a kind that can be rotated", can_rotate, key.can_rotate)
    is_rotated = require(
        rotates,
        what="whether the key is rotated",
        otherwise="The key's material stays the same for ever: nothing says when it is replaced.",
    )
    return worst(is_rotated, _judge_period(key, parameters.integer("longest_days")))


def _judge_period(key: KeyRotation, longest: int) -> RuleResult:
    days = key.rotation_days
    if days is None:
        return passed()
    if isinstance(days.value, Unknown):
        return unknown("how often the key is rotated", days.value, days)
    return passed() if days.value <= longest else failed(f"The key is rotated every {days.value} days only.", days)
