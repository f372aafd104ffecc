"""Graphs and plan readings as plain JSON and back, so that they can be stored.

Nothing is lost: a leaf that is unknown or hidden comes back as such, and so does a mapping that looks like one.
Documents carry a version; one from a newer Pavior is refused, never half read.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias, TypeVar, cast

from pavior.kernel.errors import InvalidError
from pavior.kernel.verdicts import Position, UnknownReason
from pavior.resources.model import (
    Action,
    GraphFormat,
    PlanReading,
    Resource,
    ResourceChange,
    ResourceGraph,
    Sensitive,
    Skipped,
    Unknown,
    Value,
)

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

T = TypeVar("T")

# Raise it when a reader of the old number could misread the new form.
FORMAT_VERSION = 1

# Every key that begins with this is ours: a mapping of the user's with such a key is wrapped in `$mapping`.
_MARK = "$"
_UNKNOWN = "$unknown"
_SENSITIVE = "$sensitive"
_MAPPING = "$mapping"


def encode_value(value: Value) -> Json:
    """The tree as JSON; Unknown, Sensitive and mappings with keys that begin with `$` are marked."""
    match value:
        case Unknown():
            # A reader that does not know the pieces leaves them out, and then knows less.
            known: dict[str, Json] = {"pieces": list(value.pieces)} if value.pieces else {}
            return {_UNKNOWN: value.reason.value, "detail": value.detail, **known}
        case Sensitive():
            return {_SENSITIVE: value.fingerprint}
        case list():
            return [encode_value(item) for item in value]
        case dict():
            mapping: dict[str, Json] = {key: encode_value(item) for key, item in value.items()}
            return {_MAPPING: mapping} if any(key.startswith(_MARK) for key in value) else mapping
        case _:
            return value


def decode_value(document: Json) -> Value:
    """What `encode_value` was given."""
    match document:
        case {"$unknown": str(reason), "detail": str(detail), **rest}:
            pieces = cast("list[Json]", rest.get("pieces", []))
            return Unknown(UnknownReason(reason), detail, tuple(map(_text, pieces)))
        case {"$sensitive": str(fingerprint)}:
            return Sensitive(fingerprint)
        case {"$mapping": dict(mapping)}:
            return {key: decode_value(item) for key, item in mapping.items()}
        case dict():
            return {key: decode_value(item) for key, item in document.items()}
        case list():
            return [decode_value(item) for item in document]
        case _:
            return document


def encode_position(position: Position | None) -> Json:
    """`[path, line, end line, column]`, or null."""
    return None if position is None else [position.path, position.line, position.end_line, position.column]


def decode_position(document: Json) -> Position | None:
    """What `encode_position` was given."""
    match document:
        case None:
            return None
        case [str(path), int(line), int(end_line), int(column)]:
            return Position(path, line, end_line, column)
        case _:
            raise ValueError("a position is four values")


def encode_graph(graph: ResourceGraph) -> dict[str, Json]:
    """A JSON document with a version."""
    return {"version": FORMAT_VERSION, **_graph(graph)}


def decode_graph(document: Mapping[str, object]) -> ResourceGraph:
    """What `encode_graph` was given.

    Raises:
        InvalidError: `stored-graph-version`, `stored-graph-malformed`.
    """
    return _decode(document, _read_graph)


def encode_plan_reading(reading: PlanReading) -> dict[str, Json]:
    """A JSON document with a version."""
    return {
        "version": FORMAT_VERSION,
        "graph": _graph(reading.graph),
        "prior": _graph(reading.prior),
        "changes": [_change(change) for change in reading.changes],
        "format_version": reading.format_version,
        "terraform_version": reading.terraform_version,
        # Only where there is some, so that the digest of what was stored before stays what it was.
        **({"moved": dict(reading.moved)} if reading.moved else {}),
    }


def decode_plan_reading(document: Mapping[str, object]) -> PlanReading:
    """What `encode_plan_reading` was given.

    Raises:
        InvalidError: `stored-graph-version`, `stored-graph-malformed`.
    """
    return _decode(document, _read_plan)


def _graph(graph: ResourceGraph) -> dict[str, Json]:
    return {
        "format": graph.format.value,
        "complete": graph.complete,
        "resources": [_resource(resource) for resource in graph.resources],
        "skipped": [_skipped(item) for item in graph.skipped],
    }


def _resource(resource: Resource) -> Json:
    return {
        "address": resource.address,
        "type": resource.type,
        "mode": resource.mode,
        "provider": resource.provider,
        "values": _values(resource.values),
        "position": encode_position(resource.position),
        "references": {path: list(addresses) for path, addresses in resource.references.items()},
        "attribute_positions": {
            path: encode_position(position) for path, position in resource.attribute_positions.items()
        },
        **({} if resource.unwritten is None else {"unwritten": list(resource.unwritten)}),
    }


def _change(change: ResourceChange) -> Json:
    return {
        "address": change.address,
        "type": change.type,
        "action": change.action.value,
        "before": None if change.before is None else _values(change.before),
        "after": None if change.after is None else _values(change.after),
        "position": encode_position(change.position),
    }


# The top mapping of a resource is never a marked leaf, so it needs no wrapping.
def _values(values: Mapping[str, Value]) -> Json:
    return {key: encode_value(value) for key, value in values.items()}


def _decode(document: Mapping[str, object], read: Callable[[Mapping[str, Json]], T]) -> T:
    version = document.get("version")
    if version != FORMAT_VERSION:
        raise InvalidError(
            "stored-graph-version",
            f"A stored resource document has version {version!r}; this Pavior reads version {FORMAT_VERSION}.",
            fix="Run the version of Pavior that wrote it.",
        )
    try:
        return read(cast("Mapping[str, Json]", document))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InvalidError(
            "stored-graph-malformed",
            f"A stored resource document cannot be read: {error}.",
            fix="Restore the database from a backup; the document was not written by Pavior.",
        ) from error


def _read_graph(document: Mapping[str, Json]) -> ResourceGraph:
    return ResourceGraph(
        format=GraphFormat(_text(document["format"])),
        resources=tuple(_read_resource(_mapping(item)) for item in _list(document["resources"])),
        skipped=tuple(_read_skipped(item) for item in _list(document["skipped"])),
        complete=_truth(document["complete"]),
    )


def _read_plan(document: Mapping[str, Json]) -> PlanReading:
    return PlanReading(
        graph=_read_graph(_mapping(document["graph"])),
        changes=tuple(_read_change(_mapping(item)) for item in _list(document["changes"])),
        prior=_read_graph(_mapping(document["prior"])),
        format_version=_text(document["format_version"]),
        terraform_version=_text(document["terraform_version"]),
        moved={new: _text(before) for new, before in _mapping(document.get("moved", {})).items()},
    )


def _read_resource(document: Mapping[str, Json]) -> Resource:
    positions = {path: decode_position(item) for path, item in _mapping(document["attribute_positions"]).items()}
    return Resource(
        address=_text(document["address"]),
        type=_text(document["type"]),
        values=_read_values(document["values"]),
        mode=_text(document["mode"]),
        provider=_text(document["provider"]),
        position=decode_position(document["position"]),
        references={
            path: tuple(_text(address) for address in _list(addresses))
            for path, addresses in _mapping(document["references"]).items()
        },
        attribute_positions={path: position for path, position in positions.items() if position is not None},
        # Documents from before have no such key.
        unwritten=tuple(map(_text, _list(document["unwritten"]))) if "unwritten" in document else None,
    )


def _read_change(document: Mapping[str, Json]) -> ResourceChange:
    before, after = document["before"], document["after"]
    return ResourceChange(
        address=_text(document["address"]),
        type=_text(document["type"]),
        action=Action(_text(document["action"])),
        before=None if before is None else _read_values(before),
        after=None if after is None else _read_values(after),
        position=decode_position(document["position"]),
    )


def _skipped(item: Skipped) -> list[Json]:
    # Graphs that were stored before kinds were told have two items.
    return [item.subject, item.why, item.kind] if item.kind else [item.subject, item.why]


def _read_skipped(document: Json) -> Skipped:
    return Skipped(*map(_text, _list(document)))


def _read_values(document: Json) -> dict[str, Value]:
    return {key: decode_value(value) for key, value in _mapping(document).items()}


def _text(document: Json) -> str:
    if not isinstance(document, str):
        raise TypeError(f"expected text, found {type(document).__name__}")
    return document


def _truth(document: Json) -> bool:
    if not isinstance(document, bool):
        raise TypeError(f"expected true or false, found {type(document).__name__}")
    return document


def _mapping(document: Json) -> Mapping[str, Json]:
    if not isinstance(document, dict):
        raise TypeError(f"expected a mapping, found {type(document).__name__}")
    return document


def _list(document: Json) -> Sequence[Json]:
    if not isinstance(document, list):
        raise TypeError(f"expected a list, found {type(document).__name__}")
    return document
