"""No binding lets anybody speak in another's name."""

from pavior.policy.access import none_allows
from pavior.policy.model import RuleResult
from pavior.resources.views.access import AccessGrant

WHO = ("users", "groups", "serviceaccounts", "uids", "userextras")
# Users and groups are of the core; what else can be posed as is of the other.
_GROUPS = ("", "authentication.k8s.io")


def rule(grant: AccessGrant) -> RuleResult:
    """Passed when the role that is bound does not allow to `impersonate` users, groups or service accounts."""
    return none_allows(
        grant,
        lambda permission: permission.allows(("impersonate",), WHO, _GROUPS),
        what="whether the role that is given allows to pose as somebody else",
        otherwise="The role that is given allows to pose as somebody else.",
    )
