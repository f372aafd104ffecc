"""File systems that several machines share, and the doors into them."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.defaults import get_default
from pavior.resources.model import Resource, Unknown, Value
from pavior.resources.views.facts import Fact, Source, Truth, all_of, any_of, ask, negated, read_text
from pavior.resources.views.granting import matches
from pavior.resources.views.index import Attached, GraphIndex, Link, is_meant
from pavior.resources.views.keys import chosen_key
from pavior.resources.views.kinds import ViewType, of_types
from pavior.resources.views.written import as_written

_SHARED = "aws_efs_file_system"
# These are always encrypted; docs.aws.amazon.com/fsx/latest/WindowsGuide/encryption-at-rest.html and its like.
_ALWAYS_ENCRYPTED = (
    "aws_fsx_lustre_file_system",
    "aws_fsx_ontap_file_system",
    "aws_fsx_openzfs_file_system",
    "aws_fsx_windows_file_system",
)
FILE_SYSTEM_TYPES: Final = (_SHARED, *_ALWAYS_ENCRYPTED)
ACCESS_POINT_TYPES: Final = ("aws_efs_access_point",)
_OWN_BACKUP = Link("aws_efs_backup_policy", "file_system_id", (_SHARED,))
_SELECTION = "aws_backup_selection"
_EVERY_ONE = (":file-system/*", "elasticfilesystem:*:*:*")


class FileSystem(Struct, frozen=True):
    """A file system.

    Args:
        has_own_key: Encrypted with a key that the customer holds, not with one that the provider manages.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    is_encrypted: Fact[bool]
    has_own_key: Fact[bool]


class FileBackup(Struct, frozen=True):
    """Whether a file system is copied somewhere regularly."""

    resource: Resource
    satellites: tuple[Resource, ...]
    is_backed_up: Fact[bool]


