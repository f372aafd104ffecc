"""No permission is a star."""

from pavior.policy.access import none_allows
from pavior.policy.model import RuleResult
from pavior.resources.views.access import ANY, AccessRole, AccessRule
from pavior.resources.views.facts import Truth, any_of, ask


def rule(role: AccessRole) -> RuleResult:
    """Passed when no rule of the role has a `*` as API group, resource, verb or path, nor `*/exec` or `/*`."""
    return none_allows(
        role,
        _has_star,
        what="whether the role names what it allows",
        otherwise="A rule of the role allows everything of a kind.",
    )


def _has_star(permission: AccessRule) -> Truth:
    said = (*permission.groups, *permission.resources, *permission.verbs, *permission.urls)
    return any_of(ask(leaf, lambda text: text in (ANY, "/*") or text.startswith("*/")) for leaf in said)
