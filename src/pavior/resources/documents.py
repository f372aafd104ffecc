"""JSON documents that attributes hold as text or as trees, and when two of them mean the same. Pure."""

import json
import re
from collections.abc import Callable

from pavior.resources.matching import unmatched
from pavior.resources.model import Sensitive, Unknown, Value

# Deeper documents are compared as text: nothing real comes near, and comparing must not exhaust the stack.
_DEEPEST = 100
_ACCOUNT = re.compile(r"^\d{12}$")
_LISTS_OF_STATEMENT = ("Action", "NotAction", "Resource", "NotResource")


def read_document(value: Value) -> Value:
    """The tree of a JSON object or array, given as text or as that tree; None for anything else."""
    if isinstance(value, str):
        if not value.lstrip().startswith(("{", "[")):
            return None
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return None
    if not isinstance(value, dict | list):
        return None
    return value if _is_shallow(value) else None


def is_policy(document: Value) -> bool:
    """Whether it is an access policy: a mapping with statements."""
    return isinstance(document, dict) and "Statement" in document


def means_same(left: Value, right: Value) -> bool:
    """Whether two documents, as `read_document` gives them, mean the same; what either does not know is the same.

    In access policies order means nothing, one element is the same as a list of it, an account is its root user, and
    values of conditions are texts: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
    """
    if is_policy(left) and is_policy(right):
        return _same(_policy(left), _policy(right), _same_sets)
    return _same(left, right, _same_sequences)


def same_scalar(left: Value, right: Value) -> bool:
    """Whether two leaves are the same: providers turn `"443"` into 443 and `"true"` into true, and 1 is 1.0."""
    return scalar_text(left) == scalar_text(right)


def scalar_text(value: Value) -> str:
    """The leaf as Terraform turns it into text."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value) if isinstance(value, bool | int | float) else str(value)


_SameLists = Callable[[list[Value], list[Value]], bool]


def _same(left: Value, right: Value, same_lists: _SameLists) -> bool:
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return True
    if isinstance(left, Sensitive) or isinstance(right, Sensitive):
        return _same_hidden(left, right)
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_same(left[name], right[name], same_lists) for name in left)
    if isinstance(left, list) and isinstance(right, list):
        return same_lists(left, right)
    # Python takes true for 1; a mapping, a list and a text are never equal to one another.
    return left == right and isinstance(left, bool) == isinstance(right, bool)


def _same_hidden(left: Value, right: Value) -> bool:
    """Two hidden leaves are compared by fingerprint; one that is hidden on one side alone cannot be compared."""
    prints = [item.fingerprint for item in (left, right) if isinstance(item, Sensitive) and item.fingerprint]
    return len(set(prints)) <= 1


def _same_sequences(left: list[Value], right: list[Value]) -> bool:
    return len(left) == len(right) and all(
        _same(item, other, _same_sequences) for item, other in zip(left, right, strict=True)
    )


def _same_sets(left: list[Value], right: list[Value]) -> bool:
    over, lacking = unmatched(left, right, lambda item, other: _same(item, other, _same_sets))
    return not over and not lacking


def _policy(document: Value) -> Value:
    if not isinstance(document, dict):
        return document
    return {
        name: [_statement(item) for item in _listed(value)] if name == "Statement" else value
        for name, value in document.items()
    }


def _statement(statement: Value) -> Value:
    if not isinstance(statement, dict):
        return statement
    return {name: _part(name, value) for name, value in statement.items()}


def _part(name: str, value: Value) -> Value:
    if name in _LISTS_OF_STATEMENT:
        return _maybe_listed(value)
    if name in ("Principal", "NotPrincipal") and isinstance(value, dict):
        return {kind: _each(who, _principal) for kind, who in value.items()}
    if name == "Condition" and isinstance(value, dict):
        return {
            operator: {key: _each(wanted, _condition_value) for key, wanted in keys.items()}
            if isinstance(keys, dict)
            else keys
            for operator, keys in value.items()
        }
    return value


def _each(value: Value, change: Callable[[Value], Value]) -> Value:
    listed = _maybe_listed(value)
    return [change(item) for item in listed] if isinstance(listed, list) else listed


def _maybe_listed(value: Value) -> Value:
    """A list, unless the whole is unknown or hidden: then nobody knows how many it is."""
    return value if isinstance(value, Unknown | Sensitive) else _listed(value)


def _listed(value: Value) -> list[Value]:
    return value if isinstance(value, list) else [value]


def _principal(who: Value) -> Value:
    return f"arn:aws:iam::{who}:root" if isinstance(who, str) and _ACCOUNT.match(who) else who


def _condition_value(value: Value) -> Value:
    return scalar_text(value) if isinstance(value, bool | int | float) else value


def _is_shallow(document: Value) -> bool:
    level: list[Value] = [document]
    for _ in range(_DEEPEST):
        level = [
            inner
            for item in level
            if isinstance(item, dict | list)
            for inner in (item.values() if isinstance(item, dict) else item)
        ]
        if not level:
            return True
    return False