class FileAccessPoint(Struct, frozen=True):
    """A door into a file system.

    Args:
        has_own_root: It leads to a folder, not to everything.
        has_own_user: Whoever comes through it acts as one user, whatever they say they are.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    has_own_root: Fact[bool]
    has_own_user: Fact[bool]


def build_file_system(resource: Resource, index: GraphIndex) -> FileSystem:
    """From `aws_efs_file_system`, or one of those that are always encrypted."""
    own = Source(resource)
    key = chosen_key(own, "kms_key_id", index)
    if resource.type in _ALWAYS_ENCRYPTED:
        return FileSystem(resource, (), own.fact("kms_key_id", value=True), key)
    encrypted = own.truth("encrypted")
    if not own.is_written("encrypted"):
        encrypted = own.fact("encrypted", get_default(_SHARED, "encrypted") is True)
    return FileSystem(resource, (), encrypted, key if encrypted.value is True else encrypted)


def build_file_backup(resource: Resource, index: GraphIndex) -> FileBackup:
    """From `aws_efs_file_system`, its own backup, and the plans that may choose it."""
    attached = index.attached(resource, _OWN_BACKUP)
    selections = index.of_type(_SELECTION)
    satellites = (*attached.satellites, *selections)
    perhaps: Fact[bool] | None = None
    for selection in selections:
        chosen = _chooses(Source(as_written(selection), selection.address), resource)
        if chosen is True:
            return FileBackup(resource, satellites, Fact(chosen, "resources", selection.address))
        if chosen is not False:
            perhaps = perhaps or Fact(chosen, "resources", selection.address)
    own = _own_backup(attached, index)
    return FileBackup(resource, satellites, own if perhaps is None or own.value is True else perhaps)


def _own_backup(attached: Attached, index: GraphIndex) -> Fact[bool]:
    source = index.decide(attached, Fact(value=False))
    if isinstance(source, Fact):
        return source
    status = source.text("backup_policy.0.status")
    is_on = ask(status.value, lambda word: word in ("ENABLED", "ENABLING"))
    return source.fact(status.attribute, is_on)


def build_access_point(resource: Resource, index: GraphIndex) -> FileAccessPoint:
    """From `aws_efs_access_point`."""
    del index
    own = Source(resource)
    path = own.text("root_directory.0.path")
    is_folder: Truth = ask(path.value, lambda text: text.strip("/ ") != "")
    if not own.is_written("root_directory.0.path"):
        is_folder = False
    user = own.value("posix_user")
    has_user: Truth = user if isinstance(user, Unknown) else bool(user)
    return FileAccessPoint(
        resource=resource,
        satellites=(),
        has_own_root=own.fact(path.attribute, is_folder),
        has_own_user=own.fact("posix_user", has_user),
    )


def _chooses(selection: Source, resource: Resource) -> Truth:
    """Whether a backup plan takes this one: by name, by a pattern, or by its tags."""
    # Conditions narrow what is chosen, by tags that are compared there.
    is_narrowed: Truth = _not_told() if selection.value("condition") else False
    return all_of((_is_chosen(selection, resource), negated(_is_left_out(selection, resource)), negated(is_narrowed)))


def _is_left_out(selection: Source, resource: Resource) -> Truth:
    if resource.address in selection.references("not_resources"):
        return True
    items = list(_items(selection.value("not_resources")))
    arn = resource.values.get("arn")
    found: list[Truth] = []
    for item in items:
        if not isinstance(item, str):
            continue
        if isinstance(arn, str):
            found.append(matches(item, arn))
        elif item == "*" or item.endswith(_EVERY_ONE):
            found.append(True)
        elif "elasticfilesystem" in item or "*" in ":".join(item.split(":")[:3]):
            found.append(Unknown(UnknownReason.NOT_EVALUATED, "the backup plan leaves out some by a pattern"))
    unknowns = [item for item in items if isinstance(item, Unknown)]
    if len(unknowns) > len(selection.references("not_resources")):
        found.append(unknowns[-1])
    return any_of(found)


def _is_chosen(selection: Source, resource: Resource) -> Truth:
    if resource.address in selection.references("resources"):
        named = list(_items(selection.value("resources")))
        doubt = next((item for item in named if isinstance(item, Unknown)), None)
        if doubt is None or any(is_meant(item, resource) for item in named):
            return True
        # It is only mentioned.
        return doubt
    tags = resource.values.get("tags_all") or resource.values.get("tags")
    return any_of(
        (
            _names(selection, resource),
            *(_wants(block, tags) for block in _items(selection.value("selection_tag"))),
        )
    )


def _names(selection: Source, resource: Resource) -> Truth:
    items = list(_items(selection.value("resources")))
    arn = resource.values.get("arn")
    texts = [item for item in items if isinstance(item, str)]
    if any(text in (arn, "*") or text.endswith(_EVERY_ONE) for text in texts):
        return True
    unknowns = [item for item in items if isinstance(item, Unknown)]
    # An item that mentions something else is that.
    return unknowns[-1] if len(unknowns) > len(selection.references("resources")) else False


def _wants(block: Value, tags: Value) -> Truth:
    if not isinstance(block, dict):
        return block if isinstance(block, Unknown) else False
    if isinstance(tags, Unknown):
        return tags
    key, value = read_text(block.get("key")), read_text(block.get("value"))
    given = tags if isinstance(tags, dict) else {}
    if isinstance(key, Unknown):
        return key
    found = given.get(key)
    if found is None:
        return False
    actual = read_text(found)
    return actual if isinstance(actual, Unknown) else all_of((ask(value, lambda wanted: wanted == actual),))


def _not_told() -> Unknown:
    return Unknown(UnknownReason.NOT_EVALUATED, "the backup plan chooses with conditions")


def _items(value: Value) -> Iterator[Value]:
    if isinstance(value, list):
        yield from value
    elif value is not None:
        yield value


VIEW_TYPES: Final = (
    ViewType("FileSystem", of_types(*FILE_SYSTEM_TYPES), build_file_system),
    ViewType("FileBackup", of_types(_SHARED), build_file_backup),
    ViewType("FileAccessPoint", of_types(*ACCESS_POINT_TYPES), build_access_point),
)
