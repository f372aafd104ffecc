"""People with an account of their own: what passwords must be like, and what is granted to one person."""

from typing import Final

from msgspec import Struct

from pavior.resources.model import Resource
from pavior.resources.views.facts import Fact, Source
from pavior.resources.views.index import GraphIndex
from pavior.resources.views.kinds import ViewType, of_types
from pavior.resources.views.nested import is_given

PASSWORD_TYPES: Final = ("aws_iam_account_password_policy",)
_LIST = "aws_iam_policy_attachment"
_OF_USERS = ("aws_iam_user_policy", "aws_iam_user_policy_attachment")
_OF_OTHERS = (
    "aws_iam_group_policy",
    "aws_iam_group_policy_attachment",
    "aws_iam_role_policy",
    "aws_iam_role_policy_attachment",
)
GRANT_TYPES: Final = (_LIST, *_OF_USERS, *_OF_OTHERS)


class PasswordRules(Struct, frozen=True):
    """What a password must be like.

    Args:
        wants: For each kind of character, whether one of it must be there.
        remembered: How many earlier passwords cannot be taken again.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    min_length: Fact[int]
    wants: tuple[Fact[bool], ...]
    remembered: Fact[int]


class Grant(Struct, frozen=True):
    """A policy that is given to somebody. `names_user`: to a person, not to a group or a role."""

    resource: Resource
    satellites: tuple[Resource, ...]
    names_user: Fact[bool]


def build_password_rules(resource: Resource, index: GraphIndex) -> PasswordRules:
    """From `aws_iam_account_password_policy`."""
    del index
    own = Source(resource)
    kinds = ("lowercase_characters", "uppercase_characters", "numbers", "symbols")
    return PasswordRules(
        resource=resource,
        satellites=(),
        min_length=own.number("minimum_password_length"),
        wants=tuple(own.truth(f"require_{kind}") for kind in kinds),
        remembered=own.number("password_reuse_prevention"),
    )


def build_grant(resource: Resource, index: GraphIndex) -> Grant:
    """From inline policies and from attachments."""
    del index
    own = Source(resource)
    if resource.type == _LIST:
        return Grant(resource, (), is_given(own, "users"))
    # The others name one always, whoever that is.
    return Grant(resource, (), own.fact("user", value=True) if resource.type in _OF_USERS else Fact(value=False))


VIEW_TYPES: Final = (
    ViewType("Grant", of_types(*GRANT_TYPES), build_grant),
    ViewType("PasswordRules", of_types(*PASSWORD_TYPES), build_password_rules),
)
