"""Objects that code puts there are encrypted with a key that we hold."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.stored_object import StoredObject


def rule(stored: StoredObject) -> RuleResult:
    """Passed when the object names a key of ours, or its bucket encrypts with one by itself."""
    return require(
        stored.has_own_key,
        what="whether the object is encrypted with a key of ours",
        otherwise="The object is encrypted with a key that the provider holds.",
    )
