"""Logs are kept long enough to look back."""

from pavior.policy.model import RuleResult
from pavior.policy.parameters import Parameters
from pavior.policy.rules import failed, passed, unknown
from pavior.resources.model import Unknown
from pavior.resources.views.log_group import LogGroup

# The default of 365 days: a break-in is often found months later, and a year shows each season once. PCI DSS 4.0,
# requirement 10.5.1, asks for 12 months.
_FOR_EVER = 0


def rule(logs: LogGroup, parameters: Parameters) -> RuleResult:
    """Passed when logs are kept for `retention_days`, for longer, or for ever."""
    least = parameters.integer("retention_days")
    days = logs.retention_days.value
    if isinstance(days, Unknown):
        return unknown("how long logs are kept", days, logs.retention_days)
    if days == _FOR_EVER:
        return passed("Logs are kept for ever.")
    if days >= least:
        return passed()
    return failed(f"Logs are kept for {days} days, and must be for at least {least}.", logs.retention_days)
