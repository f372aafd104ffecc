"""What a provider does when nothing is said: the documented defaults, each with its source."""

from collections.abc import Mapping
from functools import cache, lru_cache
from importlib import import_module
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


# Beginning of a type's name to the module with its rows, which is imported when such a type is met.
_ELSEWHERE = {"azurerm": "azure", "google": "google"}


def get_default(resource_type: str, attribute: str) -> bool | int | str:
    """What holds when the attribute is not given. KeyError when the table has no row, which is a bug in a view."""
    return _rows_for(resource_type)[resource_type, attribute].value


# A few hundred questions are asked again of each resource.
@lru_cache(maxsize=4096)
def find_default(resource_type: str, attribute: str) -> bool | int | str | None:
    """What holds when the attribute is not given, or None when the table does not know."""
    row = find_row(resource_type, attribute)
    return None if row is None else row.value


def find_row(resource_type: str, attribute: str) -> Default | None:
    """The same with its source."""
    return _rows_for(resource_type).get((resource_type, attribute))


def all_defaults() -> Mapping[tuple[str, str], Default]:
    """The rows of all clouds."""
    return {**DEFAULTS, **{key: row for module in _ELSEWHERE.values() for key, row in _rows_of(module).items()}}


def _rows_for(resource_type: str) -> Mapping[tuple[str, str], Default]:
    module = _ELSEWHERE.get(resource_type.partition("_")[0])
    return DEFAULTS if module is None else _rows_of(module)


@cache
def _rows_of(module: str) -> Mapping[tuple[str, str], Default]:
    rows = import_module(f"pavior.resources.defaults.{module}").ROWS
    return {(row.type, row.attribute): row for row in rows}
