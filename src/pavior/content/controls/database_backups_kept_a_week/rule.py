"""The way back is longer than it takes to notice."""

from pavior.policy.model import RuleResult
from pavior.policy.parameters import Parameters
from pavior.policy.rules import failed, passed, unknown
from pavior.resources.model import Unknown
from pavior.resources.views.database_recovery import RecoveryWindow

# The default of 7 days is what AWS's own requirements ask for:
# docs.aws.amazon.com/securityhub/latest/userguide/documentdb-controls.html.


def rule(database: RecoveryWindow, parameters: Parameters) -> RuleResult:
    """Passed when the database can be brought back as it was `backup_days` ago, or longer."""
    least = parameters.integer("backup_days")
    days = database.days
    if isinstance(days.value, Unknown):
        return unknown("how far back the database can go", days.value, days)
    if days.value >= least:
        return passed()
    return failed(f"The way back ends after {days.value} days, and {least} are needed.", days)
