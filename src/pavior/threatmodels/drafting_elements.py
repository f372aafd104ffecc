"""Which resources are one thing in a data-flow diagram: a bucket with its satellites, a function with its role. Pure.

All instances of one block are one thing too, so an address without its indexes, a *block*, tells things apart.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from msgspec import Struct

from pavior.resources.model import PART_OF_A_TEXT, Resource, ResourceGraph, Unknown, Value
from pavior.resources.views import GraphIndex, index_graph
from pavior.threatmodels.drafting_kinds import (
    MEANINGS,
    MEANINGS_ALONE,
    NAMED_BY_ITS_WHOLE,
    NAMES_ITS_WHOLE,
    Meaning,
    services_of,
)
from pavior.threatmodels.drafting_manifests import Manifests
from pavior.threatmodels.drafting_names import INDEX

# What others may call a resource by.
_NAMES = ("id", "arn", "name", "bucket", "function_name", "identifier", "cluster_identifier", "url", "repository_url")
_ARN = re.compile(r"arn:[a-z-]+:(?P<service>[a-z0-9-]+):[^:]*:[^:]*:(?P<name>.+)", re.DOTALL)
# A role that more things run under than this stands for itself: it is not theirs.
MAXIMUM_SHARERS = 8
_ALONE_WHEN_SHARED = "aws_iam_role"


class Grouping(Struct, frozen=True):
    """The things of a graph.

    Args:
        index: The graph.
        blocks: All resources by block, in the order of the graph.
        wholes: Blocks that are a thing of their own, with what they mean.
        parts: Each of `wholes` to its own block and those that complete it.
        things: Block to the wholes that it is or completes, in order.
        names: What is known of names, ids and ARNs, to the blocks that bear them.
        manifests: The objects of Kubernetes among them.
    """

    index: GraphIndex
    blocks: Mapping[str, tuple[Resource, ...]]
    wholes: Mapping[str, Meaning]
    parts: Mapping[str, tuple[str, ...]]
    things: Mapping[str, tuple[str, ...]]
    names: Mapping[str, tuple[str, ...]]
    manifests: Manifests

    def resources_of(self, whole: str) -> Iterator[Resource]:
        """The resources of a thing, its own first."""
        for block in self.parts[whole]:
            yield from self.blocks[block]

    def things_of(self, blocks: Iterable[str]) -> tuple[str, ...]:
        """The things that any of the blocks is or completes."""
        return tuple(dict.fromkeys(thing for block in blocks for thing in self.things.get(block, ())))

    def named_at(self, resource: Resource, path: str) -> tuple[str, ...]:
        """The blocks that the expression at the path, or inside it, names."""
        wanted = f"{path}."
        found = [
            block_of(address)
            for place, addresses in resource.references.items()
            if f"{place}.".startswith(wanted) or wanted.startswith(f"{place}.")
            for address in addresses
        ]
        return tuple(dict.fromkeys(block for block in found if block in self.blocks))

    def meant_by(self, leaf: Value) -> tuple[str, ...]:
        """The blocks that a text names, or one that waits for a name."""
        if isinstance(leaf, Unknown):
            # Of an ARN the account is usually looked up, and the name written out.
            if named := self._named_in_arn("".join(leaf.pieces)):
                return named
            block = _prefix_in(self.blocks, block_of(leaf.detail.removeprefix(PART_OF_A_TEXT)))
            return (block,) if block else ()
        if not isinstance(leaf, str):
            return ()
        return self.names.get(leaf.removesuffix("/*").removesuffix(":*")) or self._named_in_arn(leaf)

    def _named_in_arn(self, text: str) -> tuple[str, ...]:
        """What an ARN names whose account or region stands there as a text, by the name at its end and its service."""
        match = _ARN.fullmatch(text)
        if match is None:
            return ()
        found = (block for name in re.split("[:/]", match["name"]) for block in self.names.get(name, ()))
        words = services_of(match["service"])
        return tuple(block for block in found if any(word in self.blocks[block][0].type for word in words))


def _prefix_in(blocks: Mapping[str, object], path: str) -> str:
    """The block that `aws_s3_bucket.data.arn` begins with; empty when it is not there."""
    words = path.split(".")
    for count in range(len(words), 1, -1):
        if (block := ".".join(words[:count])) in blocks:
            return block
    return ""


@lru_cache(maxsize=65_536)
def block_of(address: str) -> str:
    """An address without its indexes, and of what lies within a folder of its own the address there."""
    return INDEX.sub("", address) if "[" in address else address


def group(graph: ResourceGraph) -> Grouping:
    """What belongs together."""
    blocks: dict[str, list[Resource]] = defaultdict(list)
    for resource in graph.resources:
        blocks[block_of(resource.address)].append(resource)
    names = _names(blocks)
    owners = _owners(blocks, names)
    manifests = Manifests(graph.resources)
    for part, whole in manifests.parts():
        owners[block_of(part)][block_of(whole)] = None
    wholes = {block: meaning for block, members in blocks.items() if (meaning := _meaning(members[0], owners[block]))}
    things = {block: _things(block, owners, wholes) for block in blocks}
    for block, members in blocks.items():
        alone = MEANINGS_ALONE.get(members[0].type)
        is_shared = members[0].type == _ALONE_WHEN_SHARED and len(things[block]) > MAXIMUM_SHARERS
        if alone is not None and members[0].mode == "managed" and (not things[block] or is_shared):
            wholes[block] = alone
    things = {block: _things(block, owners, wholes) for block in blocks}
    parts: dict[str, list[str]] = {whole: [whole] for whole in wholes}
    for block, found in things.items():
        for thing in found:
            if thing != block:
                parts[thing].append(block)
    return Grouping(
        index_graph(graph),
        {block: tuple(members) for block, members in blocks.items()},
        wholes,
        {whole: tuple(found) for whole, found in parts.items()},
        things,
        names,
        manifests,
    )


def _names(blocks: Mapping[str, list[Resource]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for block, members in blocks.items():
        for resource in members:
            for attribute in _NAMES:
                name = resource.values.get(attribute)
                if isinstance(name, str) and name:
                    found[name][block] = None
            bucket = resource.values.get("bucket") if resource.type == "aws_s3_bucket" else None
            if isinstance(bucket, str):
                # The only ARN that says neither account nor region, so it is known once the name is.
                found[f"arn:aws:s3:::{bucket}"][block] = None
    return {name: tuple(bearers) for name, bearers in found.items()}


def _meaning(resource: Resource, owners: Mapping[str, None]) -> Meaning | None:
    meaning = MEANINGS.get(resource.type)
    if meaning is None:
        return None
    completes = resource.type in NAMES_ITS_WHOLE and bool(owners)
    return None if completes else meaning


def _owners(blocks: Mapping[str, list[Resource]], names: Mapping[str, tuple[str, ...]]) -> dict[str, dict[str, None]]:
    """Block to the blocks that it completes directly."""
    owners: dict[str, dict[str, None]] = {block: {} for block in blocks}
    types = {block: members[0].type for block, members in blocks.items()}
    for block, members in blocks.items():
        for resource in members:
            if resource.mode != "managed":
                continue
            for owner in _named_wholes(resource, types, names):
                if owner != block:
                    owners[block][owner] = None
            for part in _carried(resource, types):
                if part != block:
                    owners[part][block] = None
    return owners


def _named_wholes(resource: Resource, types: Mapping[str, str], names: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """What the resource says that it completes."""
    attributes = NAMES_ITS_WHOLE.get(resource.type)
    if attributes is not None:
        for attribute in attributes:
            value = resource.values.get(attribute)
            mentioned = [block_of(item) for item in resource.references.get(attribute, ())]
            found = mentioned or (names.get(value, ()) if isinstance(value, str) else ())
            word = attribute.split("_")[0]
            for block in found:
                if block in types and types[block] in _COMPLETABLE and (mentioned or word in types[block]):
                    yield block
        return
    wanted = _beginning_of(resource.type)
    if not wanted or resource.type in MEANINGS:
        return
    mentioned = [block_of(item) for items in resource.references.values() for item in items]
    if not mentioned:
        mentioned = [name for text in resource.values.values() if isinstance(text, str) for name in names.get(text, ())]
    yield from (block for block in mentioned if types.get(block) == wanted)


@lru_cache(maxsize=4096)
def _beginning_of(type_: str) -> str:
    """The type of a thing that the type's name begins with: `aws_s3_bucket` of `aws_s3_bucket_versioning`."""
    words = type_.split("_")
    for count in range(len(words) - 1, 1, -1):
        if (beginning := "_".join(words[:count])) in MEANINGS:
            return beginning
    return ""


