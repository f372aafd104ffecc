"""The way back is longer than it takes to notice."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import failed, passed, unknown
from pavior.resources.model import Unknown
from pavior.resources.views.database_recovery import RecoveryWindow

# What AWS's own requirements ask for: docs.aws.amazon.com/securityhub/latest/userguide/documentdb-controls.html.
_LEAST_DAYS = 7


def rule(database: RecoveryWindow) -> RuleResult:
    """Passed when the database can be brought back as it was seven days ago (`_LEAST_DAYS`), or longer."""
    days = database.days
    if isinstance(days.value, Unknown):
        return unknown("how far back the database can go", days.value, days)
    if days.value >= _LEAST_DAYS:
        return passed()
    return failed(f"The way back ends after {days.value} days, and a week is needed.", days)
