"""The material of keys is replaced regularly."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import passed, require, unknown
from pavior.resources.model import Unknown
from pavior.resources.views.keys import KeyRotation


def rule(key: KeyRotation) -> RuleResult:
    """Passed when the provider replaces the key's material by itself, or cannot."""
    rotates, can_rotate = key.rotates, key.can_rotate.value
    if can_rotate is False:
        return passed("The provider cannot rotate a key of this kind; it is replaced by hand.")
    if rotates.value is False and isinstance(can_rotate, Unknown):
        return unknown("whether the key is of a kind that can be rotated", can_rotate, key.can_rotate)
    return require(
        rotates,
        what="whether the key is rotated",
        otherwise="The key's material stays the same for ever: nothing says when it is replaced.",
    )
