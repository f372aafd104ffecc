"""What an expression gives: JSON in clear; its parts may also be unknown, secret, a set, or the tree of a JSON text."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import Unknown

# JSON whose parts may be Unknown, Secret, TerraformSet or EncodedJson. Any: JSON's type is not worth its casts here.
Term: TypeAlias = Any

# Source: zclconf/go-cty, cty/convert, from text to bool.
_TRUTHS = {"true": True, "1": True, "false": False, "0": False}
MAXIMUM_DIGITS = 200
MAXIMUM_EXPONENT = 300

_GO_ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


class EvaluationError(Exception):
    """Terraform would refuse this expression; the message says why, without values that may be secret."""


class UnsupportedError(Exception):
    """Terraform could evaluate this, we cannot: the value is unknown, and `try` does not go on."""


class Secret(Struct, frozen=True):
    """A clear value that came from a sensitive variable or function; what is made of it is one too. Prints as ***."""

    value: Term

    def __str__(self) -> str:
        return "***"

    def __repr__(self) -> str:
        return "***"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        # A struct has one of its own, which would tell the value.
        return [("value", "***")]


class EncodedJson(Struct, frozen=True):
    """The text that `jsonencode` will give, seen as its tree, because some of its leaves are unknown or secret."""

    tree: Term


class TerraformSet(list[Term]):
    """A set: the elements are distinct and sorted. In JSON it is a list."""


class ResourceValues(dict[str, Term]):
    """What is known of a resource. An attribute that is not there will be known after the apply."""

    def __init__(self, address: str, values: Mapping[str, Term]) -> None:
        super().__init__(values)
        self.address = address


def not_evaluated(detail: str) -> Unknown:
    """What we could not resolve."""
    return Unknown(UnknownReason.NOT_EVALUATED, detail)


def worst(*unknown: Unknown) -> Unknown:
    """Why a whole is unknown, of its parts the one that says most: not resolved before known after an apply."""
    return as_reason(next((item for item in unknown if item.reason is UnknownReason.NOT_EVALUATED), unknown[0]))


def as_reason(unknown: Unknown) -> Unknown:
    """Why something else that is made of it is unknown: what is known of its text is nothing of that one's."""
    return replace(unknown, pieces=()) if unknown.pieces else unknown


def text_with_gaps(parts: Sequence[Term]) -> Unknown:
    """The text that known primitives and at least one unknown or secret make together."""
    pieces = [""]
    for part in parts:
        if isinstance(part, Unknown) and part.pieces:
            first, *rest = part.pieces
            pieces[-1] += first
            pieces += rest
        elif isinstance(part, Unknown | Secret):
            pieces.append("")
        else:
            pieces[-1] += to_text(part)
    why = worst(*(part for part in parts if isinstance(part, Unknown)))
    return replace(why, pieces=tuple(pieces)) if any(pieces) else why


def leaves(value: Term) -> Iterator[Term]:
    """Every leaf; empty lists and mappings are none."""
    if isinstance(value, ResourceValues):
        yield Unknown(detail=value.address)
    if isinstance(value, Mapping):
        for item in value.values():
            yield from leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item)
    elif isinstance(value, EncodedJson):
        yield from leaves(value.tree)
    else:
        yield value


def find_unknown(value: Term) -> Unknown | None:
    """The worst unknown leaf, or None when all are known."""
    found = [leaf for leaf in leaves(value) if isinstance(leaf, Unknown)]
    return worst(*found) if found else None


def has_secret(value: Term) -> bool:
    """Whether any leaf is secret."""
    return any(isinstance(leaf, Secret) for leaf in leaves(value))


def revealed(value: Term) -> Term:
    """The same in clear: no leaf is marked as secret any more."""
    if isinstance(value, Secret):
        return revealed(value.value)
    if isinstance(value, Mapping):
        return {key: revealed(item) for key, item in value.items()}
    if isinstance(value, TerraformSet):
        return TerraformSet(revealed(item) for item in value)
    if isinstance(value, list):
        return [revealed(item) for item in value]
    if isinstance(value, EncodedJson):
        tree = revealed(value.tree)
        return encode_json(tree) if find_unknown(tree) is None else EncodedJson(tree)
    return value


