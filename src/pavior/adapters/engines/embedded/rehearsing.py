"""Everything that can be found wrong with a stack before the cloud is asked."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pavior.adapters.engines.embedded.data_sources import DATA_SOURCES
from pavior.adapters.engines.embedded.evaluating import Evaluator
from pavior.adapters.engines.embedded.planning import propose_changes
from pavior.adapters.engines.embedded.schema import Attribute, Kind, Schema
from pavior.adapters.engines.embedded.stack import LoadedStack, invalid
from pavior.adapters.engines.embedded.state import State
from pavior.adapters.engines.embedded.supported import RESOURCE_TYPES
from pavior.adapters.engines.values import Json, reveal, walk
from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import Unknown

_PLACEHOLDERS: Mapping[Kind, Json] = {
    Kind.STRING: "placeholder",
    Kind.POLICY: "{}",
    Kind.NUMBER: 1,
    Kind.BOOLEAN: True,
    Kind.LIST: ["placeholder"],
    Kind.SET: ["placeholder"],
    Kind.MAP: {},
}


def rehearse(stack: LoadedStack) -> None:
    """Plan as if nothing were there, and follow every reference.

    Raises:
        InvalidError: `stack-invalid`, `stack-unsupported`.
    """
    nothing = State(stack.environment)
    propose_changes(replace(stack, is_destroy=False), nothing, nothing, Evaluator(stack, None))
    problems = [*_self_references(stack), *_dangling(stack)]
    if problems:
        raise invalid(problems)


def _self_references(stack: LoadedStack) -> list[str]:
    return [
        f"{address}: {path} refers to {address} itself"
        for address, block in (*stack.resources.items(), *stack.data.items())
        for path, addresses in block.references.items()
        if address in addresses
    ]


def _dangling(stack: LoadedStack) -> list[str]:
    """What is not known even when every attribute of every resource is: it refers to one that does not exist."""

    def look_up(address: str) -> Mapping[str, Any] | None:
        if address in stack.resources:
            return _placeholders(RESOURCE_TYPES[stack.resources[address].type].schema)
        if address in stack.data:
            return _placeholders(DATA_SOURCES[stack.data[address].type].schema)
        return None

    places = {address: stack.values(address, look_up) for address in (*stack.resources, *stack.data)}
    places["output"] = {name: stack.output(name, look_up) for name in stack.outputs}
    return [
        f"{address}: {'.'.join(map(str, path))} refers to an attribute that does not exist"
        for address, values in places.items()
        for path, leaf in walk(reveal(values))
        if isinstance(leaf, Unknown) and leaf.reason is UnknownReason.KNOWN_AFTER_APPLY
    ]


def _placeholders(schema: Schema) -> dict[str, Any]:
    return {name: _placeholder(attribute) for name, attribute in schema.items() if not attribute.is_copy}


def _placeholder(attribute: Attribute) -> Json:
    return [_placeholders(attribute.block)] if attribute.block else _PLACEHOLDERS.get(attribute.kind, [])
