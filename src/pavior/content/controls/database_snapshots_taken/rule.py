"""A store that has only snapshots has some."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import failed, passed, unknown
from pavior.resources.model import Unknown
from pavior.resources.views.database_recovery import SnapshotStore


def rule(store: SnapshotStore) -> RuleResult:
    """Passed when automatic snapshots are kept for at least one day."""
    days = store.snapshot_days
    if isinstance(days.value, Unknown):
        return unknown("whether snapshots are taken", days.value, days)
    return passed() if days.value > 0 else failed("Nothing is kept to come back from: no snapshots are taken.", days)
