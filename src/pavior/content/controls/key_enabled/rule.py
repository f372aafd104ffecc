"""A key that stands in code is one that works."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.keys import Key


def rule(key: Key) -> RuleResult:
    """Passed when nobody has switched the key off."""
    return require(
        key.is_enabled,
        what="whether the key can be used",
        otherwise="The key is disabled: nobody can read what it encrypted.",
    )
