"""Functions of lists, sets and mappings. Each gets the budget first.

Those that are structural in `functions.FUNCTIONS` may meet parts that are unknown or secret, and move them only.
Source: developer.hashicorp.com/terraform/language/functions, 1.11.
"""

import itertools
import math
from collections.abc import Mapping, Sequence

from pavior.adapters.hcl.budget import MAXIMUM_VALUE_SIZE, Budget, too_complex
from pavior.adapters.hcl.values import (
    EvaluationError,
    Secret,
    Term,
    TerraformSet,
    encode_json,
    equal,
    kind_of,
    to_bool,
    to_number,
    to_text,
    unified,
)
from pavior.resources.model import Unknown

# Terraform's own limit for `range`.
_LONGEST_RANGE = 1024


def _list(value: Term) -> list[Term]:
    if isinstance(value, list):
        return value
    raise EvaluationError(f"a list is needed, not {kind_of(value)}")


def _mapping(value: Term) -> Mapping[str, Term]:
    if isinstance(value, Mapping):
        return value
    raise EvaluationError(f"an object is needed, not {kind_of(value)}")


def _whole(value: Term) -> int:
    number = to_number(value)
    if isinstance(number, int):
        return number
    raise EvaluationError("a whole number is needed")


def make_set(items: Sequence[Term]) -> TerraformSet:
    """Distinct and sorted, as Terraform shows a set of text."""
    return TerraformSet(sorted(_distinct(unified(*items)), key=_set_key))


def _set_key(item: Term) -> tuple[int, float, str]:
    # Numbers by size, all else by its text.
    if isinstance(item, int | float) and not isinstance(item, bool):
        return (0, item, "")
    return (1, 0, item if isinstance(item, str) else encode_json(item))


def _distinct(items: Sequence[Term]) -> list[Term]:
    found: dict[str, Term] = {}
    for item in items:
        found.setdefault(encode_json(item), item)
    return list(found.values())


def all_true(_: Budget, items: Term) -> Term:
    """`alltrue`."""
    return all(item is not None and to_bool(item) for item in _list(items))


def any_true(_: Budget, items: Term) -> Term:
    """`anytrue`."""
    return any(item is not None and to_bool(item) for item in _list(items))


def as_list(_: Budget, items: Term) -> Term:
    """`tolist`."""
    return None if items is None else list(unified(*_list(items)))


def as_set(_: Budget, items: Term) -> Term:
    """`toset`."""
    return None if items is None else make_set(_list(items))


def as_map(_: Budget, value: Term) -> Term:
    """`tomap`."""
    if value is None:
        return None
    mapping = _mapping(value)
    return dict(zip(mapping, unified(*mapping.values()), strict=True))


def coalesce_lists(_: Budget, *lists: Term) -> Term:
    """`coalescelist`."""
    for items in lists:
        if items is not None and _list(items):
            return items
    raise EvaluationError("no list has an element")


def compact(_: Budget, items: Term) -> Term:
    """`compact`."""
    return [item for item in _list(items) if item is not None and item != ""]


def concat(_: Budget, *lists: Term) -> Term:
    """`concat`."""
    return [item for items in lists for item in _list(items)]


def contains(_: Budget, items: Term, wanted: Term) -> Term:
    """`contains`."""
    return any(equal(*unified(item, wanted)) for item in _list(items))


def distinct(_: Budget, items: Term) -> Term:
    """`distinct`."""
    return _distinct(_list(items))


def element(_: Budget, items: Term, index: Term) -> Term:
    """`element`, which goes round at the end."""
    clear, number = _list(items), _whole(index)
    if not clear or number < 0:
        raise EvaluationError("the list is empty, or the index negative")
    return clear[number % len(clear)]


def flatten(_: Budget, items: Term) -> Term:
    """`flatten`. A part that is not known yet could be a list, so then nothing is known."""
    flat: list[Term] = []
    waiting = [iter(_list(items))]
    while waiting:
        for item in waiting[-1]:
            if isinstance(item, Unknown):
                return item
            if isinstance(item, list):
                waiting.append(iter(item))
                break
            flat.append(item)
        else:
            waiting.pop()
    return flat


def keys(_: Budget, mapping: Term) -> Term:
    """`keys`."""
    return sorted(_mapping(mapping))


def values(_: Budget, mapping: Term) -> Term:
    """`values`, in the order of the keys."""
    return [value for _, value in sorted(_mapping(mapping).items(), key=lambda pair: pair[0])]


def length(_: Budget, value: Term) -> Term:
    """`length`."""
    if isinstance(value, str | list | Mapping):
        return len(value)
    raise EvaluationError(f"{kind_of(value)} has no length")


