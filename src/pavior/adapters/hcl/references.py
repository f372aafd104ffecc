"""Which names an expression mentions."""

from collections.abc import Iterator
from itertools import chain

from pavior.adapters.hcl.expressions import (
    Call,
    Conditional,
    Expression,
    For,
    GetIndex,
    Literal,
    Name,
    Negation,
    Object,
    Operation,
    Repeated,
    Splat,
    Step,
    Template,
    TemplateFor,
    Traversal,
    Tuple,
)

_LITERALS = frozenset((Literal,))
Mention = tuple[str, tuple[Step, ...]]


def mentions(expression: Expression) -> Iterator[Mention]:
    """Each name with the steps taken from it, in the order of the text; names of loops inside are left out."""
    waiting: list[tuple[Expression, frozenset[str]]] = [(expression, frozenset())]
    while waiting:
        item, bound = waiting.pop()
        root, steps = _reference(item)
        if root is not None:
            if root not in bound:
                yield root, steps
            inner = _keys(steps)
        else:
            inner = _parts(item)
        loop = _loop_names(item)
        for part in reversed(inner):
            # The collection of a loop does not know the loop's names yet.
            names = bound if loop and part is inner[0] else bound | loop
            waiting.append((part, names))


def is_literal(expression: Expression) -> bool:
    """Whether it is a literal, or a list or an object of nothing else: then it mentions nothing."""
    if isinstance(expression, Object):
        return _LITERALS.issuperset(map(type, chain.from_iterable(expression.items)))
    if isinstance(expression, Tuple):
        return _LITERALS.issuperset(map(type, expression.items))
    return isinstance(expression, Literal)


def calls(expression: Expression) -> Iterator[Call]:
    """Each function call, also inside of others."""
    waiting = [expression]
    while waiting:
        item = waiting.pop()
        if isinstance(item, Call):
            yield item
        waiting += reversed(_parts(item))


def _reference(expression: Expression) -> tuple[str | None, tuple[Step, ...]]:
    if isinstance(expression, Name):
        return expression.word, ()
    if isinstance(expression, Traversal) and isinstance(expression.root, Name):
        return expression.root.word, expression.steps
    return None, ()


def _keys(steps: tuple[Step, ...]) -> list[Expression]:
    keys: list[Expression] = []
    for step in steps:
        if isinstance(step, GetIndex):
            keys.append(step.key)
        elif isinstance(step, Splat):
            keys += _keys(step.steps)
    return keys


def _loop_names(expression: Expression) -> frozenset[str]:
    if isinstance(expression, For | TemplateFor):
        return frozenset((expression.key_name, expression.value_name)) - {""}
    return frozenset()


def _parts(expression: Expression) -> list[Expression]:  # noqa: PLR0911, C901 - one line per form reads best
    match expression:
        case Literal() | Name():
            return []
        case Traversal():
            return [expression.root, *_keys(expression.steps)]
        case Call():
            return list(expression.arguments)
        case Conditional():
            return [expression.condition, expression.yes, expression.no]
        case Negation():
            return [expression.operand]
        case Operation():
            return [expression.left, expression.right]
        case Tuple():
            return list(expression.items)
        case Object():
            return [part for item in expression.items for part in item]
        case Template():
            return list(expression.parts)
        case Repeated():
            return list(expression.values)
        case TemplateFor():
            return [expression.collection, expression.body]
        case For():
            optional = [part for part in (expression.key, expression.condition) if part is not None]
            return [expression.collection, expression.value, *optional]
