"""Copies are as well locked as what they are copies of."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.backups import BackupStore


def rule(store: BackupStore) -> RuleResult:
    """Passed when the vault names a key of ours."""
    return require(
        store.has_own_key,
        what="whether backups are encrypted with a key of ours",
        otherwise="Backups are encrypted with a key that the provider manages.",
    )
