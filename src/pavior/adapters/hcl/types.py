"""The declared types of variables, and values turned into them."""

from collections.abc import Mapping

from msgspec import Struct, field

from pavior.adapters.hcl.collection_functions import make_set
from pavior.adapters.hcl.expressions import Call, Expression, Literal, Name, Object, Tuple
from pavior.adapters.hcl.values import (
    EncodedJson,
    EvaluationError,
    Secret,
    Term,
    find_unknown,
    has_secret,
    hidden,
    kind_of,
    revealed,
    to_bool,
    to_number,
    to_text,
)
from pavior.resources.model import Unknown

_PRIMITIVES = {"string": to_text, "number": to_number, "bool": to_bool}
_COLLECTIONS = ("list", "set", "map")


class TypeConstraint(Struct, frozen=True):
    """A type.

    Args:
        name: `string`, `number`, `bool`, `any`, `list`, `set`, `map`, `object` or `tuple`.
        element: Of a list, set or map.
        attributes: Of an object.
        optional: Attributes of an object that may be absent, with the expression of their default, or None.
        items: Of a tuple.
    """

    name: str
    element: "TypeConstraint | None" = None
    attributes: "Mapping[str, TypeConstraint]" = field(default_factory=dict)
    optional: Mapping[str, Expression | None] = field(default_factory=dict)
    items: "tuple[TypeConstraint, ...]" = ()

    @property
    def is_text(self) -> bool:
        """Whether a variable given as text is taken as it is, and not read as an expression."""
        return self.name in _PRIMITIVES


ANY = TypeConstraint("any")


def read_type(expression: Expression) -> TypeConstraint:
    """The type that an expression names. Raises EvaluationError."""
    if isinstance(expression, Literal) and isinstance(expression.value, str):
        # The form of Terraform 0.11.
        expression = Name(expression.value)
    if isinstance(expression, Name):
        if expression.word in _PRIMITIVES or expression.word == "any":
            return TypeConstraint(expression.word)
        if expression.word in _COLLECTIONS:
            return TypeConstraint(expression.word, ANY)
    if isinstance(expression, Call) and len(expression.arguments) == 1:
        argument = expression.arguments[0]
        if expression.function in _COLLECTIONS:
            return TypeConstraint(expression.function, read_type(argument))
        if expression.function == "object" and isinstance(argument, Object):
            return _read_object(argument)
        if expression.function == "tuple" and isinstance(argument, Tuple):
            return TypeConstraint("tuple", items=tuple(read_type(item) for item in argument.items))
    raise EvaluationError("the type is none that Terraform has")


def _read_object(expression: Object) -> TypeConstraint:
    attributes: dict[str, TypeConstraint] = {}
    optional: dict[str, Expression | None] = {}
    for key, value in expression.items:
        if not isinstance(key, Literal):
            raise EvaluationError("an attribute of an object type needs a name")
        if isinstance(value, Call) and value.function == "optional" and value.arguments:
            optional[str(key.value)] = value.arguments[1] if len(value.arguments) > 1 else None
            attributes[str(key.value)] = read_type(value.arguments[0])
        else:
            attributes[str(key.value)] = read_type(value)
    return TypeConstraint("object", attributes=attributes, optional=optional)


def convert(constraint: TypeConstraint, value: Term) -> Term:
    """The value as that type. Unknown parts stay unknown, secret ones secret. Raises EvaluationError."""
    if value is None or isinstance(value, Unknown) or constraint.name == "any":
        return value
    if isinstance(value, Secret):
        return hidden(convert(constraint, value.value))
    if constraint.name in _PRIMITIVES:
        return value if isinstance(value, EncodedJson) else _PRIMITIVES[constraint.name](value)
    if constraint.name in ("map", "object"):
        return _convert_mapping(constraint, value)
    return _convert_list(constraint, value)


def _convert_list(constraint: TypeConstraint, value: Term) -> Term:
    if not isinstance(value, list):
        raise EvaluationError(f"a {constraint.name} is needed, not {kind_of(value)}")
    if constraint.name == "tuple":
        if len(value) != len(constraint.items):
            raise EvaluationError(f"{len(constraint.items)} elements are needed, not {len(value)}")
        return [convert(item, element) for item, element in zip(constraint.items, value, strict=True)]
    items = [convert(constraint.element or ANY, item) for item in value]
    if constraint.name == "list" or find_unknown(items):
        return items
    return hidden(make_set(revealed(items))) if has_secret(items) else make_set(items)


def _convert_mapping(constraint: TypeConstraint, value: Term) -> Term:
    if not isinstance(value, Mapping):
        raise EvaluationError(f"a {constraint.name} is needed, not {kind_of(value)}")
    if constraint.name == "map":
        return {key: convert(constraint.element or ANY, item) for key, item in value.items()}
    result: dict[str, Term] = {}
    for name, inner in constraint.attributes.items():
        item = value.get(name)
        if name not in value and name not in constraint.optional:
            raise EvaluationError(f"the object has no {name!r}")
        default = constraint.optional.get(name)
        if item is None and default is not None:
            if not isinstance(default, Literal):
                raise EvaluationError(f"the default of {name!r} is more than a plain value")
            item = default.value
        result[name] = convert(inner, item)
    return result
