"""Keys, and whether something is encrypted with one of ours."""

from typing import Final

from msgspec import Struct

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import Resource, Sensitive, Unknown, Value
from pavior.resources.views.facts import Fact, Source, hidden, is_looked_up, is_of_elsewhere, origins, type_of
from pavior.resources.views.index import GraphIndex
from pavior.resources.views.kinds import ViewType, of_types

KEY_TYPES: Final = ("aws_kms_key",)
_OWN_KEY_TYPES = ("aws_kms_key", "aws_kms_alias", "aws_kms_replica_key", "aws_kms_external_key")
# Every alias below this belongs to a key that AWS manages; docs.aws.amazon.com/kms/latest/developerguide/concepts.html.
_AWS_MANAGED = "alias/aws/"


class Key(Struct, frozen=True):
    """A key that encrypts other things.

    Args:
        is_enabled: It can be used; while it is not, what it encrypted cannot be read.
        is_symmetric: AWS can replace the material of symmetric keys only.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    is_enabled: Fact[bool]
    rotates: Fact[bool]
    is_symmetric: Fact[bool]


def build_key(resource: Resource, index: GraphIndex) -> Key:
    """From `aws_kms_key`."""
    del index
    own = Source(resource)
    spec = own.text("customer_master_key_spec")
    is_symmetric = spec.value if isinstance(spec.value, Unknown) else spec.value == "SYMMETRIC_DEFAULT"
    return Key(
        resource=resource,
        satellites=(),
        is_enabled=own.truth("is_enabled"),
        rotates=own.truth("enable_key_rotation"),
        is_symmetric=own.fact(spec.attribute, is_symmetric),
    )


def own_key(source: Source, path: str) -> Fact[bool]:
    """Whether the key named at `path` is one that the customer holds; false when none is named."""
    return source.fact(path, _is_own(source.value(path), source.references(path)))


def chosen_key(source: Source, path: str) -> Fact[bool]:
    """The same, where a provider also reports the key that it takes when nobody names one, which is none of ours."""
    return own_key(source, path) if source.is_written(path) else source.fact(path, value=False)


def _is_own(value: Value, references: tuple[str, ...]) -> bool | Unknown:
    if value is None or value == "":
        return False
    if isinstance(value, Sensitive):
        return hidden()
    if isinstance(value, Unknown):
        # An expression that was not evaluated may choose between our key and none; a data source finds any key.
        named = origins(value, references)
        # A reference to a key in a file that was not read is a plain one.
        is_made = is_of_elsewhere(value, references) or value.reason is UnknownReason.KNOWN_AFTER_APPLY
        if not is_made or any(map(is_looked_up, named)):
            return value
        return True if any(map(_is_our_key, named)) else value
    if not isinstance(value, str):
        return Unknown(UnknownReason.NOT_EVALUATED, "the key is not named by a text")
    return _AWS_MANAGED not in value


def _is_our_key(address: str) -> bool:
    return type_of(address) in _OWN_KEY_TYPES


VIEW_TYPES: Final = (ViewType("Key", of_types(*KEY_TYPES), build_key),)