def lookup(_: Budget, mapping: Term, key: Term, *default: Term) -> Term:
    """`lookup`."""
    clear, name = _mapping(mapping), to_text(key)
    if name in clear:
        return clear[name]
    if default:
        return default[0]
    raise EvaluationError(f"there is no {name!r} in the object")


def merge(_: Budget, *mappings: Term) -> Term:
    """`merge`; later ones win."""
    return {key: value for mapping in mappings if mapping is not None for key, value in _mapping(mapping).items()}


def one(_: Budget, items: Term) -> Term:
    """`one`."""
    clear = _list(items)
    if len(clear) > 1:
        raise EvaluationError("the list has more than one element")
    return clear[0] if clear else None


def count_up(_: Budget, *limits: Term) -> Term:
    """`range`."""
    numbers = [_whole(limit) for limit in limits]
    start, end = (0, numbers[0]) if len(numbers) == 1 else (numbers[0], numbers[1])
    default_step = 1 if start <= end else -1
    step = numbers[2] if len(numbers) > 2 else default_step  # noqa: PLR2004 - the third argument
    if step == 0 or (step > 0) != (start <= end) or len(range(start, end, step)) > _LONGEST_RANGE:
        raise EvaluationError(f"the step leads nowhere, or to more than {_LONGEST_RANGE} numbers")
    return list(range(start, end, step))


def reverse(_: Budget, items: Term) -> Term:
    """`reverse`."""
    return list(reversed(_list(items)))


def set_union(_: Budget, *sets: Term) -> Term:
    """`setunion`."""
    return make_set([item for items in sets for item in _list(items)])


def set_intersection(_: Budget, *sets: Term) -> Term:
    """`setintersection`."""
    others = [{encode_json(item) for item in _list(items)} for items in sets[1:]]
    return make_set([item for item in _list(sets[0]) if all(encode_json(item) in other for other in others)])


def set_subtract(_: Budget, items: Term, without: Term) -> Term:
    """`setsubtract`."""
    gone = {encode_json(item) for item in _list(without)}
    return make_set([item for item in _list(items) if encode_json(item) not in gone])


def set_product(budget: Budget, *sets: Term) -> Term:
    """`setproduct`."""
    lists = [_list(items) for items in sets]
    size = math.prod(map(len, lists)) * len(lists)
    if size > MAXIMUM_VALUE_SIZE:
        raise too_complex(f"a product of sets would have more than {MAXIMUM_VALUE_SIZE} parts")
    budget.spend(size)
    return [list(items) for items in itertools.product(*lists)]


def slice_list(_: Budget, items: Term, start: Term, end: Term) -> Term:
    """`slice`."""
    clear, first, last = _list(items), _whole(start), _whole(end)
    if not 0 <= first <= last <= len(clear):
        raise EvaluationError("the bounds are outside of the list")
    return clear[first:last]


def sort(_: Budget, items: Term) -> Term:
    """`sort`, of texts."""
    return sorted(to_text(item) for item in _list(items))


def chunk_list(_: Budget, items: Term, size: Term) -> Term:
    """`chunklist`; the size 0 means one chunk."""
    clear, count = _list(items), _whole(size)
    if count < 0:
        raise EvaluationError("the size is negative")
    step = count or max(1, len(clear))
    return [clear[start : start + step] for start in range(0, len(clear), step)]


def index_of(_: Budget, items: Term, wanted: Term) -> Term:
    """`index`."""
    for number, item in enumerate(_list(items)):
        if equal(item, wanted):
            return number
    raise EvaluationError("the list has no such element")


def match_keys(_: Budget, items: Term, names: Term, wanted: Term) -> Term:
    """`matchkeys`."""
    clear, of_items = _list(items), _list(names)
    if len(clear) != len(of_items):
        raise EvaluationError("the lists differ in length")
    searched = _list(wanted)
    return [item for item, name in zip(clear, of_items, strict=True) if any(equal(name, other) for other in searched)]


def transpose(budget: Budget, mapping: Term) -> Term:
    """`transpose`."""
    turned: dict[str, list[Term]] = {}
    for name, items in sorted(_mapping(mapping).items()):
        budget.spend(len(_list(items)))
        for item in _list(items):
            turned.setdefault(to_text(item), []).append(name)
    return dict(sorted(turned.items()))


def zip_map(_: Budget, names: Term, items: Term) -> Term:
    """`zipmap`."""
    wanted, clear = _list(names), _list(items)
    if len(wanted) != len(clear):
        raise EvaluationError("the lists differ in length")
    result: dict[str, Term] = {}
    for name, item in zip(wanted, clear, strict=True):
        if isinstance(name, Unknown):
            return name
        result[to_text(name.value if isinstance(name, Secret) else name)] = item
    return result
