"""Who may call a function is somebody in particular."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import failed, passed, unknown
from pavior.resources.model import Unknown
from pavior.resources.views.functions import CallPermission, may_everybody_call


def rule(permission: CallPermission) -> RuleResult:
    """Passed when the caller, an organisation or an account is named, or callers need permissions of their own."""
    principal = permission.principal
    if isinstance(principal.value, Unknown):
        return unknown("who may call the function", principal.value, principal)
    is_open = may_everybody_call(permission)
    if isinstance(is_open, Unknown):
        return unknown("whether callers must belong to an organisation", is_open, permission.names_organisation)
    return failed("Everybody may call the function.", principal) if is_open else passed()