def settled(value: Term) -> Term:
    """The same, where a whole is only partly known: an `EncodedJson` is unknown or secret, a resource unknown."""
    if isinstance(value, EncodedJson):
        return find_unknown(value) or Secret(revealed(value))
    return Unknown(detail=value.address) if isinstance(value, ResourceValues) else value


def hidden(value: Term) -> Term:
    """The same as a secret. What is unknown stays unknown, so a tree with unknown leaves keeps its shape."""
    if isinstance(value, Secret | Unknown):
        return value
    if find_unknown(value) is None:
        return Secret(revealed(value))
    if isinstance(value, Mapping):
        return {key: hidden(item) for key, item in value.items()}
    if isinstance(value, EncodedJson):
        return EncodedJson(hidden(value.tree))
    return [hidden(item) for item in value]


def lift(compute: Callable[..., Term], *operands: Term) -> Term:
    """What `compute` gives for clear operands: unknown when a part of one is unknown, secret when a part is secret."""
    found = [unknown for operand in operands if (unknown := find_unknown(operand)) is not None]
    if found:
        return worst(*found)
    if any(has_secret(operand) for operand in operands):
        return hidden(compute(*map(revealed, operands)))
    return compute(*operands)


def encode_json(value: Term) -> str:
    """As `jsonencode` writes it: sorted keys, no spaces, numbers without exponents, and the escapes of Go's encoder."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).translate(_GO_ESCAPES)
    if value is None:
        return "null"
    if isinstance(value, bool | int | float):
        return to_text(value)
    if isinstance(value, Mapping):
        pairs = sorted(value.items())
        return "{" + ",".join(f"{encode_json(name)}:{encode_json(item)}" for name, item in pairs) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(encode_json, value)) + "]"
    if isinstance(value, EncodedJson):
        return encode_json(encode_json(value.tree))
    raise EvaluationError(f"{type(value).__name__} cannot be written as JSON")


def to_text(value: Term) -> str:
    """As Terraform turns a primitive into text. Raises EvaluationError."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f")
    raise EvaluationError(f"{kind_of(value)} cannot become text")


def to_number(value: Term) -> int | float:
    """As Terraform turns a primitive into a number. Raises EvaluationError."""
    if isinstance(value, bool):
        raise EvaluationError("a bool cannot become a number")
    if isinstance(value, int | float):
        return value
    if isinstance(value, str):
        return read_number(value)
    raise EvaluationError(f"{kind_of(value)} cannot become a number")


def read_number(text: str) -> int | float:
    """A number as it is written, exactly when it is whole. Raises EvaluationError."""
    if len(text) > MAXIMUM_DIGITS:
        raise EvaluationError(f"a number has more than {MAXIMUM_DIGITS} digits")
    try:
        return from_decimal(Decimal(text))
    except InvalidOperation:
        raise EvaluationError("the text is not a number") from None


def from_decimal(number: Decimal) -> int | float:
    """A whole number as int. Raises EvaluationError for what is no number, or too large."""
    if not number.is_finite() or (number and abs(number.adjusted()) > MAXIMUM_EXPONENT):
        raise EvaluationError("the number is too large or too small")
    return int(number) if number == number.to_integral_value() else float(number)


def to_bool(value: Term) -> bool:
    """As Terraform turns a primitive into a bool. Raises EvaluationError."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value in _TRUTHS:
        return _TRUTHS[value]
    raise EvaluationError(f"{kind_of(value)} cannot become a bool")


def kind_of(value: Term) -> str:
    """With its article, for a message."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a bool"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str | EncodedJson):
        return "a text"
    if isinstance(value, Mapping):
        return "an object"
    return "a set" if isinstance(value, TerraformSet) else "a list"


def equal(left: Term, right: Term) -> bool:
    """Whether two known values are the same, of the same kind: `1` is not `"1"`, and `true` is not `1`."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return left.keys() == right.keys() and all(equal(item, right[key]) for key, item in left.items())
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(equal, left, right))
    return bool(left == right)


def unified(*values: Term) -> tuple[Term, ...]:
    """Primitives of different kinds become text, as in a list or in the two results of a condition."""
    kinds = {kind_of(value) for value in values if value is not None and not isinstance(value, Unknown | Secret)}
    if len(kinds) > 1 and kinds <= {"a bool", "a number", "a text"}:
        return tuple(to_text(value) if isinstance(value, bool | int | float) else value for value in values)
    return values
