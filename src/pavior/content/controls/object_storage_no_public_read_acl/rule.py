"""The access control list gives nothing away for reading."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.facts import opposite
from pavior.resources.views.object_store import ObjectStoreAcl


def rule(store: ObjectStoreAcl) -> RuleResult:
    """Passed when the access control list names nobody but its owners, AWS services and known accounts for reading."""
    return require(
        opposite(store.lets_anybody_read),
        what="whether the access control list lets everybody read",
        otherwise="The access control list lets everybody read, or everybody with an account at the provider.",
    )
