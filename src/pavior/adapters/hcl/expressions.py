"""Expressions of HCL as a tree. Frozen, without positions except where a part has a line of its own."""

from typing import TypeAlias

from msgspec import Struct


class Span(Struct, frozen=True):
    """Lines and column, counted from 1."""

    line: int
    end_line: int
    column: int


class Literal(Struct, frozen=True):
    """A number, a text without interpolation, true, false or null."""

    value: bool | int | float | str | None


class Name(Struct, frozen=True):
    """The first word of a reference, such as `var` or `aws_s3_bucket`."""

    word: str


class GetAttribute(Struct, frozen=True):
    """`.name`."""

    name: str


_NAMES = frozenset((GetAttribute,))


class GetIndex(Struct, frozen=True):
    """`[key]` or `.0`."""

    key: "Expression"


class Splat(Struct, frozen=True):
    """`[*]` or `.*`; `steps` are taken from each element."""

    steps: "tuple[Step, ...]"


class Traversal(Struct, frozen=True):
    """Something, and the way from it to a part of it."""

    root: "Expression"
    steps: "tuple[Step, ...]"

    @property
    def has_keys(self) -> bool:
        """Whether anything but names is on the way."""
        return not _NAMES.issuperset(map(type, self.steps))


class Call(Struct, frozen=True):
    """A function call. With `is_expanded`, the last argument is a list of arguments."""

    function: str
    arguments: "tuple[Expression, ...]"
    is_expanded: bool = False


class Conditional(Struct, frozen=True):
    """`condition ? yes : no`."""

    condition: "Expression"
    yes: "Expression"
    no: "Expression"


class Negation(Struct, frozen=True):
    """`-x` or `!x`."""

    operator: str
    operand: "Expression"


class Operation(Struct, frozen=True):
    """Two operands. Chains lean left: `1 - 2 - 3` is `(1 - 2) - 3`."""

    operator: str
    left: "Expression"
    right: "Expression"


class Tuple(Struct, frozen=True):
    """`[a, b]`."""

    items: "tuple[Expression, ...]"
    spans: tuple[Span, ...]


class Object(Struct, frozen=True):
    """`{ a = b }`. A bare word as a key is a text, not a reference."""

    items: "tuple[tuple[Expression, Expression], ...]"
    spans: tuple[Span, ...]


class For(Struct, frozen=True):
    """`[for k, v in collection : value if condition]`; with `key`, the one that gives an object."""

    key_name: str
    value_name: str
    collection: "Expression"
    key: "Expression | None"
    value: "Expression"
    condition: "Expression | None"
    is_grouped: bool = False


class Template(Struct, frozen=True):
    """Text with parts to fill in."""

    parts: "tuple[Expression, ...]"


class TemplateFor(Struct, frozen=True):
    """`%{ for k, v in collection }...%{ endfor }`."""

    key_name: str
    value_name: str
    collection: "Expression"
    body: "Expression"


class Repeated(Struct, frozen=True):
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
