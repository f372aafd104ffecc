"""What is kept for a time only: the logs of runs, and links by which nobody can sign in any more.

What happened is never removed: Changes, plans, approvals, waivers, findings, runs, and the audit log stay.
"""

from datetime import timedelta

from pavior.identity import store as identity
from pavior.runs import store as runs
from pavior.workflows.platform import Platform

# Used or expired for so long, a link says nothing that the audit log does not say.
_LINKS_KEPT = timedelta(days=30)
# Writers take turns, and nobody shall wait long for this one.
_RUNS_AT_ONCE = 50


def forget_old(platform: Platform, keep_logs: timedelta | None) -> int:
    """Remove what is older; of how many runs the log was removed.

    Args:
        keep_logs: How long after its end the log of a run is kept; None for always.
    """
    now = platform.clock.now()
    with platform.database.transaction() as transaction:
        identity.delete_links_before(transaction, now - _LINKS_KEPT)
    if keep_logs is None:
        return 0
    removed = 0
    while True:
        with platform.database.transaction() as transaction:
            count = runs.remove_old_logs(transaction, now - keep_logs, now, limit=_RUNS_AT_ONCE)
        removed += count
        if count < _RUNS_AT_ONCE:
            return removed
