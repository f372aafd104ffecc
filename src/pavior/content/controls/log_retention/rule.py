"""Logs are kept for a year."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import failed, passed, unknown
from pavior.resources.model import Unknown
from pavior.resources.views.log_group import LogGroup

# A break-in is often found months later, and a year shows each season once. PCI DSS 4.0, requirement 10.5.1, asks for
# 12 months.
MINIMUM_DAYS = 365
_FOR_EVER = 0


def rule(logs: LogGroup) -> RuleResult:
    """Passed when logs are kept for 365 days (`MINIMUM_DAYS`) or more, or for ever."""
    days = logs.retention_days.value
    if isinstance(days, Unknown):
        return unknown("how long logs are kept", days, logs.retention_days)
    if days == _FOR_EVER:
        return passed("Logs are kept for ever.")
    if days >= MINIMUM_DAYS:
        return passed()
    return failed(f"Logs are kept for {days} days, and must be for at least {MINIMUM_DAYS}.", logs.retention_days)
