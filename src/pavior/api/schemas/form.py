"""How values look in JSON: instants, references, sets and trees with hidden leaves; and what texts are taken."""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Generic, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from pavior.kernel.clock import format_instant
from pavior.kernel.pages import Page
from pavior.resources.codec import encode_value

# Deeper or wider than anything that means something; parsers further down recurse.
DEEPEST = 32
# What SQLite and PostgreSQL can store.
_LARGEST_INTEGER = 2**63 - 1

T = TypeVar("T")


class Shown(BaseModel):
    """A part of a response. Made from the model's own fields, by name."""

    model_config = ConfigDict(from_attributes=True, frozen=True)

    @classmethod
    def of(cls, value: object) -> Self:
        """The value, as it is shown."""
        return cls.model_validate(value)


class Asked(BaseModel):
    """The body of a request: no field that we do not know, no text that cannot be stored."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    @model_validator(mode="before")
    @classmethod
    def _can_be_stored(cls, document: Any) -> Any:
        require_storable(document)
        return document


class PageOf(BaseModel, Generic[T]):
    """A part of a list: ask for the rest with `offset`."""

    items: list[T]
    total: int = Field(description="How many there are in all.")
    offset: int = Field(description="How many were passed over.")

    @classmethod
    def of(cls, page: Page[Any], shown: type[Shown]) -> Self:
        """A page of models, as it is shown."""
        return cls.model_validate(
            {"items": [shown.of(item) for item in page.items], "total": page.total, "offset": page.offset}
        )


def require_storable(document: Any) -> None:
    """Refuse what no database or parser below could hold: NUL, half characters, endless numbers, deep nesting."""
    waiting: list[tuple[Any, int]] = [(document, 0)]
    while waiting:
        value, depth = waiting.pop()
        if depth > DEEPEST:
            raise PydanticCustomError("too_deep", "is nested too deeply")
        match value:
            case str():
                require_storable_text(value)
            case bool():
                pass
            case int() if abs(value) > _LARGEST_INTEGER:
                raise PydanticCustomError("number_too_large", "holds a number that is too large")
            case float() if not math.isfinite(value):
                raise PydanticCustomError("number_not_finite", "holds a number that is not finite")
            case Mapping():
                waiting.extend((part, depth + 1) for pair in value.items() for part in pair)
            case Sequence() if not isinstance(value, bytes):
                waiting.extend((item, depth + 1) for item in value)


def require_storable_text(text: str) -> str:
    """The text. Refuses NUL, which PostgreSQL cannot hold, and half of a surrogate pair, which is no character."""
    try:
        # Refuses half of a pair, and is a hundred times faster over a plan than looking at each character.
        text.encode()
    except UnicodeEncodeError as error:
        raise PydanticCustomError("text_unusable", "holds a character that cannot be stored") from error
    if "\0" in text:
        raise PydanticCustomError("text_unusable", "holds a character that cannot be stored")
    return text


def _sorted(values: object) -> object:
    return sorted(str(value) for value in values) if isinstance(values, set | frozenset) else values


def _encoded(values: object) -> object:
    if isinstance(values, Mapping):
        return {str(name): encode_value(value) for name, value in values.items()}
    return values


Instant = Annotated[
    datetime,
    PlainSerializer(format_instant, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-11-24T12:00:00.000000Z"]}),
]
Reference = Annotated[str, BeforeValidator(str), Field(examples=["component:default/orders"])]
Words = Annotated[list[str], BeforeValidator(_sorted)]
# A value of a plan: `{"$unknown": reason, "detail": ...}` and `{"$sensitive": fingerprint}` stand for what is not told.
Tree = Annotated[Any, BeforeValidator(encode_value), WithJsonSchema({"description": "JSON, with marked leaves"})]
Trees = Annotated[dict[str, Any], BeforeValidator(_encoded)]
Storable = AfterValidator(require_storable_text)
