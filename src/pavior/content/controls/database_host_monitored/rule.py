"""What the machine of a database does is written down."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import failed, passed, unknown
from pavior.resources.model import Unknown
from pavior.resources.views.database_upkeep import DatabaseHost


def rule(host: DatabaseHost) -> RuleResult:
    """Passed when the provider writes down at least once a minute what the machine does."""
    seconds = host.monitored_every_seconds
    if isinstance(seconds.value, Unknown):
        return unknown("how often the machine is looked at", seconds.value, seconds)
    return passed() if seconds.value > 0 else failed("Nobody looks at the machine below the database.", seconds)
