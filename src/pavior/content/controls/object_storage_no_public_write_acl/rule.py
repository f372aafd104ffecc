"""The access control list gives nothing away for writing."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.facts import opposite
from pavior.resources.views.object_store import ObjectStoreAcl


def rule(store: ObjectStoreAcl) -> RuleResult:
    """Passed when the access control list lets nobody but its owners, AWS services and known accounts write."""
    return require(
        opposite(store.lets_anybody_write),
        what="whether the access control list lets everybody write",
        otherwise="The access control list lets everybody write, or everybody with an account at the provider.",
    )
