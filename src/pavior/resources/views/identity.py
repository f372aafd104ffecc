"""What somebody may do, and who may become them."""

from dataclasses import dataclass
from typing import Final

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import Resource, Unknown, Value
from pavior.resources.views.facts import Fact, Source, not_understood
from pavior.resources.views.index import GraphIndex, Link
from pavior.resources.views.kinds import ViewType, of_types
from pavior.resources.views.policies import PolicyDocument, read_policy

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

# Policies that AWS writes; docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html.
_AWS_WRITTEN = ":iam::aws:policy/"
_ROLE_POLICY = Link("aws_iam_role_policy", "role", ROLE_TYPES, ("name", "id"))


@dataclass(frozen=True, slots=True)
class IdentityPolicy:
    """What somebody may do.

    Args:
        documents: Policies whose text we have, each with its place.
        managed: ARNs of policies that AWS writes and changes.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    documents: tuple[Fact[PolicyDocument], ...]
    managed: tuple[Fact[str], ...] = ()


@dataclass(frozen=True, slots=True)
class TrustPolicy:
    """Who may become somebody: the policy that a role is assumed under."""

    resource: Resource
    satellites: tuple[Resource, ...]
    document: Fact[PolicyDocument]


def build_identity_policy(resource: Resource, index: GraphIndex) -> IdentityPolicy | None:
    """From a policy, the attachment of one that AWS writes, or what a role holds inline; None where nothing is granted.

    The attachment of somebody's own policy grants what that policy says, which is looked at where it stands.
    """
    own = Source(resource)
    if resource.type in _DOCUMENT_TYPES:
        return IdentityPolicy(resource, (), (read_policy(own, _DOCUMENT_TYPES[resource.type], index),))
    if resource.type in _ATTACHMENT_TYPES:
        attribute = _ATTACHMENT_TYPES[resource.type]
        managed = _managed(own, attribute, own.value(attribute))
        return IdentityPolicy(resource, (), (), managed) if managed else None
    documents = _inline_policies(own, index)
    managed = _managed_policies(own)
    return IdentityPolicy(resource, (), documents, managed) if documents or managed else None


def build_trust_policy(resource: Resource, index: GraphIndex) -> TrustPolicy:
    """From `aws_iam_role`."""
    return TrustPolicy(resource, (), read_policy(Source(resource), "assume_role_policy", index))


def _inline_policies(own: Source, index: GraphIndex) -> tuple[Fact[PolicyDocument], ...]:
    blocks = own.value("inline_policy")
    if blocks is None:
        return ()
    if not isinstance(blocks, list):
        # A provider also reports there what it found, so before the apply it is unknown though nobody set it.
        return (_unread(own, "inline_policy", blocks),) if _is_set(own, "inline_policy") else ()
    # What has a resource of its own is looked at there, and reported here as well.
    elsewhere = {policy.values.get("name") for policy in index.attached(own.resource, _ROLE_POLICY).satellites}
    return tuple(
        read_policy(own, f"inline_policy.{number}.policy", index)
        for number, block in enumerate(blocks)
        if not (isinstance(block, dict) and block.get("name") in _names(elsewhere))
        and not (isinstance(block, dict) and not block.get("policy"))
    )


def _names(values: set[Value]) -> set[str]:
    return {value for value in values if isinstance(value, str)}


def _managed_policies(own: Source) -> tuple[Fact[str], ...]:
    value = own.value("managed_policy_arns")
    if isinstance(value, list):
        return tuple(
            fact for number, item in enumerate(value) for fact in _managed(own, f"managed_policy_arns.{number}", item)
        )
    return _managed(own, "managed_policy_arns", value) if _is_set(own, "managed_policy_arns") else ()


def _managed(own: Source, path: str, value: Value) -> tuple[Fact[str], ...]:
    if isinstance(value, str):
        return (own.fact(path, value),) if _AWS_WRITTEN in value else ()
    if value is None:
        return ()
    # An expression that names a policy resource attaches that one.
    references = own.references(path)
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
    ViewType("IdentityPolicy", of_types(*IDENTITY_POLICY_TYPES), build_identity_policy),
    ViewType("TrustPolicy", of_types(*ROLE_TYPES), build_trust_policy),
)
