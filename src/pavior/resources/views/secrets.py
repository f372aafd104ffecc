"""Secrets that a service of the provider keeps."""

from typing import Final

from msgspec import Struct

from pavior.resources.model import Resource, Unknown
from pavior.resources.views.facts import Fact, Source, any_of
from pavior.resources.views.index import GraphIndex, Link
from pavior.resources.views.keys import chosen_key
from pavior.resources.views.kinds import ViewType, of_types

_SECRET = "aws_secretsmanager_secret"  # noqa: S105 - a type
_PARAMETER = "aws_ssm_parameter"
SECRET_TYPES: Final = (_SECRET, _PARAMETER)
_ENCRYPTED = "SecureString"
_ROTATION = Link("aws_secretsmanager_secret_rotation", "secret_id", (_SECRET,), ("id", "arn"))
# Any of them says when the next rotation is.
_RULES = ("rotation_rules.0.automatically_after_days", "rotation_rules.0.schedule_expression")


class Secret(Struct, frozen=True):
    """A secret.

    Args:
        has_own_key: Encrypted with a key that the customer holds, not with one that the provider manages.
        can_rotate: The service that keeps it can replace it.
        rotates: It is replaced regularly.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    has_own_key: Fact[bool]
    can_rotate: bool
    rotates: Fact[bool]


def build_secret(resource: Resource, index: GraphIndex) -> Secret | None:
    """From `aws_secretsmanager_secret`, or a parameter whose type says that it is secret; None for other parameters."""
    own = Source(resource)
    if resource.type == _PARAMETER:
        kind = own.text("type")
        if not isinstance(kind.value, Unknown) and kind.value != _ENCRYPTED:
            return None
        key = own.fact("type", kind.value) if isinstance(kind.value, Unknown) else chosen_key(own, "key_id")
        return Secret(resource, (), key, can_rotate=False, rotates=own.fact("", value=False))
    attached = index.attached(resource, _ROTATION)
    inline = _rotation(own)
    is_elsewhere = inline.value is False or bool(attached.satellites)
    source = index.decide(attached, Fact(value=False)) if is_elsewhere else inline
    return Secret(
        resource=resource,
        satellites=attached.satellites,
        has_own_key=chosen_key(own, "kms_key_id"),
        can_rotate=True,
        rotates=source if isinstance(source, Fact) else _rotation(source),
    )


def _rotation(source: Source) -> Fact[bool]:
    found = [source.value(path) for path in _RULES if source.is_written(path)]
    is_on = any_of(value if isinstance(value, Unknown) else value not in ("", 0) for value in found)
    return source.fact("rotation_rules", is_on)


VIEW_TYPES: Final = (ViewType("Secret", of_types(*SECRET_TYPES), build_secret),)
