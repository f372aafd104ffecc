"""The value of an expression within a scope. What cannot be known is Unknown with a reason; nothing is guessed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol

from msgspec import structs

from pavior.adapters.hcl.budget import Budget
from pavior.adapters.hcl.expressions import (
    Call,
    Conditional,
    Expression,
    For,
    GetAttribute,
    GetIndex,
    Literal,
    Name,
    Negation,
    Object,
    Operation,
    Repeated,
    Step,
    Template,
    TemplateFor,
    Traversal,
    Tuple,
)
from pavior.adapters.hcl.json_templates import json_with_gaps
from pavior.adapters.hcl.operators import combine, negate
from pavior.adapters.hcl.values import (
    EncodedJson,
    EvaluationError,
    ResourceValues,
    Secret,
    Term,
    TerraformSet,
    as_reason,
    equal,
    find_unknown,
    hidden,
    kind_of,
    lift,
    not_evaluated,
    revealed,
    settled,
    text_with_gaps,
    to_bool,
    to_number,
    to_text,
    unified,
)
from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import PART_OF_A_TEXT, Unknown


class Names(Protocol):
    """What the names of a scope mean."""

    budget: Budget

    def resolve(self, root: str, steps: Sequence[Step], scope: "Scope") -> tuple[Term, Sequence[Step]]:
        """The value of a name, and the steps that are left to be taken from it. Raises EvaluationError."""

    def find_file(self, path: str) -> bytes | None:
        """A file in the module's own folder."""


class Scope:
    """Names, and those of the loops around an expression."""

    __slots__ = ("local", "names")

    def __init__(self, names: Names, local: Mapping[str, Term] | None = None) -> None:
        self.names = names
        self.local: Mapping[str, Term] = local or {}

    def with_names(self, values: Mapping[str, Term]) -> "Scope":
        """An inner scope."""
        return Scope(self.names, {**self.local, **values})

    def only(self, values: Mapping[str, Term]) -> "Scope":
        """A scope with these names and no others, as a template file has."""
        return Scope(_OnlyLocal(self.names), values)

    def hide(self, value: Term) -> Term:
        """The value as a secret."""
        self.weigh(value)
        return hidden(value)

    def weigh(self, *values: Term) -> None:
        """Before all parts of a value are looked at. Raises InvalidError `source-too-complex`."""
        for value in values:
            if isinstance(value, list | dict | Secret | EncodedJson):
                self.names.budget.weigh(value)


class _OnlyLocal:
    """Names of a template file: those that it was given are in the scope, so all others are wrong."""

    def __init__(self, outer: Names) -> None:
        self.budget = outer.budget
        self.find_file = outer.find_file

    def resolve(self, root: str, steps: Sequence[Step], scope: Scope) -> tuple[Term, Sequence[Step]]:
        """See `Names`."""
        raise EvaluationError(f"the template was given no {root!r}")


def evaluate(expression: Expression, scope: Scope) -> Term:
    """Its value.

    Raises:
        EvaluationError: Terraform would refuse it.
        InvalidError: `source-too-complex`.
    """
    budget = scope.names.budget
    budget.spend(1)
    if isinstance(expression, Literal):
        return expression.value
    budget.descend()
    try:
        value = _EVALUATE[type(expression)](expression, scope)
    finally:
        budget.depth -= 1
    if isinstance(value, Unknown) and value.pieces and not isinstance(expression, _KEEP_PIECES):
        return as_reason(value)
    return value


def evaluate_or_unknown(expression: Expression, scope: Scope) -> Term:
    """Its value; what Terraform would refuse is Unknown and says why. Raises InvalidError `source-too-complex`."""
    try:
        return evaluate(expression, scope)
    except EvaluationError as error:
        return not_evaluated(str(error))


def iterate(collection: Term) -> Iterator[tuple[Term, Term]]:
    """Keys and elements of a known collection. Raises EvaluationError."""
    if isinstance(collection, Mapping):
        # Terraform goes through mappings in the order of their keys.
        yield from sorted(collection.items())
    elif isinstance(collection, TerraformSet):
        yield from ((item, item) for item in collection)
    elif isinstance(collection, list):
        yield from enumerate(collection)
    else:
        raise EvaluationError(f"{kind_of(collection)} cannot be gone through")


def _name(expression: Name, scope: Scope) -> Term:
    return _traverse(expression.word, (), scope)


def _traversal(expression: Traversal, scope: Scope) -> Term:
    if isinstance(expression.root, Name):
        return _traverse(expression.root.word, expression.steps, scope)
    return _take_steps(evaluate(expression.root, scope), expression.steps, scope)


