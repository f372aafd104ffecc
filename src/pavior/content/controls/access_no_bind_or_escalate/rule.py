"""No role lets its holder grow."""

from pavior.policy.access import none_allows
from pavior.policy.model import RuleResult
from pavior.resources.views.access import AccessRole

# kubernetes.io/docs/reference/access-authn-authz/rbac/#privilege-escalation-prevention-and-bootstrapping.
VERBS = ("bind", "escalate")
RESOURCES = ("roles", "clusterroles", "rolebindings", "clusterrolebindings")
_GROUP = "rbac.authorization.k8s.io"


def rule(role: AccessRole) -> RuleResult:
    """Passed when no rule of the role allows to `bind` or `escalate` roles or bindings."""
    return none_allows(
        role,
        lambda permission: permission.allows(VERBS, RESOURCES, (_GROUP,)),
        what="whether the role can be used to get more rights",
        otherwise="A rule of the role allows to bind or escalate roles, and so to get every right.",
    )
