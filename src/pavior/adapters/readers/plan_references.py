"""Which resources the expressions of a plan's configuration mention: also through variables and outputs of modules.

The configuration does not say what locals hold; the source does.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from msgspec import Struct

_INDEX = re.compile(r'\[(?:"(?:[^"\\]|\\.)*"|\d+)\]')
_REFERENCE = re.compile(
    r"(?P<base>(?:data\.)?[A-Za-z_][\w-]*\.[A-Za-z_][\w-]*)"
    r'(?P<index>\[(?:"(?:[^"\\]|\\.)*"|\d+)\])?'
    r"(?:\.(?P<attribute>[\w-]+))?"
)
_MAXIMUM_DEPTH = 50


class ConfigurationResource(msgspec.Struct):
    """A resource block."""

    address: str = ""
    expressions: Any = None


class ConfigurationOutput(msgspec.Struct):
    """An output block."""

    expression: Any = None


class ConfigurationCall(msgspec.Struct):
    """A module block."""

    expressions: Any = None
    module: "ConfigurationModule | None" = None


class ConfigurationModule(msgspec.Struct):
    """All of one folder."""

    resources: list[ConfigurationResource] = []
    module_calls: dict[str, ConfigurationCall] = {}
    outputs: dict[str, ConfigurationOutput] = {}


class PlannedAddress(Struct, frozen=True):
    """A planned resource.

    Args:
        prefix: Of its module, such as `module.a["x"].`, or empty.
        base: Address within its module, without an index.
    """

    address: str
    prefix: str
    base: str
    index: int | str | None


class References:
    """Looks up what each resource mentions."""

    def __init__(self, root: ConfigurationModule | None, planned: Iterable[PlannedAddress]) -> None:
        self._modules: dict[str, tuple[ConfigurationModule, dict[str, ConfigurationResource]]] = {}
        self._instances: dict[tuple[str, str], list[PlannedAddress]] = {}
        self._prefixes: dict[str, dict[str, None]] = {}
        if root is not None:
            self._enter(root, "", 0)
        for item in planned:
            self._instances.setdefault((item.prefix, item.base), []).append(item)
            self._prefixes.setdefault(_INDEX.sub("", item.prefix), {})[item.prefix] = None

    def of(self, resource: PlannedAddress) -> dict[str, tuple[str, ...]]:
        """Dotted attribute path to addresses."""
        found = self._modules.get(_INDEX.sub("", resource.prefix))
        block = found[1].get(resource.base) if found is not None else None
        if block is None:
            return {}
        result: dict[str, tuple[str, ...]] = {}
        for path, names in _mentions(block.expressions):
            addresses = self._follow(names, resource.prefix, resource.index, frozenset())
            if addresses:
                result[path] = addresses
        return result

    def _enter(self, module: ConfigurationModule, path: str, depth: int) -> None:
        self._modules[path] = (module, {item.address: item for item in module.resources})
        if depth < _MAXIMUM_DEPTH:
            for name, call in module.module_calls.items():
                if call.module is not None:
                    self._enter(call.module, f"{path}module.{name}.", depth + 1)

    def _follow(
        self, names: list[str], prefix: str, index: int | str | None, seen: frozenset[tuple[str, str]]
    ) -> tuple[str, ...]:
        """Addresses of what is mentioned in a module."""
        is_same_index = any(name in ("each.key", "count.index") for name in names)
        found: dict[str, None] = {}
        with_index = {match["base"] for name in names if (match := _REFERENCE.match(name)) and match["index"]}
        for name in names:
            match = _REFERENCE.match(name)
            if match is None or (match["base"] in with_index and not match["index"]):
                continue
            base, wanted = match["base"], match["index"] or ""
            if base.startswith("var."):
                found.update(dict.fromkeys(self._argument(base.removeprefix("var."), prefix, seen)))
            elif base.startswith("module."):
                found.update(dict.fromkeys(self._output(base, wanted, match["attribute"], prefix, seen)))
            else:
                instances = self._instances.get((prefix, base), [])
                chosen = [item for item in instances if is_same_index and item.index == index] if not wanted else []
                for item in chosen or instances:
                    if item.address.endswith(wanted):
                        found[item.address] = None
        return tuple(found)

    def _argument(self, name: str, prefix: str, seen: frozenset[tuple[str, str]]) -> tuple[str, ...]:
        """What a module's variable was given."""
        if not prefix or (prefix, name) in seen or len(seen) > _MAXIMUM_DEPTH:
            return ()
        *parents, call = _split(prefix)
        parent = "".join(f"{part}." for part in parents)
        caller = self._modules.get(_INDEX.sub("", parent))
        block = caller[0].module_calls.get(_INDEX.sub("", call).removeprefix("module.")) if caller else None
        given = block.expressions.get(name) if block is not None and isinstance(block.expressions, dict) else None
        names = [name for _, names in _walk({"": given}, "", 0) for name in names]
        return self._follow(names, parent, None, seen | {(prefix, name)})

    def _output(
        self, base: str, wanted: str, attribute: str | None, prefix: str, seen: frozenset[tuple[str, str]]
    ) -> Iterator[str]:
        """What an output of a called module mentions."""
        found = self._modules.get(_INDEX.sub("", f"{prefix}{base}."))
        output = found[0].outputs.get(attribute or "") if found is not None else None
        if output is None or (base, attribute or "") in seen or len(seen) > _MAXIMUM_DEPTH:
            return
        names = [name for _, names in _walk({"": output.expression}, "", 0) for name in names]
        for child in self._prefixes.get(_INDEX.sub("", f"{prefix}{base}."), {}):
            if child.startswith(f"{prefix}{base}{wanted}"):
                yield from self._follow(names, child, None, seen | {(base, attribute or "")})


def _mentions(expressions: Any) -> Iterator[tuple[str, list[str]]]:
    """What `_walk` gives for the expressions of a block, most of which are written out."""
    if not isinstance(expressions, dict):
        return
    for name, item in expressions.items():
        if not isinstance(item, dict) or "constant_value" not in item:
            yield from _walk(item, name, 1)


def _walk(expressions: Any, path: str, depth: int) -> Iterator[tuple[str, list[str]]]:
    """Every expression with its dotted path; blocks of one type are lists."""
    if depth > _MAXIMUM_DEPTH:
        return
    if isinstance(expressions, list):
        for index, item in enumerate(expressions):
            yield from _walk(item, f"{path}.{index}" if path else str(index), depth + 1)
    elif isinstance(expressions, dict):
        # What is written out mentions nothing, whatever its keys are called.
        if "constant_value" in expressions:
            return
        names = expressions.get("references")
        if isinstance(names, list) and all(isinstance(name, str) for name in names):
            yield path, names
            return
        for name, item in expressions.items():
            yield from _walk(item, f"{path}.{name}" if path else name, depth + 1)


def _split(prefix: str) -> list[str]:
    """`module.a["x.y"].module.b.` as its calls."""
    return re.findall(r'module\.[\w-]+(?:\[(?:"(?:[^"\\]|\\.)*"|\d+)\])?', prefix)
