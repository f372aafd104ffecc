"""What an organisation may choose about a control: what is declared, what it may be, and what is in force. Pure."""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TypeAlias, TypeGuard

from msgspec import Struct, structs

_TEXT = frozenset((str,))
LONGEST_VALUE = 200
MOST_ITEMS = 1_000
# Beyond it, JSON of others no longer counts exactly.
LARGEST_INTEGER = 2**53

ParameterValue: TypeAlias = int | bool | str | tuple[int | str, ...]


class ParameterType(StrEnum):
    """What kind of value it takes."""

    INTEGER = "integer"
    BOOLEAN = "boolean"
    TEXT = "text"
    TEXTS = "texts"
    INTEGERS = "integers"


INTEGER_TYPES = (ParameterType.INTEGER, ParameterType.INTEGERS)
TEXT_TYPES = (ParameterType.TEXT, ParameterType.TEXTS)
LIST_TYPES = (ParameterType.TEXTS, ParameterType.INTEGERS)


class Parameter(Struct, frozen=True):
    """One choice that a control leaves to whoever runs it.

    Args:
        description: What it means, in one sentence, with its unit.
        minimum: Least integer, or least of each item of a list of integers; None for no bound.
        maximum: The same, the other way.
        choices: The only texts that are taken; empty for any.
        pattern: Regular expression that each text matches from its beginning to its end; empty for any.
        value: What is in force; None when nobody has chosen and there is no default: the control is then not asked.
        origin: Where the value was chosen, as `pavior.yaml:7`; empty when it is the control's own default.
    """

    name: str
    type: ParameterType
    description: str
    minimum: int | None = None
    maximum: int | None = None
    choices: tuple[str, ...] = ()
    pattern: str = ""
    value: ParameterValue | None = None
    origin: str = ""


class Parameters:
    """The values in force, as a rule gets them: each asked for by the type that the control declares.

    A name that is not declared raises KeyError, and a wrong type TypeError: the rule is then `errored`.
    """

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, ParameterValue]) -> None:
        self._values = values

    def integer(self, name: str) -> int:
        """A whole number within its bounds."""
        value = self._values[name]
        if isinstance(value, bool) or not isinstance(value, int):
            raise _wrong(name, ParameterType.INTEGER)
        return value

    def boolean(self, name: str) -> bool:
        """A yes or no."""
        value = self._values[name]
        if not isinstance(value, bool):
            raise _wrong(name, ParameterType.BOOLEAN)
        return value

    def text(self, name: str) -> str:
        """A text that is not empty."""
        value = self._values[name]
        if not isinstance(value, str):
            raise _wrong(name, ParameterType.TEXT)
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """At least one text, each once, in the order in which they were written."""
        value = self._values[name]
        if not _are_texts(value):
            raise _wrong(name, ParameterType.TEXTS)
        return value

    def integers(self, name: str) -> tuple[int, ...]:
        """At least one whole number, each once, in the order in which they were written."""
        value = self._values[name]
        if not isinstance(value, tuple):
            raise _wrong(name, ParameterType.INTEGERS)
        numbers = tuple(item for item in value if isinstance(item, int))
        if len(numbers) != len(value):
            raise _wrong(name, ParameterType.INTEGERS)
        return numbers


def _are_texts(value: ParameterValue) -> TypeGuard[tuple[str, ...]]:
    return isinstance(value, tuple) and _TEXT.issuperset(map(type, value))


def _wrong(name: str, wanted: ParameterType) -> TypeError:
    return TypeError(f"The parameter {name} is not of type {wanted.value}.")


def values_of(parameters: Iterable[Parameter]) -> Parameters:
    """What a rule is given. Only of parameters that all have a value."""
    return Parameters({item.name: item.value for item in parameters if item.value is not None})


def accept(parameter: Parameter, given: object) -> ParameterValue:
    """The value that `given`, as YAML or TOML has it, means for this parameter.

    Raises:
        ValueError: Its text says what the value must be, as in `must be an integer of at least 1`.
    """
    match parameter.type:
        case ParameterType.INTEGER:
            return _integer(parameter, given)
        case ParameterType.BOOLEAN:
            return _boolean(parameter, given)
        case ParameterType.TEXT:
            return _text(parameter, given)
        case ParameterType.TEXTS:
            return _once(parameter, tuple(_text(parameter, item) for item in _items(parameter, given)))
        case ParameterType.INTEGERS:
            return _once(parameter, tuple(_integer(parameter, item) for item in _items(parameter, given)))


