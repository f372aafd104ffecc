"""Places that keep images of containers."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from pavior.resources.model import Resource, Unknown, Value
from pavior.resources.views.facts import Fact, Source, Truth, all_of, any_of, ask, read_text
from pavior.resources.views.index import GraphIndex
from pavior.resources.views.kinds import ViewType, of_types

IMAGE_REGISTRY_TYPES: Final = ("aws_ecr_repository",)
# One for all repositories of the registry; docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning.html.
_WHOLE_REGISTRY = "aws_ecr_registry_scanning_configuration"
_SCANNING = ("SCAN_ON_PUSH", "CONTINUOUS_SCAN")


class ImageRegistry(Struct, frozen=True):
    """A place that keeps images.

    Args:
        uses_key_service: Encrypted through the provider's key service, with a key whose use is on record.
        has_fixed_tags: A tag that was given to an image stays with that image.
        scans_on_push: Each image is looked through for known flaws when it comes in.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    uses_key_service: Fact[bool]
    has_fixed_tags: Fact[bool]
    scans_on_push: Fact[bool]


def build_image_registry(resource: Resource, index: GraphIndex) -> ImageRegistry:
    """From `aws_ecr_repository` and what is set for the whole registry."""
    own = Source(resource)
    kind, tags = own.text("encryption_configuration.0.encryption_type"), own.text("image_tag_mutability")
    return ImageRegistry(
        resource=resource,
        satellites=index.of_type(_WHOLE_REGISTRY),
        uses_key_service=own.fact(kind.attribute, ask(kind.value, lambda word: word.startswith("KMS"))),
        has_fixed_tags=own.fact(tags.attribute, ask(tags.value, lambda word: word == "IMMUTABLE")),
        scans_on_push=_scans(own, index),
    )


def _scans(own: Source, index: GraphIndex) -> Fact[bool]:
    said = own.truth("image_scanning_configuration.0.scan_on_push")
    if said.value is True:
        return said
    for registry in index.of_type(_WHOLE_REGISTRY):
        value = any_of(_scans_everything(rule) for rule in _items(registry.values.get("rule")))
        if value is not False:
            return Fact(value, "rule", registry.address)
    return said


def _scans_everything(rule: Value) -> Truth:
    if not isinstance(rule, dict):
        return rule if isinstance(rule, Unknown) else False
    filters = (
        ask(read_text(item.get("filter")), lambda text: text == "*") if isinstance(item, dict) else False
        for item in _items(rule.get("repository_filter"))
    )
    return all_of((ask(read_text(rule.get("scan_frequency")), lambda word: word in _SCANNING), any_of(filters)))


def _items(value: Value) -> Iterator[Value]:
    if isinstance(value, list):
        yield from value
    elif value is not None:
        yield value


VIEW_TYPES: Final = (ViewType("ImageRegistry", of_types(*IMAGE_REGISTRY_TYPES), build_image_registry),)
