"""Comparing what was applied with what is there, property by property. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pavior.resources.documents import is_policy, means_same, read_document, same_scalar
from pavior.resources.matching import unmatched
from pavior.resources.mirrors import without_mirrored
from pavior.resources.model import Resource, ResourceGraph, Sensitive, Unknown, Value

# In these lists order means something, by the provider's documentation: layers shadow each other, the first
# behaviour that fits wins, and words of a command line stand where they stand. In all others it does not.
_ORDERED = frozenset({"args", "command", "entry_point", "entrypoint", "layers", "ordered_cache_behavior"})
# Terraform's own settings, which no cloud holds.
_NEVER_LIVE = frozenset({"timeouts"})


@dataclass(frozen=True, slots=True)
class PropertyDrift:
    """One property. `expected` or `actual` is None when the property is absent on that side."""

    path: str
    expected: Value
    actual: Value


@dataclass(frozen=True, slots=True)
class ResourceDrift:
    """One resource. `kind` is `changed` or `missing`."""

    address: str
    type: str
    kind: str
    properties: tuple[PropertyDrift, ...]


def compare(declared: ResourceGraph, observed: ResourceGraph) -> tuple[ResourceDrift, ...]:
    """Every resource of `declared` that is missing from `observed` or differs from it, in declared order.

    Noise is no drift: null against empty, order in set-like lists, whitespace and key order in
    JSON policies, and values that either side does not know. Neither are attributes that `declared` does not have at
    all, nor those that only repeat what another declared resource says (see `resources.mirrors`).

    A resource that `observed` passed over, or might have because it is not complete, is not known to be missing.
    """
    there = {resource.address: resource for resource in observed.resources}
    passed_over = {item.subject for item in observed.skipped}
    found = []
    for resource in declared.resources:
        if resource.mode != "managed":
            continue
        live = there.get(resource.address)
        if live is None:
            if observed.complete and not passed_over & {resource.address, resource.type}:
                found.append(ResourceDrift(resource.address, resource.type, "missing", ()))
            continue
        properties = _properties(resource, live, declared)
        if properties:
            found.append(ResourceDrift(resource.address, resource.type, "changed", properties))
    return tuple(found)


def _properties(resource: Resource, live: Resource, declared: ResourceGraph) -> tuple[PropertyDrift, ...]:
    expected, actual = without_mirrored(resource, resource.values, live.values, declared)
    drifts = [
        drift
        for name, value in expected.items()
        if name not in _NEVER_LIVE
        for drift in differences(name, value, actual.get(name))
    ]
    paths = {drift.path for drift in drifts}
    # `tags_all` is `tags` and the provider's default tags: one edit of a tag is one property.
    return tuple(drift for drift in drifts if drift.path.replace("tags_all", "tags", 1) not in paths - {drift.path})


def differences(path: str, expected: Value, actual: Value) -> Iterator[PropertyDrift]:
    """Where two values of the attribute at `path` differ, as `compare` sees it."""
    if _is_not_known(expected) or _is_not_known(actual):
        return
    if isinstance(expected, Sensitive) or isinstance(actual, Sensitive):
        yield from _hidden_differences(path, expected, actual)
        return
    if _is_nothing(expected) and _is_nothing(actual):
        return
    wanted, found = read_document(expected), read_document(actual)
    if wanted is not None and found is not None and _is_compared_as_document(expected, actual, wanted):
        if not means_same(wanted, found):
            yield _told(path, expected, actual)
    elif isinstance(expected, dict | None) and isinstance(actual, dict | None):
        yield from _mapping_differences(path, expected or {}, actual or {})
    elif isinstance(expected, list | None) and isinstance(actual, list | None):
        yield from _list_differences(path, expected or [], actual or [])
    elif isinstance(expected, dict | list) or isinstance(actual, dict | list) or not same_scalar(expected, actual):
        yield _told(path, expected, actual)


def _is_compared_as_document(expected: Value, actual: Value, wanted: Value) -> bool:
    return isinstance(expected, str) or isinstance(actual, str) or is_policy(wanted)


def _hidden_differences(path: str, expected: Value, actual: Value) -> Iterator[PropertyDrift]:
    if isinstance(expected, Sensitive) and isinstance(actual, Sensitive):
        if expected.fingerprint != actual.fingerprint:
            yield PropertyDrift(path, expected, actual)
    elif _is_nothing(expected) or _is_nothing(actual):
        yield PropertyDrift(path, expected, actual)


def _mapping_differences(
    path: str, expected: Mapping[str, Value], actual: Mapping[str, Value]
) -> Iterator[PropertyDrift]:
    for name in (*expected, *(name for name in actual if name not in expected)):
        yield from differences(f"{path}.{name}", expected.get(name), actual.get(name))


def _list_differences(path: str, expected: list[Value], actual: list[Value]) -> Iterator[PropertyDrift]:
    if path.rpartition(".")[2] in _ORDERED:
        is_equal = len(expected) == len(actual) and all(map(is_same, expected, actual))
        lacking, added = ((), ()) if is_equal else (tuple(range(len(expected))), tuple(range(len(actual))))
    else:
        lacking, added = unmatched(expected, actual, is_same)
    are_blocks = all(isinstance(item, dict) for item in (*expected, *actual))
    if are_blocks and len(lacking) == len(added) == 1:
        yield from differences(f"{path}.{lacking[0]}", expected[lacking[0]], actual[added[0]])
    elif are_blocks and not (lacking and added):
        yield from (_told(f"{path}.{index}", expected[index], None) for index in lacking)
        yield from (_told(f"{path}.{index}", None, actual[index]) for index in added)
    elif lacking or added:
        yield _told(path, expected, actual)


def is_same(expected: Value, actual: Value) -> bool:
    """Whether they differ nowhere, as `compare` sees it."""
    return next(differences("", expected, actual), None) is None


def _is_not_known(value: Value) -> bool:
    return isinstance(value, Unknown) or (isinstance(value, Sensitive) and not value.fingerprint)


def _is_nothing(value: Value) -> bool:
    """Null, false, zero and anything without content: providers do not tell them apart when nothing is set."""
    return value is None or value is False or (isinstance(value, int | float | str | list | dict) and not value)


def _told(path: str, expected: Value, actual: Value) -> PropertyDrift:
    """What one side hides, the other does not show."""
    if _hides(expected) != _hides(actual):
        expected, actual = _hidden(expected), _hidden(actual)
    return PropertyDrift(path, expected, actual)


def _hides(value: Value) -> bool:
    if isinstance(value, dict | list):
        return any(map(_hides, value.values() if isinstance(value, dict) else value))
    return isinstance(value, Sensitive)


def _hidden(value: Value) -> Value:
    return value if _hides(value) or _is_nothing(value) else Sensitive()
