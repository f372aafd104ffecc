"""Who may call a function is somebody in particular."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import failed, passed, unknown
from pavior.resources.model import Unknown
from pavior.resources.views.facts import any_of
from pavior.resources.views.functions import CallPermission


def rule(permission: CallPermission) -> RuleResult:
    """Passed when the caller, an organisation or an account is named, or callers need permissions of their own."""
    principal = permission.principal
    origin = any_of((permission.names_organisation.value, permission.names_account.value))
    if isinstance(principal.value, Unknown):
        return unknown("who may call the function", principal.value, principal)
    if principal.value != "*" or origin is True:
        return passed()
    if isinstance(origin, Unknown):
        return unknown("whether callers must belong to an organisation", origin, permission.names_organisation)
    return failed("Everybody may call the function.", principal)
