"""Nobody knows the administrator's name beforehand."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import failed, passed, unknown
from pavior.resources.model import Unknown
from pavior.resources.views.database_access import DatabaseAdministrator

# What consoles and manuals propose, and what is tried first.
_COMMON = frozenset(
    {
        "admin",
        "administrator",
        "awsuser",
        "dba",
        "dbadmin",
        "master",
        "mysql",
        "oracle",
        "postgres",
        "rdsadmin",
        "root",
        "sa",
        "superuser",
        "sysadmin",
        "test",
        "user",
    }
)


def rule(administrator: DatabaseAdministrator) -> RuleResult:
    """Passed when the administrator's name is none of those that everybody tries first."""
    name = administrator.name
    if isinstance(name.value, Unknown):
        return unknown("how the administrator is called", name.value, name)
    if name.value.lower() in _COMMON:
        return failed(f"The administrator is called {name.value.lower()}, which is what everybody tries first.", name)
    return passed()
