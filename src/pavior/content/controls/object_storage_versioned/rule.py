"""Overwritten and deleted objects can be had back."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.object_store import ObjectStore


def rule(store: ObjectStore) -> RuleResult:
    """Passed when versioning is on."""
    return require(
        store.is_versioned,
        what="whether old versions of objects are kept",
        otherwise="An object that is overwritten or deleted is gone: versioning is not on.",
    )
