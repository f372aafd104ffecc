"""Who may call a function is somebody in particular."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import failed, passed, unknown
from pavior.resources.model import Unknown
from pavior.resources.views.functions import CallPermission


def rule(permission: CallPermission) -> RuleResult:
    """Passed when the caller is named, belongs to an organisation that is named, or needs permissions of his own."""
    principal, organisation = permission.principal, permission.names_organisation.value
    if isinstance(principal.value, Unknown):
        return unknown("who may call the function", principal.value, principal)
    if principal.value != "*" or organisation is True:
        return passed()
    if isinstance(organisation, Unknown):
        return unknown("whether callers must belong to an organisation", organisation, permission.names_organisation)
    return failed("Everybody may call the function.", principal)
