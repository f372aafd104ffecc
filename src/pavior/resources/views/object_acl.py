"""Access control lists of object stores: whether they name everybody.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html.
"""

from collections.abc import Iterator
from typing import Final

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import Sensitive, Unknown, Value
from pavior.resources.views.facts import (
    Fact,
    Leaf,
    Source,
    Truth,
    all_of,
    any_of,
    ask,
    hidden,
    not_understood,
    read_text,
)

READING: Final = frozenset({"READ", "READ_ACP", "FULL_CONTROL"})
# Whoever may write the list may give themselves the rest.
WRITING: Final = frozenset({"WRITE", "WRITE_ACP", "FULL_CONTROL"})

# Ready-made lists, with what each gives to everybody, or to everybody with an account at AWS.
_READY_MADE = {
    "private": frozenset[str](),
    "aws-exec-read": frozenset[str](),
    "bucket-owner-read": frozenset[str](),
    "bucket-owner-full-control": frozenset[str](),
    "log-delivery-write": frozenset[str](),
    "public-read": frozenset({"READ"}),
    "authenticated-read": frozenset({"READ"}),
    "public-read-write": frozenset({"READ", "WRITE"}),
}
_EVERYBODY = ("/groups/global/AllUsers", "/groups/global/AuthenticatedUsers")


def public_grant(source: Source, grants: str, permissions: frozenset[str]) -> Fact[bool]:
    """Whether a ready-made list (`acl`) or a grant in the blocks at `grants` gives one of these to everybody."""
    if source.is_written("acl"):
        named = source.text("acl").value
        return source.fact("acl", named if isinstance(named, Unknown) else _of_ready_made(named, permissions))
    blocks = source.value(grants)
    place = grants.split(".", maxsplit=1)[0]
    if blocks is None or not source.is_written(grants):
        return source.fact(place, value=False)
    if isinstance(blocks, Unknown | Sensitive):
        return source.fact(place, hidden() if isinstance(blocks, Sensitive) else blocks)
    items = blocks if isinstance(blocks, list) else [blocks]
    return source.fact(place, any_of(_is_public(item, permissions) for item in items))


def _of_ready_made(name: str, permissions: frozenset[str]) -> Truth:
    if name not in _READY_MADE:
        return Unknown(UnknownReason.NOT_EVALUATED, "S3 has no access control list of this name")
    return bool(_READY_MADE[name] & permissions)


def _is_public(grant: Value, permissions: frozenset[str]) -> Truth:
    if not isinstance(grant, dict):
        return grant if isinstance(grant, Unknown) else not_understood(grant)
    grantees = grant.get("grantee")
    # A grant of the bucket's own block names its grantee beside the permissions.
    grantee = grantees[0] if isinstance(grantees, list) and grantees else grantees or grant
    if not isinstance(grantee, dict):
        return grantee if isinstance(grantee, Unknown) else not_understood(grantee)
    uri = grantee.get("uri")
    named: Truth = False if uri is None else ask(read_text(uri), lambda text: text.endswith(_EVERYBODY))
    return all_of((named, any_of(ask(leaf, permissions.__contains__) for leaf in _permissions(grant))))


def _permissions(grant: dict[str, Value]) -> Iterator[Leaf]:
    for name in ("permission", "permissions"):
        found = grant.get(name)
        if isinstance(found, list):
            yield from map(read_text, found)
        elif found is not None:
            yield read_text(found)
