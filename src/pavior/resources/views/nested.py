"""What stands inside of blocks, lists and JSON texts of a resource."""

import json

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import Resource, Sensitive, Unknown, Value
from pavior.resources.views.facts import Fact, Source, hidden, not_understood


def blocks(source: Source, path: str) -> tuple[str, ...] | Unknown:
    """The paths of the blocks at `path`, in order; none when there is none, Unknown when nobody knows how many."""
    value = source.value(path)
    if value is None:
        return ()
    if isinstance(value, dict):
        return (path,)
    if not isinstance(value, list):
        return unread(value)
    # A `null` in the list is no block.
    return tuple(f"{path}.{number}" for number, item in enumerate(value) if item is not None)


def is_given(source: Source, path: str) -> Fact[bool]:
    """Whether something is named at `path`: a text, a list with something in it, or what the apply will make."""
    value = source.value(path)
    if isinstance(value, Unknown):
        is_later = value.reason is UnknownReason.KNOWN_AFTER_APPLY
        return source.fact(path, True if is_later else value)
    return source.fact(path, bool(value))


def read_json(value: Value) -> Value:
    """The tree of a JSON text; a tree stays, and a text that is not JSON is Unknown."""
    if not isinstance(value, str):
        return value
    try:
        tree: Value = json.loads(value)
    except ValueError:
        return Unknown(UnknownReason.NOT_EVALUATED, "the text is not JSON")
    return tree


def within(tree: dict[str, Value], type_name: str = "") -> Source:
    """A mapping inside of a resource, to be read as one; of no type, so it has no defaults."""
    return Source(Resource("", type_name, tree))


def unread(value: Value) -> Unknown:
    """Why a value that should be a list or a mapping cannot be gone through."""
    if isinstance(value, Unknown):
        return value
    return hidden() if isinstance(value, Sensitive) else not_understood(value)