def _traverse(root: str, steps: Sequence[Step], scope: Scope) -> Term:
    if root in scope.local:
        return _take_steps(scope.local[root], steps, scope)
    value, rest = scope.names.resolve(root, steps, scope)
    return _take_steps(value, rest, scope)


def _take_steps(value: Term, steps: Sequence[Step], scope: Scope) -> Term:
    for position, step in enumerate(steps):
        if isinstance(value, Unknown):
            return as_reason(value)
        if isinstance(value, Secret):
            return scope.hide(_take_steps(value.value, steps[position:], scope))
        if isinstance(step, GetAttribute):
            value = take(value, step.name)
        elif isinstance(step, GetIndex):
            value = _take_by(value, evaluate(step.key, scope), scope)
        else:
            elements = value if isinstance(value, list) else [] if value is None else [value]
            value = [_take_steps(element, step.steps, scope) for element in elements]
    return value


def _take_by(collection: Term, key: Term, scope: Scope) -> Term:
    key = settled(key)
    if isinstance(key, Unknown):
        return as_reason(key)
    if isinstance(key, Secret):
        return scope.hide(take(collection, key.value))
    return take(collection, key)


def take(collection: Term, key: Term) -> Term:
    """An element by its key. Raises EvaluationError."""
    if isinstance(collection, Mapping):
        name = to_text(key)
        if name in collection:
            return collection[name]
        if isinstance(collection, ResourceValues):
            return Unknown(detail=f"{collection.address}.{name}")
        raise EvaluationError(f"there is no {name!r} in the object")
    if isinstance(collection, list) and not isinstance(collection, TerraformSet):
        index = to_number(key)
        if isinstance(index, int) and 0 <= index < len(collection):
            return collection[index]
        raise EvaluationError(f"there is no element {index} in a list of {len(collection)}")
    raise EvaluationError(f"{kind_of(collection)} has no elements with keys")


def _call(expression: Call, scope: Scope) -> Term:
    # Loaded where something is called; most of what is written calls nothing.
    from pavior.adapters.hcl.functions import call_function

    return call_function(expression, scope, evaluate)


def _conditional(expression: Conditional, scope: Scope) -> Term:
    was_secret = False
    while True:
        condition = evaluate(expression.condition, scope)
        if isinstance(condition, Unknown):
            return _either(expression, scope, condition)
        if isinstance(condition, Secret):
            was_secret = True
            condition = condition.value
        chosen = expression.yes if to_bool(condition) else expression.no
        other = expression.no if chosen is expression.yes else expression.yes
        if isinstance(chosen, Conditional):
            expression = chosen
            continue
        value = evaluate(chosen, scope)
        if isinstance(other, Literal):
            value = unified(value, other.value)[0]
        return scope.hide(value) if was_secret else value


def _either(expression: Conditional, scope: Scope, condition: Unknown) -> Term:
    yes, no = (_known_or_none(branch, scope) for branch in (expression.yes, expression.no))
    # Both ways lead to the same, so the condition does not matter.
    return yes if yes is not None and type(yes) is type(no) and yes == no else as_reason(condition)


def _known_or_none(expression: Expression, scope: Scope) -> Term:
    try:
        value = evaluate(expression, scope)
    except EvaluationError:
        return None
    scope.weigh(value)
    return None if find_unknown(value) else value


def _repeated(expression: Repeated, scope: Scope) -> Term:
    first, *others = (_known_or_none(item, scope) for item in expression.values)
    if first is not None and all(equal(first, other) for other in others):
        return first
    return not_evaluated("it is set several times in one block")


def _negation(expression: Negation, scope: Scope) -> Term:
    return lift(lambda operand: negate(expression.operator, operand), evaluate(expression.operand, scope))


def _operation(expression: Operation, scope: Scope) -> Term:
    # Chains lean left and may be long, so they are gone through without recursion.
    chain: list[Operation] = []
    innermost: Expression = expression
    while isinstance(innermost, Operation):
        chain.append(innermost)
        innermost = innermost.left
    value = evaluate(innermost, scope)
    for operation in reversed(chain):
        right = evaluate(operation.right, scope)
        scope.weigh(value, right)
        value = combine(operation.operator, value, right)
    return value


def _tuple(expression: Tuple, scope: Scope) -> Term:
    return [evaluate_or_unknown(item, scope) for item in expression.items]


