"""Which resources the expressions of a plan's configuration mention: also through variables and outputs of modules.

The configuration does not say what locals hold; the source does.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any, TypeGuard

import msgspec
from msgspec import Struct

from pavior.adapters.readers.plan_values import has_mark

_INDEX = re.compile(r'\[(?:"(?:[^"\\]|\\.)*"|\d+)\]')
_REFERENCE = re.compile(
    r"(?P<base>(?:data\.)?[A-Za-z_][\w-]*\.[A-Za-z_][\w-]*)"
    r'(?P<index>\[(?:"(?:[^"\\]|\\.)*"|\d+)\])?'
    r"(?:\.(?P<attribute>[\w-]+))?"
)
_MAXIMUM_DEPTH = 50
# What stands for the index of the resource in whose block it is mentioned.
_OWN_INDEX = frozenset(("each.key", "count.index"))
_TEXT = frozenset((str,))
_NOTHING_SEEN: frozenset[tuple[str, str]] = frozenset()


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
        self._twins: dict[tuple[str, str, int | str | None], list[PlannedAddress]] = {}
        self._prefixes: dict[str, dict[str, None]] = {}
        self._blocks: dict[str, dict[str, ConfigurationResource]] = {}
        if root is not None:
            self._enter(root, "", 0)
        for item in planned:
            self._instances.setdefault((item.prefix, item.base), []).append(item)
            self._twins.setdefault((item.prefix, item.base, item.index), []).append(item)
            if item.prefix not in self._blocks:
                path = _INDEX.sub("", item.prefix)
                self._prefixes.setdefault(path, {})[item.prefix] = None
                self._blocks[item.prefix] = self._modules[path][1] if path in self._modules else {}

    def of(self, resource: PlannedAddress, unknown: Any = None) -> dict[str, tuple[str, ...]] | None:
        """Dotted attribute path to addresses; to none where an expression may stand for anything, as a local does.

        None when the configuration does not hold the resource.

        Args:
            unknown: The tree of marks of what the apply will tell.
        """
        block = self._blocks[resource.prefix].get(resource.base)
        if block is None:
            return None
        result: dict[str, tuple[str, ...]] = {}
        for path, names in _mentions(block.expressions):
            addresses = self._follow(names, resource.prefix, resource.index, _NOTHING_SEEN)
            if addresses or not names or self._is_opaque(names, resource.prefix, _NOTHING_SEEN):
                result[path] = addresses
        if unknown:
            result.update(dict.fromkeys(_dynamic(unknown, block.expressions, "", 0), ()))
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
        is_same_index = not _OWN_INDEX.isdisjoint(names)
        found: dict[str, None] = {}
        mentioned = [match.groups("") for match in map(_REFERENCE.match, names) if match is not None]
        with_index = {base for base, wanted, _ in mentioned if wanted}
        for base, wanted, attribute in mentioned:
            if base in with_index and not wanted:
                continue
            if base.startswith("var."):
                found.update(dict.fromkeys(self._argument(base.removeprefix("var."), prefix, seen)))
            elif base.startswith("module."):
                found.update(dict.fromkeys(self._output(base, wanted, attribute, prefix, seen)))
            else:
                place = (prefix, base)
                twins = self._twins.get((*place, index), []) if is_same_index and not wanted else []
                for item in twins or self._instances.get(place, []):
                    if item.address.endswith(wanted):
                        found[item.address] = None
        return tuple(found)

    def _is_opaque(self, names: list[str], prefix: str, seen: frozenset[tuple[str, str]]) -> bool:
        """Whether it mentions a local or an item of a loop, of which the configuration does not say what it holds."""
        for name in names:
            first, _, rest = name.partition(".")
            if first == "local" or name.startswith("each.value"):
                return True
            match = _REFERENCE.match(name) if first == "module" else None
            place = (prefix, match["base"] + "." + (match["attribute"] or "")) if match else ("", "")
            if match and place not in seen and len(seen) <= _MAXIMUM_DEPTH:
                told = self._told(match["base"], match["attribute"] or "", prefix)
                if self._is_opaque(told, f"{prefix}{match['base']}.", seen | {place}):
                    return True
            if first == "var" and (prefix, rest) not in seen and len(seen) <= _MAXIMUM_DEPTH:
                parent, given = self._given(rest, prefix)
                if self._is_opaque(given, parent, seen | {(prefix, rest)}):
                    return True
        return False

    def _argument(self, name: str, prefix: str, seen: frozenset[tuple[str, str]]) -> tuple[str, ...]:
        """What a module's variable was given."""
        if not prefix or (prefix, name) in seen or len(seen) > _MAXIMUM_DEPTH:
            return ()
        parent, names = self._given(name, prefix)
        return self._follow(names, parent, None, seen | {(prefix, name)})

    def _given(self, name: str, prefix: str) -> tuple[str, list[str]]:
        """The prefix of the module that calls the one at `prefix`, and what it mentions where it gives the variable."""
        if not prefix:
            return "", []
        *parents, call = _split(prefix)
        parent = "".join(f"{part}." for part in parents)
        caller = self._modules.get(_INDEX.sub("", parent))
        block = caller[0].module_calls.get(_INDEX.sub("", call).removeprefix("module.")) if caller else None
        given = block.expressions.get(name) if block is not None and isinstance(block.expressions, dict) else None
        return parent, [name for _, names in _walk({"": given}, "", 0) for name in names]

    def _output(
        self, base: str, wanted: str, attribute: str, prefix: str, seen: frozenset[tuple[str, str]]
    ) -> Iterator[str]:
        """What an output of a called module mentions."""
        names = self._told(base, attribute, prefix)
        if not names or (base, attribute) in seen or len(seen) > _MAXIMUM_DEPTH:
            return
        for child in self._prefixes.get(_INDEX.sub("", f"{prefix}{base}."), {}):
            if child.startswith(f"{prefix}{base}{wanted}"):
                yield from self._follow(names, child, None, seen | {(base, attribute)})

    def _told(self, base: str, attribute: str, prefix: str) -> list[str]:
        """What an output of a called module mentions, by its names in there; nothing when there is no such output."""
        found = self._modules.get(_INDEX.sub("", f"{prefix}{base}."))
        output = found[0].outputs.get(attribute) if found is not None else None
        return [] if output is None else [name for _, names in _walk({"": output.expression}, "", 0) for name in names]


