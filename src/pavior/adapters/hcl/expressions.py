"""Expressions of HCL as a tree. Frozen, without positions except where a part has a line of its own."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Span:
    """Lines and column, counted from 1."""

    line: int
    end_line: int
    column: int


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, a text without interpolation, true, false or null."""

    value: bool | int | float | str | None


@dataclass(frozen=True, slots=True)
class Name:
    """The first word of a reference, such as `var` or `aws_s3_bucket`."""

    word: str


@dataclass(frozen=True, slots=True)
class GetAttribute:
    """`.name`."""

    name: str


@dataclass(frozen=True, slots=True)
class GetIndex:
    """`[key]` or `.0`."""

    key: "Expression"


@dataclass(frozen=True, slots=True)
class Splat:
    """`[*]` or `.*`; `steps` are taken from each element."""

    steps: "tuple[Step, ...]"


@dataclass(frozen=True, slots=True)
class Traversal:
    """Something, and the way from it to a part of it."""

    root: "Expression"
    steps: "tuple[Step, ...]"


@dataclass(frozen=True, slots=True)
class Call:
    """A function call. With `is_expanded`, the last argument is a list of arguments."""

    function: str
    arguments: "tuple[Expression, ...]"
    is_expanded: bool = False


@dataclass(frozen=True, slots=True)
class Conditional:
    """`condition ? yes : no`."""

    condition: "Expression"
    yes: "Expression"
    no: "Expression"


@dataclass(frozen=True, slots=True)
class Negation:
    """`-x` or `!x`."""

    operator: str
    operand: "Expression"


@dataclass(frozen=True, slots=True)
class Operation:
    """Two operands. Chains lean left: `1 - 2 - 3` is `(1 - 2) - 3`."""

    operator: str
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True)
class Tuple:
    """`[a, b]`."""

    items: "tuple[Expression, ...]"
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Object:
    """`{ a = b }`. A bare word as a key is a text, not a reference."""

    items: "tuple[tuple[Expression, Expression], ...]"
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class For:
    """`[for k, v in collection : value if condition]`; with `key`, the one that gives an object."""

    key_name: str
    value_name: str
    collection: "Expression"
    key: "Expression | None"
    value: "Expression"
    condition: "Expression | None"
    is_grouped: bool = False


@dataclass(frozen=True, slots=True)
class Template:
    """Text with parts to fill in."""

    parts: "tuple[Expression, ...]"


@dataclass(frozen=True, slots=True)
class TemplateFor:
    """`%{ for k, v in collection }...%{ endfor }`."""

    key_name: str
    value_name: str
    collection: "Expression"
    body: "Expression"


@dataclass(frozen=True, slots=True)
class Repeated:
    """What one attribute is set to where it stands several times in one block, which no file may."""

    values: "tuple[Expression, ...]"


Step: TypeAlias = GetAttribute | GetIndex | Splat
Expression: TypeAlias = (
    Literal
    | Name
    | Traversal
    | Call
    | Conditional
    | Negation
    | Operation
    | Tuple
    | Object
    | For
    | Template
    | TemplateFor
    | Repeated
)


def reads_as(expression: Expression) -> str | None:
    """The word or the text that an expression consists of, or None when it is more than that."""
    if isinstance(expression, Name):
        return expression.word
    if isinstance(expression, Literal) and isinstance(expression.value, str):
        return expression.value
    return None
