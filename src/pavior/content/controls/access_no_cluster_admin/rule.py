"""The administrator's role is not given away."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import failed, passed, unknown
from pavior.resources.model import Unknown
from pavior.resources.views.access import AccessGrant

_EVERYTHING = "cluster-admin"
_OF_NAMESPACE = "Role"


def rule(grant: AccessGrant) -> RuleResult:
    """Passed when the binding is of another role than `cluster-admin`, or of nobody."""
    role = grant.role
    if not grant.holders:
        return passed("Nobody is named in it.")
    if isinstance(role.value, Unknown):
        return unknown("which role is given", role.value, role)
    if role.value != _EVERYTHING:
        return passed()
    if isinstance(grant.role_kind.value, Unknown):
        return unknown("which role is given", grant.role_kind.value, grant.role_kind)
    if grant.role_kind.value == _OF_NAMESPACE:
        return passed("It is a role of the namespace, which has only the name of the administrator's.")
    where = "of the whole cluster" if grant.is_cluster_wide else "of everything in a namespace"
    return failed(f"It makes somebody the administrator {where}.", role)
