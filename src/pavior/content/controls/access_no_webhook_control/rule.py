"""The checks of the cluster are not open to change."""

from pavior.policy.access import none_allows
from pavior.policy.model import RuleResult
from pavior.resources.views.access import AccessRole

WRITING = ("create", "update", "patch", "delete", "deletecollection")
CHECKS = (
    "mutatingadmissionpolicies",
    "mutatingadmissionpolicybindings",
    "mutatingwebhookconfigurations",
    "validatingadmissionpolicies",
    "validatingadmissionpolicybindings",
    "validatingwebhookconfigurations",
)
_GROUP = "admissionregistration.k8s.io"


def rule(role: AccessRole) -> RuleResult:
    """Passed when no rule of the role allows to write admission webhooks or admission policies."""
    return none_allows(
        role,
        lambda permission: permission.allows(WRITING, CHECKS, (_GROUP,)),
        what="whether the role can change the checks of the cluster",
        otherwise="A rule of the role allows to change what is asked before objects are stored.",
    )
