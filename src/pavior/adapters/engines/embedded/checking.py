"""What is wrong with the source of one resource, before anything is asked of the cloud."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pavior.adapters.engines.embedded.schema import Attribute, Kind, Schema
from pavior.adapters.engines.values import Json, Values
from pavior.resources.model import Unknown


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at a dotted path.

    Args:
        is_unsupported: Terraform would take it; this engine does not.
        why: For the person, such as `is missing`.
    """

    path: str
    why: str
    is_unsupported: bool = False


def find_problems(schema: Schema, config: Values, prefix: str = "") -> list[Problem]:
    """What of `config` this engine does not offer, what it lacks, and what is of the wrong kind. Null means not set."""
    problems: list[Problem] = []
    for name, value in config.items():
        attribute = schema.get(name)
        if value is None or (value == [] and (attribute is None or attribute.block)):
            continue
        path = prefix + name
        if attribute is None or not attribute.is_settable:
            problems.append(Problem(path, "is not offered", is_unsupported=True))
        elif not isinstance(value, Unknown):
            problems += _check_value(attribute, value, path)
    problems += [
        Problem(prefix + name, "is missing")
        for name, attribute in schema.items()
        if attribute.is_required and (config.get(name) is None or config.get(name) == [])
    ]
    return problems


def _check_value(attribute: Attribute, value: Json, path: str) -> list[Problem]:
    if attribute.block:
        return _check_blocks(attribute, value, path)
    if not _FITS[attribute.kind](value):
        return [Problem(path, f"is no {attribute.kind.value}")]
    if attribute.allowed and value not in attribute.allowed:
        return [Problem(path, f"is none of {', '.join(attribute.allowed)}")]
    return []


def _check_blocks(attribute: Attribute, value: Json, path: str) -> list[Problem]:
    if not isinstance(value, list):
        return [Problem(path, "is no block")]
    problems: list[Problem] = []
    if attribute.is_single and len(value) > 1:
        problems.append(Problem(path, "stands more than once"))
    for index, item in enumerate(value):
        if isinstance(item, dict):
            problems += find_problems(attribute.block, item, f"{path}.{index}.")
        elif not isinstance(item, Unknown):
            problems.append(Problem(f"{path}.{index}", "is no block"))
    return problems


def _is_scalar(value: Json) -> bool:
    return isinstance(value, str | int | float | bool | Unknown)


def _is_number(value: Json) -> bool:
    if isinstance(value, str):
        try:
            float(value)
        except ValueError:
            return False
        return True
    return isinstance(value, int | float | Unknown) and not isinstance(value, bool)


def _is_list(value: Json) -> bool:
    return isinstance(value, list) and all(_is_scalar(item) for item in value)


def _is_policy(value: Json) -> bool:
    if not isinstance(value, str):
        return isinstance(value, Unknown)
    try:
        return isinstance(json.loads(value), dict)
    except ValueError:
        return False


_FITS: Mapping[Kind, Callable[[Json], bool]] = MappingProxyType(
    {
        Kind.STRING: _is_scalar,
        Kind.NUMBER: _is_number,
        Kind.BOOLEAN: lambda value: isinstance(value, bool) or value in ("true", "false"),
        Kind.LIST: _is_list,
        Kind.SET: _is_list,
        Kind.MAP: lambda value: (
            isinstance(value, dict) and all(item is None or _is_scalar(item) for item in value.values())
        ),
        Kind.POLICY: _is_policy,
    }
)
