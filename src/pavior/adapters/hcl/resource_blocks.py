"""What a resource block says, for each of its instances."""

from collections.abc import Mapping

from msgspec import Struct

from pavior.adapters.hcl.bodies import is_alike_everywhere, lay_out
from pavior.adapters.hcl.declarations import Declaration
from pavior.adapters.hcl.expressions import (
    Expression,
    GetAttribute,
    GetIndex,
    Literal,
    Name,
    Traversal,
    Tuple,
    reads_as,
)
from pavior.adapters.hcl.instances import index_text
from pavior.adapters.hcl.linking import Linker, Place, dependencies_of
from pavior.adapters.hcl.model import Lifecycle, ResourceBlock
from pavior.adapters.hcl.references import is_literal, mentions
from pavior.adapters.hcl.session import Session
from pavior.adapters.hcl.syntax import Block
from pavior.kernel.verdicts import Position

_LIFECYCLE = frozenset(("create_before_destroy", "prevent_destroy", "ignore_changes"))


class Mention(Struct, frozen=True):
    """An attribute that may mention resources.

    Args:
        path: Dotted.
        local: Names of the loops around it.
        addresses: What it mentions in every instance; None when each may mention something else.
    """

    path: str
    expression: Expression
    local: Mapping[str, object]
    addresses: tuple[str, ...] | None


class Written(Struct, frozen=True):
    """What a block says before it is known which instance is meant.

    Args:
        is_of_every_instance: False when a `dynamic` block inside may be written out in another way for each.
    """

    positions: Mapping[str, Position]
    mentions: tuple[Mention, ...]
    provider: str
    lifecycle: Lifecycle
    provisioners: tuple[str, ...]
    is_of_every_instance: bool


def find_written(declared: Declaration, place: Place, session: Session, linker: Linker) -> Written:
    """Of the block as it is at one place."""
    block = declared.block
    scope = session.scope(place.instance, place.local)
    is_of_every_instance = is_alike_everywhere(block)
    found: list[Mention] = []
    layout = lay_out(block, scope)
    for path, attribute, inner in layout.attributes:
        expression = attribute.expression
        if is_literal(expression):
            continue
        is_same = is_of_every_instance and (place.key is None or not _depends_on_instance(expression))
        addresses = linker.addresses(expression, place) if is_same else None
        if addresses != ():
            found.append(Mention(path, expression, inner.local, addresses))
    provider = block.attributes.get("provider")
    return Written(
        positions=layout.positions,
        mentions=tuple(found),
        provider=_words(provider.expression) if provider else declared.type.split("_", maxsplit=1)[0],
        lifecycle=_lifecycle(block),
        provisioners=tuple(" ".join(inner.labels) for inner in block.of_type("provisioner")),
        is_of_every_instance=is_of_every_instance,
    )


def resource_block(declared: Declaration, place: Place, written: Written, linker: Linker) -> ResourceBlock:
    """One instance of a block."""
    block = declared.block
    address = f"{place.instance.prefix}{declared.address}{index_text(place.key)}"
    references: dict[str, tuple[str, ...]] = {}
    needed = dict.fromkeys(dependencies_of(block, linker, place))
    for item in written.mentions:
        found = item.addresses
        if found is None:
            local = place.local if written.is_of_every_instance else item.local
            found = linker.addresses(item.expression, Place(place.instance, local, place.loop, place.key))
        if found:
            path = item.path
            references[path] = tuple(dict.fromkeys((*references[path], *found))) if path in references else found
            needed.update(dict.fromkeys(found))
    needed.pop(address, None)
    return ResourceBlock(
        address=address,
        type=declared.type,
        name=declared.name,
        mode=declared.mode,
        position=block.position,
        attribute_positions=written.positions,
        references=references,
        dependencies=tuple(item for item in needed if item not in linker.elsewhere),
        provider=written.provider,
        lifecycle=written.lifecycle,
        provisioners=written.provisioners,
        has_count="count" in block.attributes,
        has_for_each="for_each" in block.attributes,
        key=place.key,
        block=block,
    )


def _depends_on_instance(expression: Expression) -> bool:
    """Whether what it mentions may be something else for each instance: by `each`, or by an index."""
    return any(
        root == "each" or any(not isinstance(step, GetAttribute) for step in steps)
        for root, steps in mentions(expression)
    )


def _lifecycle(block: Block) -> Lifecycle:
    found = Lifecycle()
    for inner in block.of_type("lifecycle"):
        ignored = inner.attributes.get("ignore_changes")
        names: tuple[str, ...] = ()
        if ignored is not None:
            items = ignored.expression.items if isinstance(ignored.expression, Tuple) else (ignored.expression,)
            names = tuple(_words(item) for item in items)
        others = (*inner.attributes, *(nested.type for nested in inner.blocks))
        found = Lifecycle(
            create_before_destroy=_is_set(inner, "create_before_destroy"),
            prevent_destroy=_is_set(inner, "prevent_destroy"),
            ignore_changes=names,
            others=tuple(name for name in dict.fromkeys(others) if name not in _LIFECYCLE),
        )
    return found


def _is_set(block: Block, name: str) -> bool:
    attribute = block.attributes.get(name)
    return attribute is not None and attribute.expression in (Literal(value=True), Literal("true"))


def _words(expression: Expression) -> str:
    """A reference as it is written: `aws.east`, `tags["a"]`."""
    if isinstance(expression, Traversal):
        text = _words(expression.root)
        for step in expression.steps:
            if isinstance(step, GetAttribute):
                text += f".{step.name}"
            elif isinstance(step, GetIndex) and isinstance(step.key, Literal):
                text += f'["{step.key.value}"]' if isinstance(step.key.value, str) else f"[{step.key.value}]"
        return text
    return expression.word if isinstance(expression, Name) else reads_as(expression) or ""
