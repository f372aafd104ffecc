"""What a resource type accepts, what it fills in, and when two of its values are the same."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from pavior.adapters.engines.values import (
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
        is_copy: Repeats what another resource type says. Unknown in the plan of a new thing, as the provider has it,
            and nowhere else.
        follows_others: Other resources change it, so it is read again when all of them are done.
        derived_from: Siblings that the cloud computes it from: when one of them changes, it is unknown.
        is_single: At most one block.
        allowed: The texts that it may be; empty for any.
        block: For blocks, what is inside.
    """

    kind: Kind = Kind.STRING
    is_required: bool = False
    is_settable: bool = True
    default: Json = None
    is_computed: bool = False
    forces_new: bool = False
    is_local: bool = False
    is_copy: bool = False
    follows_others: bool = False
    derived_from: tuple[str, ...] = ()
    is_single: bool = False
    allowed: tuple[str, ...] = ()
    block: Mapping[str, "Attribute"] = field(default_factory=lambda: MappingProxyType({}))


Schema = Mapping[str, Attribute]


def computed(kind: Kind = Kind.STRING, *, derived_from: tuple[str, ...] = ()) -> Attribute:
    """Chosen by the cloud, never by the source."""
    return Attribute(kind, is_settable=False, is_computed=True, derived_from=derived_from)


def absent(kind: Kind = Kind.STRING) -> Attribute:
    """Known to the provider, not offered by this engine: shown empty, refused when set."""
    return Attribute(kind, is_settable=False)


def copy_of_another(kind: Kind = Kind.STRING) -> Attribute:
    """An old way to say what another resource type says: refused when set."""
    return Attribute(kind, is_settable=False, is_computed=True, is_copy=True)


TAGS: Schema = MappingProxyType(
    {"tags": Attribute(Kind.MAP), "tags_all": Attribute(Kind.MAP, is_settable=False, is_computed=True)}
)


def propose(schema: Schema, config: Values, live: Values | None) -> Values:
    """The values that the resource would have: what the source sets, defaults, and what the cloud chose or will choose.

    Where the source means the same as `live`, the live spelling is taken, so that only changes differ.
    """
    proposed = {
        name: _propose_one(attribute, config.get(name), None if live is None else live.get(name), is_new=live is None)
        for name, attribute in schema.items()
        if live is None or not attribute.is_copy
    }
    if live is not None:
        for name, attribute in schema.items():
            if config.get(name) is None and any(
                not same(schema[other], live.get(other), proposed.get(other)) for other in attribute.derived_from
            ):
                proposed[name] = UNKNOWN
    return proposed


def observed(schema: Schema, read: Values, known: Values) -> Values:
    """What was read, in schema order; what the cloud does not hold is taken from `known`, or is its default."""
    values: Values = {}
    for name, attribute in schema.items():
        if attribute.is_copy:
            continue
        if name in read:
            values[name] = read[name]
        elif attribute.is_local:
            remembered = known.get(name)
            values[name] = attribute.default if remembered is None or has_unknown(remembered) else remembered
        else:
            values[name] = [] if attribute.kind in _CONTAINERS else None
    return values


def changed(schema: Schema, before: Values, after: Values) -> list[str]:
    """Names of the attributes that differ, in schema order."""
    return [
        name
        for name, attribute in schema.items()
        if not attribute.is_copy and not same(attribute, before.get(name), after.get(name))
    ]


def same(attribute: Attribute, left: Json, right: Json) -> bool:
    """Whether two values mean the same to the provider. Unknown is the same as nothing."""
    if has_unknown(left) or has_unknown(right):
        return False
    if is_empty(left) and is_empty(right):
        return True
    return _key(attribute, left) == _key(attribute, right)


def fits(attribute: Attribute, planned: Json, actual: Json) -> bool:
    """Whether `actual` is what was planned, where a planned unknown may have become anything."""
    if isinstance(planned, Unknown):
        return True
    if not has_unknown(planned):
        # A block alone is compared like a list of one.
        is_block = bool(attribute.block) and isinstance(planned, dict)
        return same(attribute, [planned], [actual]) if is_block else same(attribute, planned, actual)
    if isinstance(planned, dict) and isinstance(actual, dict):
        return all(fits(attribute.block.get(name, _ANY), item, actual.get(name)) for name, item in planned.items())
    if isinstance(planned, list) and isinstance(actual, list) and len(planned) == len(actual):
        # Order within a set may change with what was unknown in it.
        return all(any(fits(attribute, item, other) for other in actual) for item in planned)
    return False


_ANY = Attribute()


def decided(schema: Schema) -> Schema:
    """The attributes that a plan decides about. All others are the cloud's own, and may change with our steps."""
    return {name: attribute for name, attribute in schema.items() if attribute.is_settable or name == "tags_all"}


def misfits(schema: Schema, planned: Values, actual: Values) -> list[str]:
    """Names of the decided attributes that are not what was planned."""
    return [
        name for name, attribute in decided(schema).items() if not fits(attribute, planned.get(name), actual.get(name))
    ]


def _propose_one(attribute: Attribute, given: Json, live: Json, *, is_new: bool) -> Json:
    if given is None or (given == [] and attribute.block):
        return _unset(attribute, live, is_new=is_new)
    value = _convert(attribute, given, live, is_new=is_new)
    return live if not is_new and same(attribute, value, live) else value


def _unset(attribute: Attribute, live: Json, *, is_new: bool) -> Json:
    if not is_new and (attribute.is_computed or not attribute.is_settable):
        return live
    if attribute.is_computed:
        return UNKNOWN
    if attribute.default is not None:
        return live if not is_new and same(attribute, attribute.default, live) else attribute.default
    empty: Json = [] if attribute.kind in _CONTAINERS else None
    return live if not is_new and is_empty(live) else empty


def _convert(attribute: Attribute, given: Json, live: Json, *, is_new: bool) -> Json:
    if isinstance(given, Unknown):
        return UNKNOWN
    if attribute.block and isinstance(given, list):
        live_items = live if isinstance(live, list) else []
        items: list[Json] = []
        for index, item in enumerate(given):
            if not isinstance(item, dict):
                items.append(UNKNOWN)
                continue
            live_item = live_items[index] if not is_new and index < len(live_items) else None
            items.append(propose(attribute.block, item, live_item))
        return sorted(items, key=canonical) if attribute.kind is Kind.BLOCK_SET else items
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
            if has_unknown(given):
                # It may be equal to another element, so not even their number is known.
                return UNKNOWN
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
    number = float(value) if isinstance(value, str) else value
    return int(number) if isinstance(number, float) and number.is_integer() else number


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