_COMPLETABLE = {*MEANINGS, *NAMED_BY_ITS_WHOLE, *NAMES_ITS_WHOLE, "aws_iam_group"}


def _carried(resource: Resource, types: Mapping[str, str]) -> Iterator[str]:
    """What belongs to the resource because it names it: its role, its groups, its template."""
    if resource.type not in _COMPLETABLE:
        return
    own_names = NAMES_ITS_WHOLE.get(resource.type, ())
    for path, addresses in resource.references.items():
        if path.startswith(("environment", "source_", "referenced_")) or path in own_names:
            continue
        for address in addresses:
            block = block_of(address)
            words = NAMED_BY_ITS_WHOLE.get(types.get(block, ""), ())
            if types.get(block) != resource.type and any(word in path for word in words) and "policy." not in path:
                yield block


def _things(block: str, owners: Mapping[str, Mapping[str, None]], wholes: Mapping[str, Meaning]) -> tuple[str, ...]:
    """The wholes that are reached from a block over what it completes."""
    found: dict[str, None] = {}
    waiting, seen = [block], {block}
    while waiting:
        current = waiting.pop()
        if current in wholes:
            found[current] = None
            continue
        for owner in owners[current]:
            if owner not in seen:
                seen.add(owner)
                waiting.append(owner)
    return tuple(sorted(found))
