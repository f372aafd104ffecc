"""What a resource type accepts, what it fills in, and when two of its values are the same."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from pavior.adapters.engines.embedded.values import (
    UNKNOWN,
    Json,
    Values,
    canonical,
    has_unknown,
    is_empty,
    normal_json,
    policy_key,
)
from pavior.resources.model import Unknown


class Kind(StrEnum):
    """The provider's attribute types, as far as this engine has them."""

    STRING = "string"
    NUMBER = "number"
    BOOLEAN = "boolean"
    LIST = "list"
    SET = "set"
    MAP = "map"
    POLICY = "policy"
    BLOCK_LIST = "block-list"
    BLOCK_SET = "block-set"


_CONTAINERS = (Kind.LIST, Kind.SET, Kind.BLOCK_LIST, Kind.BLOCK_SET)


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute or block.

    Args:
        is_settable: False for what only the cloud decides, and for what this engine does not offer.
        default: What the provider plans when the source does not set it.
        is_computed: When the source does not set it, the cloud chooses, so it is unknown before it is made.
        forces_new: A change needs a new resource.
        is_local: The cloud does not hold it; it lives in source and state only.
        block: For blocks, what is inside.
    """

    kind: Kind = Kind.STRING
    is_required: bool = False
    is_settable: bool = True
    default: Json = None
    is_computed: bool = False
    forces_new: bool = False
    is_local: bool = False
    block: Mapping[str, "Attribute"] = field(default_factory=lambda: MappingProxyType({}))


Schema = Mapping[str, Attribute]


@dataclass(frozen=True, slots=True)
class Problem:
    """An attribute, by dotted path, that the source may not have or lacks."""

    path: str
    is_missing: bool = False


def computed(kind: Kind = Kind.STRING) -> Attribute:
    """Chosen by the cloud, never by the source."""
    return Attribute(kind, is_settable=False, is_computed=True)


def absent(kind: Kind = Kind.STRING) -> Attribute:
    """Known to the provider, not offered by this engine: shown empty, refused when set."""
    return Attribute(kind, is_settable=False)


TAGS: Schema = MappingProxyType(
    {"tags": Attribute(Kind.MAP), "tags_all": Attribute(Kind.MAP, is_settable=False, is_computed=True)}
)


def find_problems(schema: Schema, config: Values, prefix: str = "") -> list[Problem]:
    """What of `config` this engine does not offer, and what it lacks. Null means not set."""
    problems: list[Problem] = []
    for name, value in config.items():
        attribute = schema.get(name)
        if value is None or (value == [] and (attribute is None or attribute.block)):
            continue
        if attribute is None or not attribute.is_settable:
            problems.append(Problem(prefix + name))
        elif attribute.block and isinstance(value, list):
            for index, item in enumerate(value):
                if isinstance(item, dict):
                    problems += find_problems(attribute.block, item, f"{prefix}{name}.{index}.")
    missing = [
        Problem(prefix + name, is_missing=True)
        for name, attribute in schema.items()
        if attribute.is_required and (config.get(name) is None or config.get(name) == [])
    ]
    return problems + missing


def propose(schema: Schema, config: Values, live: Values | None) -> Values:
    """The values that the resource would have: what the source sets, defaults, and what the cloud chose or will choose.

    Where the source means the same as `live`, the live spelling is taken, so that only changes differ.
    """
    return {
        name: _propose_one(attribute, config.get(name), None if live is None else live.get(name), is_new=live is None)
        for name, attribute in schema.items()
    }


def changed(schema: Schema, before: Values, after: Values) -> list[str]:
    """Names of the attributes that differ, in schema order."""
    return [name for name, attribute in schema.items() if not same(attribute, before.get(name), after.get(name))]


def same(attribute: Attribute, left: Json, right: Json) -> bool:
    """Whether two values mean the same to the provider. Unknown is the same as nothing."""
    if has_unknown(left) or has_unknown(right):
        return False
    if is_empty(left) and is_empty(right):
        return True
    return _key(attribute, left) == _key(attribute, right)


def _propose_one(attribute: Attribute, given: Json, live: Json, *, is_new: bool) -> Json:
    if given is None or (given == [] and attribute.block):
        return _unset(attribute, live, is_new=is_new)
    value = _convert(attribute, given, live, is_new=is_new)
    return live if not is_new and same(attribute, value, live) else value


def _unset(attribute: Attribute, live: Json, *, is_new: bool) -> Json:
    if attribute.is_computed:
        return UNKNOWN if is_new else live
    if attribute.default is not None:
        return live if not is_new and same(attribute, attribute.default, live) else attribute.default
    empty: Json = [] if attribute.kind in _CONTAINERS else None
    return live if not is_new and is_empty(live) else empty


def _convert(attribute: Attribute, given: Json, live: Json, *, is_new: bool) -> Json:
    if isinstance(given, Unknown):
        return UNKNOWN
    if attribute.block and isinstance(given, list):
        live_items = live if isinstance(live, list) else []
        return [
            {
                name: _propose_one(
                    inner,
                    item.get(name),
                    live_items[index].get(name) if index < len(live_items) else None,
                    is_new=is_new or index >= len(live_items),
                )
                for name, inner in attribute.block.items()
            }
            for index, item in enumerate(given)
        ]
    return _convert_leaf(attribute.kind, given)


def _convert_leaf(kind: Kind, given: Json) -> Json:  # noqa: PLR0911 - one line per kind reads best
    match kind:
        case Kind.STRING:
            return _text(given)
        case Kind.POLICY:
            return normal_json(given) if isinstance(given, str) else given
        case Kind.NUMBER:
            return _number(given)
        case Kind.BOOLEAN:
            return {"true": True, "false": False}.get(given, given) if isinstance(given, str) else given
        case Kind.MAP:
            return {name: _text(value) for name, value in given.items() if value is not None}
        case Kind.SET:
            return sorted({canonical(_text(item)): _text(item) for item in given}.values(), key=canonical)
        case Kind.LIST:
            return [_text(item) for item in given]
        case _:
            return given


def _text(value: Json) -> Json:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, int | float) else value


def _number(value: Json) -> Json:
    if isinstance(value, str):
        return float(value) if "." in value else int(value)
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _key(attribute: Attribute, value: Json) -> str:
    if attribute.kind is Kind.POLICY:
        return policy_key(value)
    if attribute.block and isinstance(value, list):
        keys = [
            canonical(
                {
                    name: _key(inner, item.get(name))
                    for name, inner in attribute.block.items()
                    if not is_empty(item.get(name))
                }
            )
            for item in value
        ]
        return canonical(sorted(keys) if attribute.kind is Kind.BLOCK_SET else keys)
    if attribute.kind is Kind.SET and isinstance(value, list):
        return canonical(sorted(value, key=canonical))
    return canonical(value)
