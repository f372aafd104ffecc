"""What a command answers: a document for programs, and parts for people. Commands return it; nothing else prints."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import TypeAlias

from msgspec import Struct

from pavior.kernel.clock import format_instant
from pavior.kernel.refs import Ref
from pavior.resources.codec import encode_value
from pavior.resources.model import Sensitive, Unknown

# 1 says that the command worked and the answer is no: a Change was blocked, a chain is broken, a control failed.
ANSWER_IS_NO = 1

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


class Text(Struct, frozen=True):
    """A paragraph."""

    text: str


class Table(Struct, frozen=True):
    """Rows under headings; `empty` stands instead when there are none."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    empty: str


class Facts(Struct, frozen=True):
    """Names and values of one thing, in order; empty values are left out."""

    rows: tuple[tuple[str, str], ...]


Part: TypeAlias = Text | Table | Facts


class Answer(Struct, frozen=True):
    """What was asked for.

    Args:
        document: Anything `to_json` takes; the only thing `--json` prints.
        parts: What people see, in order.
        exit_status: 0, or 1 when the answer is no.
    """

    document: object
    parts: tuple[Part, ...] = ()
    exit_status: int = 0


def to_json(value: object) -> Json:  # noqa: C901, PLR0911, PLR0912 - one branch a type
    """The value as JSON: dataclasses and structs by field, enums by value, moments as RFC 3339, references as text.

    Fields that a dataclass hides from its repr, and those that a struct names in `not_told`, are left out.

    Raises:
        TypeError: For a type that has no agreed form; that is a bug.
    """
    match value:
        case Enum():
            return to_json(value.value)
        case None | bool() | int() | float() | str():
            return value
        case Unknown():
            # Marked, so that it does not look like a mapping that somebody wrote. What stands around a gap is not told:
            # it may be a part of a secret.
            return encode_value(Unknown(value.reason, value.detail))
        case Sensitive():
            return encode_value(value)
        case datetime():
            return format_instant(value)
        case date():
            return value.isoformat()
        case Ref() | Path():
            return str(value)
        case bytes():
            return value.decode("utf-8", errors="replace")
        case Mapping():
            return {str(to_json(key)): to_json(item) for key, item in value.items()}
        case Sequence() | set() | frozenset():
            items = [to_json(item) for item in value]
            return sorted(items, key=str) if isinstance(value, set | frozenset) else items
        case _ if hasattr(value, "__struct_fields__"):
            hidden = getattr(value, "not_told", ())
            parts = {name: getattr(value, name) for name in value.__struct_fields__ if name not in hidden}
            return {name: to_json(item) for name, item in parts.items() if not callable(item)}
        case _ if hasattr(value, "__dataclass_fields__"):
            shown = [item.name for item in value.__dataclass_fields__.values() if item.repr]
            return {name: to_json(getattr(value, name)) for name in shown if not callable(getattr(value, name))}
        case _:
            raise TypeError(f"{type(value).__name__} has no JSON form.")
