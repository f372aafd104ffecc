"""Values of resources as a person reads them, leaf by leaf, and what differs between two of them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import ResourceChange, Sensitive, Unknown, Value

# Whole policies stand in single strings; nobody reads more than this in a table.
LONGEST_TEXT_CHARACTERS = 4000


@dataclass(frozen=True, slots=True)
class PropertyChange:
    """One leaf. `before` or `after` is empty when it is absent on that side."""

    path: str
    before: str
    after: str

    @property
    def is_changed(self) -> bool:
        """Whether the two sides differ."""
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class PlannedResource:
    """One line of a plan, with the leaves that change."""

    change: ResourceChange
    properties: tuple[PropertyChange, ...]


def planned_resource(change: ResourceChange) -> PlannedResource:
    """The leaves that a resource gains, loses or changes, by path."""
    before, after = _leaves(change.before), _leaves(change.after)
    paths = sorted(before.keys() | after.keys())
    found = (PropertyChange(path, before.get(path, ""), after.get(path, "")) for path in paths)
    return PlannedResource(change, tuple(item for item in found if item.is_changed))


def value_text(value: Value) -> str:
    """One leaf, or a whole tree as JSON."""
    match value:
        case Unknown(reason=UnknownReason.KNOWN_AFTER_APPLY):
            return "(known after apply)"
        case Unknown():
            return f"(not evaluated: {value.detail})" if value.detail else "(not evaluated)"
        case Sensitive():
            return "(sensitive)"
        case str():
            text = value
        case _:
            text = json.dumps(_plain(value), ensure_ascii=False, indent=2 if isinstance(value, dict | list) else None)
    return (
        text if len(text) <= LONGEST_TEXT_CHARACTERS else f"{text[:LONGEST_TEXT_CHARACTERS]}… ({len(text)} characters)"
    )


def drift_text(value: Value) -> str:
    """One side of a drifted property; what is absent says so."""
    return "(absent)" if value is None else value_text(value)


def _plain(value: Value) -> object:
    match value:
        case Unknown() | Sensitive():
            return value_text(value)
        case dict():
            return {key: _plain(inner) for key, inner in value.items()}
        case list():
            return [_plain(inner) for inner in value]
        case _:
            return value


def _leaves(values: Mapping[str, Value] | None) -> dict[str, str]:
    return dict(_walk("", dict(values))) if values else {}


def _walk(path: str, value: Value) -> Iterator[tuple[str, str]]:
    match value:
        case dict() if value:
            for key, inner in value.items():
                yield from _walk(f"{path}.{key}" if path else key, inner)
        case list() if value:
            for index, inner in enumerate(value):
                yield from _walk(f"{path}[{index}]", inner)
        case None | {} | []:
            # A provider writes every attribute that is not set as one of these.
            return
        case _:
            yield path, value_text(value)