def _boolean(parameter: Parameter, given: object) -> bool:
    if given is True or given is False:
        return given
    raise ValueError(_wanted(parameter))


def _integer(parameter: Parameter, given: object) -> int:
    # Of Python's types, a yes or no is a number too.
    if isinstance(given, bool) or not isinstance(given, int) or abs(given) > LARGEST_INTEGER:
        raise ValueError(_wanted(parameter))
    if parameter.minimum is not None and given < parameter.minimum:
        raise ValueError(_wanted(parameter))
    if parameter.maximum is not None and given > parameter.maximum:
        raise ValueError(_wanted(parameter))
    return given


def _text(parameter: Parameter, given: object) -> str:
    if not isinstance(given, str) or not given.strip() or len(given) > LONGEST_VALUE:
        raise ValueError(_wanted(parameter))
    if parameter.choices and given not in parameter.choices:
        raise ValueError(_wanted(parameter))
    if parameter.pattern and not re.fullmatch(parameter.pattern, given):
        raise ValueError(_wanted(parameter))
    return given


def _items(parameter: Parameter, given: object) -> list[object]:
    # An empty list would switch the control off, and look as if it passed.
    if not isinstance(given, list) or not 0 < len(given) <= MOST_ITEMS:
        raise ValueError(_wanted(parameter))
    return given


def _once(parameter: Parameter, items: ParameterValue) -> ParameterValue:
    if isinstance(items, tuple) and len(set(items)) != len(items):
        raise ValueError(f"{_wanted(parameter)}, each once")
    return items


def _wanted(parameter: Parameter) -> str:
    words = {
        ParameterType.INTEGER: "must be an integer",
        ParameterType.BOOLEAN: "must be true or false",
        ParameterType.TEXT: "must be a text",
        ParameterType.TEXTS: "must be a list, not an empty one, of texts",
        ParameterType.INTEGERS: "must be a list, not an empty one, of integers",
    }
    return words[parameter.type] + bounds_text(parameter)


def bounds_text(parameter: Parameter) -> str:
    """What limits a value, as it follows the words about its type: ` from 1 to 3653`; empty for no limit."""
    low, high = parameter.minimum, parameter.maximum
    if low is not None and high is not None:
        return f" from {low} to {high}"
    if low is not None:
        return f" of at least {low}"
    if high is not None:
        return f" of at most {high}"
    if parameter.choices:
        return f" out of {', '.join(parameter.choices)}"
    return f" matching {parameter.pattern}" if parameter.pattern else ""


def with_value(parameter: Parameter, value: ParameterValue, origin: str) -> Parameter:
    """The parameter with another value in force."""
    return structs.replace(parameter, value=value, origin=origin)


def version_with(version: str, declared: Iterable[Parameter], chosen: Iterable[Parameter]) -> str:
    """The version of a control with the `chosen` values: its own where they are the defaults, else one that names them.

    The defaults themselves stand in the control's description, and so are part of its own version. Where a value was
    chosen does not matter, only what it is.
    """
    defaults = {item.name: item.value for item in declared}
    differing = {item.name: item.value for item in chosen if item.value != defaults[item.name]}
    if not differing:
        return version
    # Only where somebody chose: the library of hashes alone takes as long as reading a small plan.
    import hashlib
    import json

    words = json.dumps(differing, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{version}\n{words}".encode()).hexdigest()


def value_text(value: ParameterValue | None) -> str:
    """For people: `365`, `true`, `eu-west-1, eu-central-1`; `none` for an empty list, `not set` for None."""
    match value:
        case None:
            return "not set"
        case bool():
            return "true" if value else "false"
        case tuple():
            return ", ".join(str(item) for item in value) or "none"
        case _:
            return str(value)


def origin_text(parameter: Parameter) -> str:
    """For people: where the value in force comes from."""
    if parameter.value is None:
        return "nobody has chosen one, so the control is not asked"
    return parameter.origin or "the control's default"
