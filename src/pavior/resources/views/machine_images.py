"""Images that machines are started from."""

from typing import Final

from msgspec import Struct

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import Resource, Unknown
from pavior.resources.views.facts import Fact, Source
from pavior.resources.views.index import GraphIndex
from pavior.resources.views.keys import own_key
from pavior.resources.views.kinds import ViewType, of_types
from pavior.resources.views.nested import blocks

_IMAGE, _COPY, _RECIPE = "aws_ami", "aws_ami_copy", "aws_imagebuilder_image_recipe"
IMAGE_TYPES: Final = (_COPY, _IMAGE, _RECIPE)


class ImageVolume(Struct, frozen=True):
    """A disk in an image.

    Args:
        has_own_key: Encrypted with a key of ours, or None where the image cannot say it.
    """

    is_encrypted: Fact[bool]
    has_own_key: Fact[bool] | None = None


class MachineImage(Struct, frozen=True):
    """An image.

    Args:
        unread: Why not every disk could be read, or None.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    volumes: tuple[ImageVolume, ...]
    unread: Unknown | None = None


def build_machine_image(resource: Resource, index: GraphIndex) -> MachineImage:
    """From `aws_ami`, `aws_ami_copy` and `aws_imagebuilder_image_recipe`."""
    del index
    own = Source(resource)
    if resource.type == _COPY:
        return MachineImage(resource, (), (ImageVolume(own.truth("encrypted"), own_key(own, "kms_key_id")),))
    paths = blocks(own, "ebs_block_device" if resource.type == _IMAGE else "block_device_mapping")
    if isinstance(paths, Unknown):
        return MachineImage(resource, (), (), paths)
    if resource.type == _IMAGE:
        return MachineImage(resource, (), tuple(ImageVolume(_of_image(own, place)) for place in paths))
    disks: list[str] = []
    for place in paths:
        inner = blocks(own, f"{place}.ebs")
        if isinstance(inner, Unknown):
            return MachineImage(resource, (), (), inner)
        disks += inner
    return MachineImage(
        resource,
        (),
        tuple(ImageVolume(own.truth(f"{disk}.encrypted"), own_key(own, f"{disk}.kms_key_id")) for disk in disks),
    )


def _of_image(own: Source, place: str) -> Fact[bool]:
    if own.value(f"{place}.encrypted") is None and own.value(f"{place}.snapshot_id"):
        # A disk that is made from a snapshot is encrypted when that is.
        what = "the disk is as its snapshot is, which is not in this code"
        return own.fact(f"{place}.snapshot_id", Unknown(UnknownReason.NOT_EVALUATED, what))
    return own.truth(f"{place}.encrypted")


VIEW_TYPES: Final = (ViewType("MachineImage", of_types(*IMAGE_TYPES), build_machine_image),)
