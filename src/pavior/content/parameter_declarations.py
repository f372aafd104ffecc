"""Reads `[parameters.NAME]` of a control.toml: what may be chosen, its bounds, and what holds without a choice."""

import re
from collections.abc import Mapping
from typing import Final

from pavior.policy.parameters import INTEGER_TYPES, LARGEST_INTEGER, TEXT_TYPES, Parameter, ParameterType, accept

_NAME: Final = r"[a-z][a-z0-9]*(_[a-z0-9]+)*"
_BOUNDS: Final = {"minimum", "maximum"}
_WORDS: Final = {"choices", "pattern"}
_ALWAYS: Final = {"type", "default", "description"}


def read_parameters(found: object, *, is_trusted: bool = True) -> tuple[Parameter, ...]:
    """The parameters of the table, in its order; their values are the defaults, or None where there is none.

    Args:
        is_trusted: Whether patterns are taken; one that somebody wrote to stall us can take for ever.

    Raises:
        ValueError: Its text says which field must be what.
    """
    if found is None:
        return ()
    if not isinstance(found, dict) or not found:
        raise ValueError("parameters must be a table that is not empty.")
    return tuple(_parameter(name, table, is_trusted=is_trusted) for name, table in found.items())


def _parameter(name: str, table: object, *, is_trusted: bool) -> Parameter:
    place = f"parameters.{name}"
    if not re.fullmatch(_NAME, name):
        raise ValueError(f"{place} must be called in lower-case words with underscores.")
    if not isinstance(table, dict):
        raise ValueError(f"{place} must be a table.")  # noqa: TRY004 - one kind of error for all that is wrong
    kind = _type(place, table.get("type"))
    taken = _ALWAYS | (_BOUNDS if kind in INTEGER_TYPES else set()) | (_WORDS if kind in TEXT_TYPES else set())
    unknown = sorted(table.keys() - taken)
    if unknown:
        raise ValueError(f"{place} is of type {kind.value}, and cannot have {', '.join(unknown)}.")
    description = table.get("description")
    if not isinstance(description, str) or not description.strip():
        raise ValueError(f"{place}.description must be a text that is not empty.")
    bare = Parameter(
        name=name,
        type=kind,
        description=description.strip(),
        minimum=_bound(place, table, "minimum"),
        maximum=_bound(place, table, "maximum"),
        choices=_choices(place, table),
        pattern=_pattern(place, table) if is_trusted else "",
    )
    if bare.minimum is not None and bare.maximum is not None and bare.minimum > bare.maximum:
        raise ValueError(f"{place}.minimum is more than its maximum.")
    if "default" not in table:
        return bare
    try:
        value = accept(bare, table["default"])
    except ValueError as error:
        raise ValueError(f"{place}.default {error}.") from None
    return Parameter(
        bare.name, bare.type, bare.description, bare.minimum, bare.maximum, bare.choices, bare.pattern, value
    )


def _type(place: str, found: object) -> ParameterType:
    if found not in list(ParameterType):
        raise ValueError(f"{place}.type must be one of {', '.join(ParameterType)}.")
    return ParameterType(str(found))


def _bound(place: str, table: Mapping[str, object], name: str) -> int | None:
    found = table.get(name)
    if found is None:
        return None
    if isinstance(found, bool) or not isinstance(found, int) or abs(found) > LARGEST_INTEGER:
        raise ValueError(f"{place}.{name} must be an integer.")
    return found


def _choices(place: str, table: Mapping[str, object]) -> tuple[str, ...]:
    found = table.get("choices", [])
    words = tuple(item for item in found if isinstance(item, str) and item) if isinstance(found, list) else ()
    if not isinstance(found, list) or len(words) != len(found) or ("choices" in table and not words):
        raise ValueError(f"{place}.choices must be a list of texts that is not empty.")
    if words and "pattern" in table:
        raise ValueError(f"{place} has both choices and a pattern, and one says all.")
    return words


def _pattern(place: str, table: Mapping[str, object]) -> str:
    found = table.get("pattern", "")
    if not isinstance(found, str):
        raise ValueError(f"{place}.pattern must be a text.")  # noqa: TRY004 - one kind of error for all that is wrong
    try:
        re.compile(found)
    except re.error as error:
        raise ValueError(f"{place}.pattern is no regular expression, {error}.") from None
    return found
