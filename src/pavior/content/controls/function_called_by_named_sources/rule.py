"""A service calls only on behalf of somebody we know."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import passed, require, unknown
from pavior.resources.model import Unknown
from pavior.resources.views.functions import CallPermission

# Names of services of AWS end so; docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html.
_SERVICE_ENDINGS = (".amazonaws.com", ".amazonaws.com.cn")


def rule(permission: CallPermission) -> RuleResult:
    """Passed when the caller is no service, or a resource, account or organisation is named for which it calls."""
    principal = permission.principal
    if permission.names_source.value is True:
        return passed()
    if isinstance(principal.value, Unknown):
        return unknown("who may call the function", principal.value, principal)
    if not principal.value.endswith(_SERVICE_ENDINGS):
        return passed("It is not a service that calls.")
    return require(
        permission.names_source,
        what="on whose behalf the service may call",
        otherwise=f"{principal.value} may call it on behalf of any of its customers.",
    )
