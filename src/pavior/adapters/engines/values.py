"""Values inside the engine: JSON in clear, whose leaves may also be UNKNOWN. They are masked on the way out."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from pavior.adapters.hcl.values import Secret, Term
from pavior.resources.model import Unknown

UNKNOWN = Unknown()

# JSON as the provider's schema shapes it; leaves may be Unknown. Any, because JSON's type is not worth its casts here.
Json: TypeAlias = Any
Values: TypeAlias = dict[str, Any]
Path: TypeAlias = tuple[str | int, ...]


def is_empty(value: Json) -> bool:
    """Null, false, zero and anything without content: the provider does not tell them apart when unset."""
    return value is None or value in ("", 0, False) or value in ([], {})


def has_unknown(value: Json) -> bool:
    """Whether any leaf is unknown."""
    if isinstance(value, dict):
        return any(has_unknown(item) for item in value.values())
    if isinstance(value, list):
        return any(has_unknown(item) for item in value)
    return isinstance(value, Unknown)


def walk(value: Json, path: Path = ()) -> Iterator[tuple[Path, Json]]:
    """Every leaf with its path. Empty lists and mappings are leaves."""
    if isinstance(value, dict) and value:
        for name, item in value.items():
            yield from walk(item, (*path, name))
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            yield from walk(item, (*path, index))
    else:
        yield path, value


def map_leaves(value: Json, change: Callable[[Path, Json], Json], path: Path = ()) -> Json:
    """The same tree with each leaf changed."""
    if isinstance(value, dict):
        return {name: map_leaves(item, change, (*path, name)) for name, item in value.items()}
    if isinstance(value, list):
        return [map_leaves(item, change, (*path, index)) for index, item in enumerate(value)]
    return change(path, value)


def settled(wanted: Json, live: Json) -> Json:
    """`wanted`, where what it leaves to the cloud is as it is."""
    if isinstance(wanted, Unknown):
        return live
    if isinstance(wanted, dict):
        there = live if isinstance(live, dict) else {}
        return {name: settled(item, there.get(name)) for name, item in wanted.items()}
    if isinstance(wanted, list):
        items = live if isinstance(live, list) and len(live) == len(wanted) else [None] * len(wanted)
        return [settled(item, other) for item, other in zip(wanted, items, strict=True)]
    return wanted


def canonical(value: Json) -> str:
    """Text that is equal for equal values."""
    return json.dumps(_sortable(value), sort_keys=True, separators=(",", ":"))


def _sortable(value: Json) -> Json:
    return map_leaves(value, lambda _, leaf: "\x00unknown" if isinstance(leaf, Unknown) else leaf)


def normal_json(text: str) -> str:
    """A JSON document as the provider stores it: sorted keys, no spaces. Text that is not JSON stays as it is."""
    try:
        return json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    except ValueError:
        return text


def policy_key(text: Json) -> str:
    """Text that is equal for policy documents that mean the same: order and one-element lists do not matter."""
    if not isinstance(text, str):
        return canonical(text)
    try:
        document = json.loads(text)
    except ValueError:
        return text
    return canonical(_policy_part(document, is_statement=True))


def _policy_part(value: Json, *, is_statement: bool) -> Json:
    if isinstance(value, Mapping):
        return {
            name: _statements(item) if name == "Statement" else _policy_part(item, is_statement=False)
            for name, item in value.items()
        }
    if isinstance(value, list) and not is_statement:
        parts = sorted((_policy_part(item, is_statement=False) for item in value), key=canonical)
        return parts[0] if len(parts) == 1 else parts
    return value


def _statements(value: Json) -> Json:
    given = value if isinstance(value, list) else [value]
    return sorted((_policy_part(item, is_statement=False) for item in given), key=canonical)


def without_unknown(value: Json) -> Json:
    """The same tree with null for each unknown leaf, as it is kept."""
    return map_leaves(value, lambda _, leaf: None if isinstance(leaf, Unknown) else leaf)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Values as the source gives them.

    Args:
        clear: With secrets in clear.
        tainted: With each secret unknown.
    """

    clear: Values = field(repr=False)
    tainted: Values = field(repr=False)


def split(values: Mapping[str, Term]) -> Evaluation:
    """Values of the source, seen both ways."""
    return Evaluation(clear=reveal(dict(values)), tainted=taint(dict(values)))


def reveal(value: Term) -> Json:
    """With secrets in clear."""
    return map_leaves(value, lambda _, leaf: reveal(leaf.value) if isinstance(leaf, Secret) else leaf)


def taint(value: Term) -> Json:
    """With each secret unknown."""
    return map_leaves(value, lambda _, leaf: UNKNOWN if isinstance(leaf, Secret) else leaf)
