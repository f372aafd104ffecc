"""What a provider does when nothing is said: the documented defaults, each with its source."""

from collections.abc import Mapping
from types import MappingProxyType

from pavior.resources.defaults import (
    audit_trails,
    compute,
    data_stores,
    databases,
    files_and_images,
    keys,
    kubernetes,
    logs,
    machines,
    messaging,
    networks,
    object_storage,
    people,
    web,
)
from pavior.resources.defaults.row import Default

# Raise it when a row changes: a Decision made with the old row must stay explainable.
DEFAULTS_VERSION = "2026-11"

_MODULES = (
    audit_trails,
    compute,
    data_stores,
    databases,
    files_and_images,
    keys,
    kubernetes,
    logs,
    machines,
    messaging,
    networks,
    object_storage,
    people,
    web,
)

DEFAULTS: Mapping[tuple[str, str], Default] = MappingProxyType(
    {(row.type, row.attribute): row for module in _MODULES for row in module.ROWS}
)


def get_default(resource_type: str, attribute: str) -> bool | int | str:
    """What holds when the attribute is not given. KeyError when the table has no row, which is a bug in a view."""
    return DEFAULTS[resource_type, attribute].value


def find_default(resource_type: str, attribute: str) -> bool | int | str | None:
    """What holds when the attribute is not given, or None when the table does not know."""
    row = DEFAULTS.get((resource_type, attribute))
    return None if row is None else row.value
