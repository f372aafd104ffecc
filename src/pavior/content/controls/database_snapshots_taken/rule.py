"""A store that has only snapshots has some."""

from pavior.policy.model import RuleResult
from pavior.policy.parameters import Parameters
from pavior.policy.rules import failed, passed, unknown
from pavior.resources.model import Unknown
from pavior.resources.views.database_recovery import SnapshotStore


def rule(store: SnapshotStore, parameters: Parameters) -> RuleResult:
    """Passed when automatic snapshots are kept for `snapshot_days`, or longer."""
    least = parameters.integer("snapshot_days")
    days = store.snapshot_days
    if isinstance(days.value, Unknown):
        return unknown("whether snapshots are taken", days.value, days)
    if days.value <= 0:
        return failed("Nothing is kept to come back from: no snapshots are taken.", days)
    return passed() if days.value >= least else failed(f"Snapshots are kept for {days.value} days, not {least}.", days)
