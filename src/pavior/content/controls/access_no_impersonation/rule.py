"""No binding lets anybody speak in another's name."""

from msgspec import structs

from pavior.policy.access import none_allows
from pavior.policy.model import RuleResult
from pavior.resources.views.access import AccessGrant, AccessRule
from pavior.resources.views.facts import Leaf, Truth

WHO = ("users", "groups", "serviceaccounts", "uids", "userextras")
# Users and groups are of the core; what else can be posed as is of the other.
_GROUPS = ("", "authentication.k8s.io")


def rule(grant: AccessGrant) -> RuleResult:
    """Passed when the role that is bound does not allow to `impersonate` users, groups or service accounts."""
    return none_allows(
        grant,
        _poses,
        what="whether the role that is given allows to pose as somebody else",
        otherwise="The role that is given allows to pose as somebody else.",
    )


def _poses(permission: AccessRule) -> Truth:
    plain = structs.replace(permission, resources=tuple(_without_key(name) for name in permission.resources))
    return plain.allows(("impersonate",), WHO, _GROUPS)


def _without_key(resource: Leaf) -> Leaf:
    """`userextras/scopes` is the part `scopes` of `userextras`, and `*/scopes` means it too."""
    if isinstance(resource, str) and resource.startswith(("userextras/", "*/")):
        return "userextras"
    return resource
