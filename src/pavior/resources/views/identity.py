"""What somebody may do, and who may become them."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.json_text import read_json
from pavior.resources.model import Resource, Unknown, Value
from pavior.resources.views.facts import Fact, Source, is_of_elsewhere, not_understood, origins
from pavior.resources.views.index import GraphIndex, Link
from pavior.resources.views.kinds import Selection, ViewType
from pavior.resources.views.policies import (
    DOCUMENT_TYPE,
    PolicyDocument,
    Principal,
    Statement,
    read_data_document,
    read_policy,
)

ROLE_TYPES: Final = ("aws_iam_role",)
# Type to the attribute that holds the policy's text.
_DOCUMENT_TYPES = {
    "aws_iam_policy": "policy",
    "aws_iam_role_policy": "policy",
    "aws_iam_user_policy": "policy",
    "aws_iam_group_policy": "policy",
    "aws_ssoadmin_permission_set_inline_policy": "inline_policy",
}
# Type to the attribute that names a policy.
_ATTACHMENT_TYPES = {
    "aws_iam_role_policy_attachment": "policy_arn",
    "aws_iam_user_policy_attachment": "policy_arn",
    "aws_iam_group_policy_attachment": "policy_arn",
    "aws_iam_policy_attachment": "policy_arn",
    "aws_ssoadmin_managed_policy_attachment": "managed_policy_arn",
}
IDENTITY_POLICY_TYPES: Final = (*_DOCUMENT_TYPES, *_ATTACHMENT_TYPES, *ROLE_TYPES)

# Of policies that are looked up by their name, those that surely are AWS's.
_AWS_NAMES = ("AdministratorAccess", "IAMFullAccess", "PowerUserAccess", "ReadOnlyAccess", "SecurityAudit")
_AWS_NAME_BEGINNINGS = ("AWS", "Amazon")
_LOOKUP_TYPE = "aws_iam_policy"

# Policies that AWS writes; docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html.
_AWS_WRITTEN = ":iam::aws:policy/"
_ROLE_POLICY = Link("aws_iam_role_policy", "role", ROLE_TYPES, ("name", "id"))


class IdentityPolicy(Struct, frozen=True):
    """What somebody may do.

    Args:
        documents: Policies whose text we have, each with its place.
        managed: ARNs of policies that AWS writes and changes.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    documents: tuple[Fact[PolicyDocument], ...]
    managed: tuple[Fact[str], ...] = ()


class TrustPolicy(Struct, frozen=True):
    """Who may become somebody: the policy that a role is assumed under."""

    resource: Resource
    satellites: tuple[Resource, ...]
    document: Fact[PolicyDocument]


def build_identity_policy(resource: Resource, index: GraphIndex) -> IdentityPolicy | None:
    """From a policy, the attachment of one that AWS writes, or what a role holds inline; None where nothing is granted.

    The attachment of somebody's own policy grants what that policy says, which is looked at where it stands.
    """
    own = Source(resource)
    if resource.mode == "data":
        if resource.type == DOCUMENT_TYPE:
            return IdentityPolicy(resource, (), (read_data_document(resource),))
        managed = _looked_up(own)
        return IdentityPolicy(resource, (), (), managed) if managed else None
    if resource.type in _DOCUMENT_TYPES:
        return IdentityPolicy(resource, (), (read_policy(own, _DOCUMENT_TYPES[resource.type], index),))
    if resource.type in _ATTACHMENT_TYPES:
        attribute = _ATTACHMENT_TYPES[resource.type]
        managed = _managed(own, attribute, own.value(attribute), index)
        return IdentityPolicy(resource, (), (), managed) if managed else None
    documents = _inline_policies(own, index)
    managed = _managed_policies(own, index)
    return IdentityPolicy(resource, (), documents, managed) if documents or managed else None


def select_identity_policies(index: GraphIndex) -> tuple[Resource, ...]:
    """The policies, and the policy documents of which nothing here says what they are used for.

    Such a document leaves the module as an output, and is granted where nobody looks at its text any more. One that is
    used is looked at where it is used; one with principals is the policy of a resource or of a role.
    """
    unused = tuple(item for item in _unused_data(index) if item.type == _LOOKUP_TYPE or not _principals(item))
    return (*index.of_type(*IDENTITY_POLICY_TYPES), *unused)


def select_trust_policies(index: GraphIndex) -> tuple[Resource, ...]:
    """The roles, and the documents that only a role can use and none here does."""
    unused = (item for item in _unused_data(index) if item.type == DOCUMENT_TYPE)
    return (*index.of_type(*ROLE_TYPES), *(item for item in unused if _is_for_a_role(item)))


def _unused_data(index: GraphIndex) -> tuple[Resource, ...]:
    data = [
        item for item in index.graph.resources if item.mode == "data" and item.type in {DOCUMENT_TYPE, _LOOKUP_TYPE}
    ]
    used = {
        _base(address)
        for resource in index.graph.resources
        for addresses in (resource.references.values() if data else ())
        for address in addresses
    }
    return tuple(item for item in data if _base(item.address) not in used)


def _base(address: str) -> str:
    return address.rsplit("[", 1)[0] if address.endswith("]") else address


