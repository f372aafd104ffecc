"""Values of plan JSON with the marks that stand beside them: what is unknown, and what is sensitive."""

import re
from collections.abc import Mapping
from itertools import zip_longest
from typing import Any

from pavior.kernel.errors import InvalidError
from pavior.resources.model import Sensitive, Unknown, Value

# Nothing that a provider has comes near, and going through it must not exhaust the stack.
_MAXIMUM_DEPTH = 100
# How our engines write a hidden value: the keyed fingerprint of it.
_MASKED = re.compile(r"\(sensitive ([0-9a-f]{1,128})\)")
_UNKNOWN = Unknown()
# What a JSON document has inside of itself.
_TREES = frozenset((dict, list))


def mapping_of(values: Any, *, unknown: Any = None, sensitive: Any = None) -> Mapping[str, Value] | None:
    """The attributes of a resource; None when there is no such side of a change.

    A mark of sensitivity that does not fit its value hides it whole.

    Raises:
        InvalidError: `plan-unreadable`.
    """
    if values is None and not has_mark(unknown):
        return None
    if not isinstance(values, dict | None):
        raise _unreadable("the values of a resource are no object")
    given = values or {}
    later, hidden = _by_name(unknown, given), _by_name(sensitive, given)
    marked: dict[str, Value] = dict(given)
    # Most of a plan has nothing inside, and nothing to say of it.
    for tree in [item for item in given.values() if item.__class__ in _TREES and item]:
        _measured(tree, 0)
    for name, marks in later.items():
        if marks is True:
            marked[name] = _UNKNOWN
        elif marks and has_mark(marks):
            marked[name] = _marked(given.get(name), marks, hidden.get(name), 0)
    for name, secret in hidden.items():
        if secret and name in given and has_mark(secret) and not has_mark(later.get(name)):
            marked[name] = _marked(given[name], None, secret, 0)
    return marked


def either(sensitive: Any, other: Any) -> Any:
    """The marks of two trees over the same values: hidden is what one of them hides."""
    if sensitive == other or not other:
        return sensitive
    if isinstance(sensitive, dict) and isinstance(other, dict):
        return {**other, **{name: either(marks, other.get(name)) for name, marks in sensitive.items()}}
    if isinstance(sensitive, list) and isinstance(other, list):
        return [either(*pair) for pair in zip_longest(sensitive, other)]
    return True if sensitive else other


def has_mark(marks: Any) -> bool:
    """Whether anything is marked, be it with something else than `true`.

    Raises:
        InvalidError: `plan-unreadable`, where marks are nested deeper than they can be gone through.
    """
    try:
        if isinstance(marks, dict):
            return any(map(has_mark, marks.values())) if marks else False
        if isinstance(marks, list):
            return any(map(has_mark, marks)) if marks else False
    except RecursionError as error:
        raise _unreadable("its marks are nested too deeply") from error
    return bool(marks)


def _marked(value: Any, unknown: Any, sensitive: Any, depth: int) -> Value:
    if not unknown and not sensitive:
        return _measured(value, depth)
    if depth > _MAXIMUM_DEPTH:
        raise _unreadable(f"a value is nested deeper than {_MAXIMUM_DEPTH} levels")
    if unknown is True:
        return _UNKNOWN
    if value is not None and not _leads_inside(sensitive, value):
        return Sensitive(_fingerprint(value))
    if isinstance(value, dict) or (value is None and isinstance(unknown, dict) and has_mark(unknown)):
        return _marked_mapping(value or {}, unknown, sensitive, depth)
    if isinstance(value, list) or (value is None and isinstance(unknown, list) and has_mark(unknown)):
        return _marked_list(value or [], unknown, sensitive, depth)
    checked: Value = value
    return checked


def _leads_inside(sensitive: Any, value: Any) -> bool:
    """Whether nothing is hidden, or only something within the value."""
    return not sensitive or any(isinstance(sensitive, kind) and isinstance(value, kind) for kind in _TREES)


def _measured(value: Any, depth: int) -> Value:
    """A value without marks, which is neither too deep nor copied."""
    if value.__class__ in _TREES and value:
        if depth > _MAXIMUM_DEPTH:
            raise _unreadable(f"a value is nested deeper than {_MAXIMUM_DEPTH} levels")
        for item in value.values() if isinstance(value, dict) else value:
            if item.__class__ in _TREES:
                _measured(item, depth + 1)
    plain: Value = value
    return plain


def _marked_mapping(value: dict[str, Any], unknown: Any, sensitive: Any, depth: int) -> Value:
    result = {
        name: _marked(item, _inside(unknown, name), _inside(sensitive, name), depth + 1) for name, item in value.items()
    }
    if isinstance(unknown, dict):
        for name, marks in unknown.items():
            if name not in value and has_mark(marks):
                result[name] = _marked(None, marks, None, depth + 1)
    return result


def _marked_list(value: list[Any], unknown: Any, sensitive: Any, depth: int) -> Value:
    # A list may be shorter than its marks when its last elements are unknown.
    marks = unknown if isinstance(unknown, list) else []
    length = max(len(value), *(index + 1 for index, mark in enumerate(marks) if has_mark(mark)), 0)
    return [
        _marked(value[index] if index < len(value) else None, _at(unknown, index), _at(sensitive, index), depth + 1)
        for index in range(length)
    ]


def _by_name(marks: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The marks of each attribute; those of a whole resource hold for each of its attributes."""
    if isinstance(marks, dict):
        return marks
    return dict.fromkeys(given, True) if marks else {}


def _inside(marks: Any, name: str) -> Any:
    return marks.get(name) if isinstance(marks, dict) else marks is True


def _at(marks: Any, index: int) -> Any:
    if isinstance(marks, list):
        return marks[index] if index < len(marks) else None
    return marks is True


def _fingerprint(value: Any) -> str:
    found = _MASKED.fullmatch(value) if isinstance(value, str) else None
    return found[1] if found else ""


def _unreadable(why: str) -> InvalidError:
    return InvalidError(
        "plan-unreadable",
        f"The plan cannot be read: {why}.",
        fix="Give the output of `terraform show -json PLANFILE` or `tofu show -json PLANFILE`, whole and unchanged.",
    )
