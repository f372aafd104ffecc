"""Objects are encrypted with a key that we hold."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.model import Unknown
from pavior.resources.views.object_store import ObjectStore


def rule(store: ObjectStore) -> RuleResult:
    """Passed when the default encryption names a key of ours; a key that the apply will make is named."""
    algorithm = store.encryption.value
    how = "" if isinstance(algorithm, Unknown) else f" ({algorithm})"
    return require(
        store.has_own_key,
        what="whether objects are encrypted with a key of ours",
        otherwise=f"Objects are encrypted with a key that the provider holds{how}.",
    )