def _statements(resource: Resource) -> tuple[Statement, ...]:
    document = read_data_document(resource).value
    return () if isinstance(document, Unknown) else document.statements


def _principals(resource: Resource) -> tuple[Principal, ...]:
    return tuple(
        principal
        for statement in _statements(resource)
        for principal in (*statement.principals, *statement.not_principals)
    )


def _is_for_a_role(resource: Resource) -> bool:
    """Only a role is assumed, and only a role trusts an issuer of tokens."""
    actions = [action for statement in _statements(resource) for action in statement.actions]
    is_assumed = any(isinstance(action, str) and action.lower().startswith("sts:assumerole") for action in actions)
    principals = _principals(resource)
    return bool(principals) and (is_assumed or any(item.kind == "Federated" for item in principals))


def build_trust_policy(resource: Resource, index: GraphIndex) -> TrustPolicy:
    """From `aws_iam_role`, or from the document for one."""
    if resource.mode == "data":
        return TrustPolicy(resource, (), read_data_document(resource))
    return TrustPolicy(resource, (), read_policy(Source(resource), "assume_role_policy", index))


def _inline_policies(own: Source, index: GraphIndex) -> tuple[Fact[PolicyDocument], ...]:
    blocks = own.value("inline_policy")
    if blocks is None:
        return ()
    if not isinstance(blocks, list):
        # A provider also reports there what it found, so before the apply it is unknown though nobody set it.
        return (_unread(own, "inline_policy", blocks),) if _is_set(own, "inline_policy") else ()
    # What has a resource of its own is looked at there, and reported here as well.
    elsewhere = [policy.values for policy in index.attached(own.resource, _ROLE_POLICY).satellites]
    return tuple(
        read_policy(own, f"inline_policy.{number}.policy", index)
        for number, block in enumerate(blocks)
        if not (isinstance(block, dict) and any(_is_same_policy(block, values) for values in elsewhere))
        and not (isinstance(block, dict) and not block.get("policy"))
    )


def _is_same_policy(block: Mapping[str, Value], values: Mapping[str, Value]) -> bool:
    """Whether both have one name and say one thing; what is not known says nothing."""
    if not isinstance(block.get("name"), str) or block.get("name") != values.get("name"):
        return False
    one, other = block.get("policy"), values.get("policy")
    if not isinstance(one, str) or not isinstance(other, str):
        return False
    try:
        return one == other or read_json(one) == read_json(other)
    except ValueError:
        return False


def _managed_policies(own: Source, index: GraphIndex) -> tuple[Fact[str], ...]:
    value = own.value("managed_policy_arns")
    if isinstance(value, list):
        return tuple(
            fact
            for number, item in enumerate(value)
            for fact in _managed(own, f"managed_policy_arns.{number}", item, index)
        )
    return _managed(own, "managed_policy_arns", value, index) if _is_set(own, "managed_policy_arns") else ()


def _looked_up(found: Source) -> tuple[Fact[str], ...]:
    """The policy of AWS that a data source finds; nothing when it finds one of somebody's own, or may."""
    for attribute in ("arn", "name"):
        value = found.value(attribute)
        if isinstance(value, str) and (
            _AWS_WRITTEN in value
            if attribute == "arn"
            else value in _AWS_NAMES or value.startswith(_AWS_NAME_BEGINNINGS)
        ):
            return (found.fact(attribute, value),)
    return ()


def _managed(own: Source, path: str, value: Value, index: GraphIndex) -> tuple[Fact[str], ...]:
    if isinstance(value, str):
        return (own.fact(path, value),) if _AWS_WRITTEN in value else ()
    if value is None:
        return ()
    references = own.references(path)
    if isinstance(value, Unknown):
        if value.reason is UnknownReason.NOT_EVALUATED and not is_of_elsewhere(value, references):
            # It may choose between a policy of ours and one of AWS.
            return (own.fact(path, value),)
        references = origins(value, references)
    found = [index.find(address) for address in references]
    for resource in found:
        if resource is not None and resource.mode == "data" and resource.type == _LOOKUP_TYPE:
            return tuple(own.fact(path, fact.value) for fact in _looked_up(Source(resource)))
    # An expression that names a policy resource attaches that one.
    if references and all("aws_iam_policy." in f"{address}." for address in references):
        return ()
    unknown = value if isinstance(value, Unknown) else not_understood(value)
    return (own.fact(path, unknown),)


def _is_set(own: Source, name: str) -> bool:
    places = (*own.resource.references, *own.resource.attribute_positions)
    return any(place == name or place.startswith((f"{name}.", f"{name}[")) for place in places)


def _unread(own: Source, path: str, value: Value) -> Fact[PolicyDocument]:
    reason = value if isinstance(value, Unknown) else Unknown(UnknownReason.NOT_EVALUATED, "the policies are hidden")
    return own.fact(path, reason)


VIEW_TYPES: Final = (
    ViewType(
        "IdentityPolicy",
        Selection((*IDENTITY_POLICY_TYPES, DOCUMENT_TYPE, _LOOKUP_TYPE), select_identity_policies),
        build_identity_policy,
    ),
    ViewType("TrustPolicy", Selection((*ROLE_TYPES, DOCUMENT_TYPE), select_trust_policies), build_trust_policy),
)
