"""The source of a stack, edited until it says what is live; and each edit proven by reading the source again.

An edit counts only when the source then differs from what is live no more than it differed before from what was
applied, and when every other resource still has the values that it had: a local that several resources share is not
changed for the sake of one of them. So an edit that goes wrong is left out, and never written.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

from pavior.adapters.adopting.edits import Editor, Sides
from pavior.adapters.adopting.literals import HIDDEN, NotWritableError
from pavior.adapters.adopting.places import SourceText
from pavior.adapters.hcl.module import ResourceBlock, read_module
from pavior.adapters.readers.terraform_source import read_source
from pavior.kernel.errors import InvalidError
from pavior.resources.adoption import Adopted, Adoption, LeftOut, Wish
from pavior.resources.drift import ResourceDrift, compare, differences, is_same
from pavior.resources.model import ResourceGraph, Sensitive, Unknown, Value

# Attributes that say the same.
_OWN = MappingProxyType({"tags": {"tags", "tags_all"}})
# Each costs one reading of the whole source.
MOST_AT_ONCE = 100
NOT_ASKED = "it was not asked for"


def adopt_source(wish: Wish) -> Adoption:
    """Edit the files so that they say what drifted; what cannot be done is left out, and said.

    Raises:
        InvalidError: `source-unparsable`, `source-too-large`, `source-too-complex`, `source-invalid`, `source-cyclic`.
    """
    work = _Work(wish)
    drifted = [(drift, name) for drift in compare(wish.declared, wish.live) for name in _names(drift)]
    properties = [item for item in drifted if not wish.wanted or item[0].address in wish.wanted]
    taken, left = [], []
    for drift, name in properties[:MOST_AT_ONCE]:
        try:
            work.adopt(drift.address, name)
            taken.append(Adopted(drift.address, name))
        except NotWritableError as error:
            left.append(LeftOut(drift.address, name, str(error)))
    why = f"it is beyond the first {MOST_AT_ONCE}; adopt it next"
    left += [LeftOut(drift.address, name, why) for drift, name in properties[MOST_AT_ONCE:]]
    left += [LeftOut(drift.address, name, NOT_ASKED) for drift, name in drifted if (drift, name) not in properties]
    changed = {path: body for path, body in work.files.items() if body != wish.files[path]}
    return Adoption(changed, tuple(taken), tuple(left))


def _names(drift: ResourceDrift) -> tuple[str, ...]:
    """Its attributes and block types; an empty one for the whole resource."""
    if drift.kind == "missing":
        return ("",)
    return tuple(dict.fromkeys(_attribute(item.path) for item in drift.properties))


def _attribute(path: str) -> str:
    name = path.partition(".")[0]
    # What a provider puts on everything cannot drift on one resource, so it is the resource's own tags.
    return "tags" if name == "tags_all" else name


class _Work:
    """The files as far as they are edited."""

    def __init__(self, wish: Wish) -> None:
        self._wish = wish
        self.files = dict(wish.files)
        self._graph = self._read(self.files)
        self._blocks = self._found_blocks()

    def adopt(self, address: str, name: str) -> None:
        """One property, or nothing. Raises NotWritableError."""
        block = self._blocks.get(address)
        if block is None:
            raise NotWritableError("main does not declare it any more")
        texts = self._texts()
        editor = Editor(texts)
        if name:
            graphs = (self._graph, self._wish.declared, self._wish.live)
            sides = Sides(*(_value(graph, address, name) for graph in graphs))
            self._require_open(address, name, sides)
            editor.attribute_or_blocks(block.block, name, sides)
        else:
            self._require_unmentioned(block)
            editor.remove_block(block.block)
        if not editor.edits:
            raise NotWritableError("there is nothing in the source to change for it")
        files = self.files | {path: texts[path].edited(edits) for path, edits in editor.edits.items()}
        try:
            graph = self._read(files)
        except InvalidError as error:
            raise NotWritableError(f"an edit would break the source: {error.summary}") from error
        self._require_proof(graph, address, name)
        self.files, self._graph = files, graph
        self._blocks = self._found_blocks()

    def _texts(self) -> dict[str, SourceText]:
        return {path: SourceText.of(path, body) for path, body in self.files.items() if path.endswith(".tf")}

    def _read(self, files: Mapping[str, bytes]) -> ResourceGraph:
        return read_source(files, self._wish.variables, self._wish.sensitive)

    def _found_blocks(self) -> dict[str, ResourceBlock]:
        module = read_module(self.files, self._wish.variables, self._wish.sensitive)
        return {item.address: item for item in module.resources}

    def _require_open(self, address: str, name: str, sides: Sides) -> None:
        resource = self._graph.find(address)
        if resource is not None and name in resource.values and is_same(sides.said, sides.live):
            if _holds(sides.said, Unknown):
                raise NotWritableError("only an apply knows what the source says of it")
            if _holds(sides.live, Sensitive):
                raise NotWritableError(HIDDEN)
            raise NotWritableError("main says so already")

    def _require_unmentioned(self, block: ResourceBlock) -> None:
        if block.has_count or block.has_for_each or block.address.startswith("module."):
            raise NotWritableError("its block makes others too")
        name = re.compile(rf"(?<![\w.-]){re.escape(block.type)}\.{re.escape(block.name)}(?![\w-])")
        if any(name.search(item.text) for item in self._texts().values()):
            raise NotWritableError("other parts of the source refer to it")

    def _require_proof(self, graph: ResourceGraph, address: str, name: str) -> None:
        before = {item.address: item for item in self._graph.resources}
        after = {item.address: item for item in graph.resources}
        gone = {address} if not name else set()
        if before.keys() - gone != after.keys() or graph.complete != self._graph.complete:
            raise NotWritableError("an edit would add or take away other resources")
        for other, resource in after.items():
            was = before[other].values
            free = _OWN.get(name, {name}) if other == address else set()
            if any(resource.values.get(key) != was.get(key) for key in (was.keys() | resource.values.keys()) - free):
                raise NotWritableError(f"an edit would change {other} as well")
        if name:
            applied, live = _value(self._wish.declared, address, name), _value(self._wish.live, address, name)
            open_before = _paths(name, before[address].values.get(name), applied)
            open_after = _paths(name, after[address].values.get(name), live)
            if _holds(after[address].values.get(name), Unknown) and not _holds(
                before[address].values.get(name), Unknown
            ):
                raise NotWritableError("an edit would say what only an apply knows")
            if not open_after <= (open_before if name in before[address].values else set()):
                raise NotWritableError("an edit would not say what is live")


def _value(graph: ResourceGraph, address: str, name: str) -> Value:
    resource = graph.find(address)
    return None if resource is None else resource.values.get(name)


def _paths(name: str, said: Value, other: Value) -> set[str]:
    return {item.path for item in differences(name, said, other)}


def _holds(value: Value, leaf: type[Unknown | Sensitive]) -> bool:
    if isinstance(value, dict | list):
        return any(_holds(item, leaf) for item in (value.values() if isinstance(value, dict) else value))
    return isinstance(value, leaf)