def _object(expression: Object, scope: Scope) -> Term:
    result: dict[str, Term] = {}
    keys_are_secret = False
    for key_expression, value_expression in expression.items:
        if isinstance(key_expression, Literal) and isinstance(value_expression, Literal):
            # Nothing is deeper than this, so neither is evaluated by itself.
            scope.names.budget.spend(2)
            result[to_text(key_expression.value)] = value_expression.value
            continue
        key = settled(evaluate(key_expression, scope))
        if isinstance(key, Unknown):
            return key
        if isinstance(key, Secret):
            keys_are_secret = True
            key = key.value
        result[to_text(key)] = evaluate_or_unknown(value_expression, scope)
    return scope.hide(result) if keys_are_secret else result


def _for(expression: For, scope: Scope) -> Term:
    collection = settled(evaluate(expression.collection, scope))
    if isinstance(collection, Unknown):
        return collection
    if isinstance(collection, Secret):
        return scope.hide(_loop(expression, collection.value, scope))
    return _loop(expression, collection, scope)


def _loop(expression: For, collection: Term, scope: Scope) -> Term:
    items: list[Term] = []
    result: dict[str, Term] = {}
    is_secret = False
    for inner in _scopes(expression.key_name, expression.value_name, collection, scope):
        condition = True if expression.condition is None else evaluate(expression.condition, inner)
        key = None if expression.key is None else settled(evaluate(expression.key, inner))
        for choice in (condition, key):
            if isinstance(choice, Unknown):
                return choice
            is_secret = is_secret or isinstance(choice, Secret)
        if not to_bool(revealed(condition)):
            continue
        value = evaluate_or_unknown(expression.value, inner)
        if expression.key is None:
            items.append(value)
        else:
            _put(result, to_text(revealed(key)), value, expression)
    made: Term = items if expression.key is None else result
    return scope.hide(made) if is_secret else made


def _put(result: dict[str, Term], name: str, value: Term, expression: For) -> None:
    if expression.is_grouped:
        result.setdefault(name, []).append(value)
    elif name in result:
        raise EvaluationError("two elements of a for have the same key")
    else:
        result[name] = value


def _scopes(key_name: str, value_name: str, collection: Term, scope: Scope) -> Iterator[Scope]:
    for key, value in iterate(collection):
        names = {value_name: value}
        if key_name:
            names[key_name] = key
        yield scope.with_names(names)


def _template(expression: Template, scope: Scope) -> Term:
    values = [evaluate(part, scope) for part in expression.parts]
    if len(values) == 1:
        return values[0]
    text = join_texts(values, scope.names.budget)
    if isinstance(text, Unknown) and text.reason is UnknownReason.KNOWN_AFTER_APPLY:
        # What is made of a name is not that name.
        return structs.replace(text, detail=f"{PART_OF_A_TEXT}{text.detail.removeprefix(PART_OF_A_TEXT)}")
    return text


def _template_for(expression: TemplateFor, scope: Scope) -> Term:
    collection = settled(evaluate(expression.collection, scope))
    if isinstance(collection, Unknown):
        return collection
    clear = collection.value if isinstance(collection, Secret) else collection
    texts = [
        evaluate(expression.body, inner) for inner in _scopes(expression.key_name, expression.value_name, clear, scope)
    ]
    text = join_texts(texts, scope.names.budget)
    return scope.hide(text) if isinstance(collection, Secret) else text


def join_texts(values: Sequence[Term], budget: Budget) -> Term:
    """Primitives put together as one text."""
    values = [settled(value) for value in values]
    found = [value for value in values if isinstance(value, Unknown)]
    if found:
        tree = json_with_gaps(values, budget)
        if tree is not None:
            return tree
        gapped = text_with_gaps(values)
        budget.text(sum(map(len, gapped.pieces)))
        return gapped
    texts = [to_text(value.value if isinstance(value, Secret) else value) for value in values]
    budget.text(sum(map(len, texts)))
    text = "".join(texts)
    return Secret(text) if any(isinstance(value, Secret) for value in values) else text


# What gives a text on as it is, or makes one; all others make something else of it.
_KEEP_PIECES = (Name, Traversal, Conditional, Template)

_EVALUATE: Mapping[type, Callable[..., Term]] = {
    Name: _name,
    Traversal: _traversal,
    Call: _call,
    Conditional: _conditional,
    Negation: _negation,
    Operation: _operation,
    Tuple: _tuple,
    Object: _object,
    For: _for,
    Template: _template,
    TemplateFor: _template_for,
    Repeated: _repeated,
}
