"""No database has an address on the internet."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import failed, passed, unknown
from pavior.resources.model import Unknown
from pavior.resources.views.database_access import DatabaseEndpoint


def rule(endpoint: DatabaseEndpoint) -> RuleResult:
    """Passed when the address of the database leads into a private network only."""
    is_public = endpoint.is_public
    if isinstance(is_public.value, Unknown):
        return unknown("whether the database has a public address", is_public.value, is_public)
    return failed("The database has an address on the internet.", is_public) if is_public.value else passed()