def _mentions(expressions: Any) -> Iterator[tuple[str, list[str]]]:
    """What `_walk` gives for the expressions of a block, most of which are written out."""
    if not isinstance(expressions, dict):
        return
    for name, item in expressions.items():
        if not isinstance(item, dict):
            yield from _walk(item, name, 1)
        elif "constant_value" not in item:
            names = item.get("references")
            if _are_names(names):
                yield name, names
            else:
                yield from _walk(item, name, 1)


def _are_names(names: Any) -> TypeGuard[list[str]]:
    return isinstance(names, list) and _TEXT.issuperset(map(type, names))


def _walk(expressions: Any, path: str, depth: int) -> Iterator[tuple[str, list[str]]]:
    """Every expression that is no constant, with its dotted path and what it mentions; blocks of one type are lists."""
    if depth > _MAXIMUM_DEPTH:
        return
    if isinstance(expressions, list):
        for index, item in enumerate(expressions):
            if item != {}:
                yield from _walk(item, f"{path}.{index}" if path else str(index), depth + 1)
    elif isinstance(expressions, dict):
        # What is written out mentions nothing, whatever its keys are called.
        if "constant_value" in expressions:
            return
        names = expressions.get("references")
        if _are_names(names):
            yield path, names
            return
        if not expressions:
            # A call such as `timestamp()`, which mentions nothing. Blocks are elements of lists.
            yield path, []
        for name, item in expressions.items():
            yield from _walk(item, f"{path}.{name}" if path else name, depth + 1)


def _dynamic(unknown: Any, expressions: Any, path: str, depth: int) -> Iterator[str]:
    """Blocks with something that the apply will tell, of which the configuration says nothing.

    They came from a `dynamic` block, which Terraform leaves out of the configuration of a plan.
    """
    if depth > _MAXIMUM_DEPTH or not isinstance(unknown, dict):
        return
    written = expressions if isinstance(expressions, dict) else {}
    for name, marks in unknown.items():
        if marks.__class__ is not list or not has_mark(marks):
            continue
        place = f"{path}.{name}" if path else name
        said = written.get(name)
        if said is None or (isinstance(said, list) and len(said) != len(marks)):
            yield place
        elif isinstance(said, list):
            for index, (mark, item) in enumerate(zip(marks, said, strict=True)):
                yield from _dynamic(mark, item, f"{place}.{index}", depth + 1)


def _split(prefix: str) -> list[str]:
    """`module.a["x.y"].module.b.` as its calls."""
    return re.findall(r'module\.[\w-]+(?:\[(?:"(?:[^"\\]|\\.)*"|\d+)\])?', prefix)
