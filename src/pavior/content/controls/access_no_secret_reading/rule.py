"""No binding opens all secrets."""

from pavior.policy.access import none_allows
from pavior.policy.model import RuleResult
from pavior.resources.views.access import AccessGrant, AccessRule
from pavior.resources.views.facts import Truth, all_of, any_of, ask

# Listing and watching give the content too, not only the names.
READING = ("get", "list", "watch")


def rule(grant: AccessGrant) -> RuleResult:
    """Passed when the role that is bound lets nobody `get`, `list` or `watch` secrets, or only those that it names."""
    return none_allows(
        grant,
        _reads_all,
        what="whether the role that is given allows to read all secrets",
        otherwise="The role that is given allows to read all secrets.",
    )


def _reads_all(permission: AccessRule) -> Truth:
    reads = permission.allows(READING, ("secrets",), ("",))
    if not permission.resource_names:
        return reads
    # An empty name is that of a request for all of them.
    return all_of((reads, any_of(ask(name, lambda text: not text) for name in permission.resource_names)))
