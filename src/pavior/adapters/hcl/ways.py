"""What a block may say where nobody knows whether a dynamic block in it is there, though it is known what that says."""

from collections.abc import Iterator, Mapping
from itertools import product

from msgspec.structs import replace

from pavior.adapters.hcl.declarations import META_BLOCKS
from pavior.adapters.hcl.evaluation import Scope, evaluate
from pavior.adapters.hcl.expressions import Name
from pavior.adapters.hcl.references import mentions
from pavior.adapters.hcl.syntax import Block
from pavior.adapters.hcl.values import EvaluationError, settled
from pavior.resources.model import Unknown

# Each one doubles the ways.
MAXIMUM_OPEN = 3


def ways_of(block: Block, scope: Scope) -> tuple[Block, ...]:
    """The block with each such dynamic block left out, or written once; empty when there is none, or too many.

    A dynamic block whose content names what it goes through is none: what it says is not known either. One that is
    there more than once says the same again.
    """
    found = tuple(_open(block, scope, is_resource=True))
    if not 0 < len(found) <= MAXIMUM_OPEN:
        return ()
    return tuple(
        _written(block, {id(item): is_there for item, is_there in zip(found, choice, strict=True)})
        for choice in product((False, True), repeat=len(found))
    )


def _open(block: Block, scope: Scope, *, is_resource: bool = False) -> Iterator[Block]:
    for inner in block.blocks:
        if inner.type == "dynamic" and len(inner.labels) == 1:
            if _is_open(inner, scope):
                yield inner
        elif not (is_resource and inner.type in META_BLOCKS):
            yield from _open(inner, scope)


def _is_open(block: Block, scope: Scope) -> bool:
    source, contents = block.attributes.get("for_each"), block.of_type("content")
    if source is None or len(contents) != 1 or _names(contents[0], iterator_of(block)):
        return False
    try:
        return isinstance(settled(evaluate(source.expression, scope)), Unknown)
    except EvaluationError:
        return False


def iterator_of(block: Block) -> str:
    """What the content of a dynamic block calls the element that it is made of."""
    named = block.attributes.get("iterator")
    if named is not None and isinstance(named.expression, Name):
        return named.expression.word
    return block.labels[0] if block.labels else ""


def _names(block: Block, word: str) -> bool:
    own = any(root == word for item in block.attributes.values() for root, _ in mentions(item.expression))
    return own or any(_names(inner, word) for inner in block.blocks)


def _written(block: Block, is_there: Mapping[int, bool]) -> Block:
    inner: list[Block] = []
    for item in block.blocks:
        if id(item) not in is_there:
            inner.append(_written(item, is_there))
        elif is_there[id(item)]:
            (content,) = item.of_type("content")
            inner.append(replace(content, type=item.labels[0], position=item.position))
    return replace(block, blocks=tuple(inner))
