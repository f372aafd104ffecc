"""Disks that machines write to, and what a region does with new ones."""

from typing import Final

from msgspec import Struct

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import Resource, Unknown
from pavior.resources.views.facts import Fact, Source
from pavior.resources.views.index import GraphIndex
from pavior.resources.views.keys import own_key
from pavior.resources.views.kinds import ViewType, of_types
from pavior.resources.views.machine import MACHINE_TYPES, TEMPLATE_TYPE, said_by, template_of
from pavior.resources.views.written import as_written, block_paths, is_set

VOLUME_TYPE: Final = "aws_ebs_volume"
_BY_DEFAULT = "aws_ebs_encryption_by_default"
_ROOT, _MORE, _MAPPINGS = "root_block_device", "ebs_block_device", "block_device_mappings"


class Disks(Struct, frozen=True):
    """A disk, or all disks of a machine.

    Args:
        are_encrypted: One fact for each.
        have_own_key: One fact for each: encrypted with a key that the customer holds.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    are_encrypted: tuple[Fact[bool], ...]
    have_own_key: tuple[Fact[bool], ...]


class DiskDefault(Struct, frozen=True):
    """What a region does with disks of which nobody said whether they are encrypted."""

    resource: Resource
    satellites: tuple[Resource, ...]
    encrypts: Fact[bool]


def build_disks(resource: Resource, index: GraphIndex) -> Disks:
    """From `aws_ebs_volume`, or from a machine or template with its disks."""
    own = Source(as_written(resource))
    found = [_disk(own, "", index)] if resource.type == VOLUME_TYPE else _of_machine(own, index)
    return Disks(resource, (), tuple(fact for fact, _ in found), tuple(fact for _, fact in found))


def build_disk_default(resource: Resource, index: GraphIndex) -> DiskDefault:
    """From `aws_ebs_encryption_by_default`."""
    del index
    return DiskDefault(resource, (), Source(resource).truth("enabled"))


def _of_machine(own: Source, index: GraphIndex) -> list[tuple[Fact[bool], Fact[bool]]]:
    if own.resource.type == TEMPLATE_TYPE:
        return _of_template(own, index)
    root = said_by(own, _ROOT, index)
    if isinstance(root, Unknown):
        return [(Fact(root), Fact(root))]
    if root is not own:
        return [*_of_template(root, index), *_at(own, _MORE, index)]
    # A machine always has a root disk, also when nobody writes about it.
    found = [*(_at(own, _ROOT, index) or [_disk(own, f"{_ROOT}.0.", index)]), *_at(own, _MORE, index)]
    template = template_of(own, index)
    # It may add disks to those that the machine names.
    return [*found, (Fact(template), Fact(template))] if isinstance(template, Unknown) else found


def _of_template(template: Source, index: GraphIndex) -> list[tuple[Fact[bool], Fact[bool]]]:
    paths = block_paths(template, _MAPPINGS)
    if isinstance(paths, Unknown):
        fact: Fact[bool] = template.fact(_MAPPINGS, paths)
        return [(fact, fact)]
    # Without an `ebs` block a mapping is about a disk that the machine's host lends, or about none.
    disks = [path for path in paths if template.value(f"{path}.ebs") not in (None, [])]
    return [_disk(template, f"{path}.ebs.0.", index) for path in disks] or [
        _disk(template, f"{_MAPPINGS}.0.ebs.0.", index)
    ]


def _at(own: Source, name: str, index: GraphIndex) -> list[tuple[Fact[bool], Fact[bool]]]:
    paths = block_paths(own, name)
    if isinstance(paths, Unknown):
        fact: Fact[bool] = own.fact(name, paths)
        return [(fact, fact)]
    return [_disk(own, f"{path}.", index) for path in paths]


def _disk(source: Source, prefix: str, index: GraphIndex) -> tuple[Fact[bool], Fact[bool]]:
    """Whether it is encrypted, and whether with a key of ours."""
    encrypted, key = f"{prefix}encrypted", f"{prefix}kms_key_id"
    regional = _regional(index) if source.value(encrypted) is None else None
    if regional is None and source.value(encrypted) is None and is_set(source, f"{prefix}snapshot_id") is not False:
        copied: Fact[bool] = source.fact(
            f"{prefix}snapshot_id",
            Unknown(UnknownReason.NOT_EVALUATED, "it is as its snapshot is, and that is not in sight"),
        )
        return copied, copied
    is_encrypted = source.truth(encrypted) if regional is None else regional
    # The key alone does not switch encryption on for a launch, so what says `encrypted` decides.
    if is_encrypted.value is not True:
        return is_encrypted, is_encrypted
    named = source.value(key) is not None
    own = own_key(source, key)
    return is_encrypted, own if named else source.fact(encrypted, own.value)


def _regional(index: GraphIndex) -> Fact[bool] | None:
    """What the region says of disks of which nobody says it; None when it is not told, or not switched on."""
    said = [Source(item, item.address).truth("enabled") for item in index.of_type(_BY_DEFAULT)]
    least = next((fact for fact in said if fact.value is False), None)
    if not said or least is not None:
        return None
    return next((fact for fact in said if isinstance(fact.value, Unknown)), said[0])


VIEW_TYPES: Final = (
    ViewType("Disks", of_types(VOLUME_TYPE, *MACHINE_TYPES), build_disks),
    ViewType("DiskDefault", of_types(_BY_DEFAULT), build_disk_default),
)
