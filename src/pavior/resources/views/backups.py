"""Places that keep backups."""

from typing import Final

from msgspec import Struct

from pavior.resources.model import Resource
from pavior.resources.views.facts import Fact, Source
from pavior.resources.views.index import GraphIndex
from pavior.resources.views.keys import chosen_key
from pavior.resources.views.kinds import ViewType, of_types

BACKUP_STORE_TYPES: Final = ("aws_backup_vault",)


class BackupStore(Struct, frozen=True):
    """A place that keeps backups.

    Args:
        has_own_key: Encrypted with a key that the customer holds, not with one that the provider manages.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    has_own_key: Fact[bool]


def build_backup_store(resource: Resource, index: GraphIndex) -> BackupStore:
    """From `aws_backup_vault`."""
    del index
    return BackupStore(resource, (), chosen_key(Source(resource), "kms_key_arn"))


VIEW_TYPES: Final = (ViewType("BackupStore", of_types(*BACKUP_STORE_TYPES), build_backup_store),)
