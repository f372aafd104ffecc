"""What keeps the public out is on."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import failed, require, worst
from pavior.resources.views.facts import Fact
from pavior.resources.views.object_store import ObjectStore


def rule(store: ObjectStore) -> RuleResult:
    """Passed when access for everybody is refused, in lists and in policies, and what exists of it has no effect."""
    if store.blocks_public_acls == Fact(value=False):
        return failed("Nothing keeps the public out: there is no public access block for it.")
    if store.blocks_public_acls == store.restricts_public_access:
        return require(
            store.restricts_public_access,
            what="whether the public is kept out",
            otherwise="Whoever may share a part of it can share it with everybody: nothing keeps the public out.",
        )
    return worst(
        require(
            store.blocks_public_acls,
            what="whether new public access control lists are refused",
            otherwise="New public access control lists are accepted: block_public_acls is not true.",
        ),
        require(
            store.ignores_public_acls,
            what="whether existing public access control lists are ignored",
            otherwise="Existing public access control lists count: ignore_public_acls is not true.",
        ),
        require(
            store.blocks_public_policy,
            what="whether a public bucket policy is refused",
            otherwise="A public bucket policy is accepted: block_public_policy is not true.",
        ),
        require(
            store.restricts_public_access,
            what="whether a public bucket policy is ignored",
            otherwise="A public bucket policy lets anybody in: restrict_public_buckets is not true.",
        ),
    )
