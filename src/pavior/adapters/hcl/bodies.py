"""The inside of a resource block: its values in the shape of plan JSON, and the place of each attribute."""

from collections.abc import Iterator

from msgspec import Struct, field

from pavior.adapters.hcl.declarations import META_ATTRIBUTES, META_BLOCKS
from pavior.adapters.hcl.evaluation import Scope, evaluate, evaluate_or_unknown, iterate
from pavior.adapters.hcl.expressions import Call, Expression, Name, Object, Tuple, reads_as
from pavior.adapters.hcl.syntax import Attribute, Block, position
from pavior.adapters.hcl.values import EvaluationError, Secret, Term, as_reason, not_evaluated, settled
from pavior.kernel.verdicts import Position
from pavior.resources.model import Unknown


class Nested(Struct):
    """All blocks of one type inside another.

    Args:
        items: The blocks, each with its scope.
        unknown: Why it is not known which there are, or None.
        sources: What `dynamic` blocks go through.
    """

    position: Position
    items: list[tuple[Block, Scope]] = field(default_factory=list)
    unknown: Unknown | None = None
    sources: list[Attribute] = field(default_factory=list)


def body_values(block: Block, scope: Scope) -> dict[str, Term]:
    """Attributes and nested blocks, without what is meant for Terraform itself. Nested blocks are lists of mappings."""
    return _values(block, scope, is_resource=True)


def _values(block: Block, scope: Scope, *, is_resource: bool = False) -> dict[str, Term]:
    values: dict[str, Term] = {
        name: evaluate_or_unknown(attribute.expression, scope)
        for name, attribute in block.attributes.items()
        if not (is_resource and name in META_ATTRIBUTES)
    }
    for name, nested in nested_blocks(block, scope, is_resource=is_resource).items():
        inner = [_values(item, item_scope) for item, item_scope in nested.items]
        values[name] = inner if nested.unknown is None else nested.unknown
    return values


def nested_blocks(block: Block, scope: Scope, *, is_resource: bool = False) -> dict[str, Nested]:
    """The blocks directly inside, by type, with `dynamic` ones written out."""
    found: dict[str, Nested] = {}
    for inner in block.blocks:
        if is_resource and inner.type in META_BLOCKS:
            continue
        if inner.type == "dynamic" and len(inner.labels) == 1:
            _write_out(found.setdefault(inner.labels[0], Nested(inner.position)), inner, scope)
        else:
            found.setdefault(inner.type, Nested(inner.position)).items.append((inner, scope))
    return found


def _write_out(nested: Nested, block: Block, scope: Scope) -> None:
    source = block.attributes.get("for_each")
    contents = block.of_type("content")
    if source is None or len(contents) != 1:
        nested.unknown = not_evaluated(f"{block.position}: a dynamic block needs for_each and one content")
        return
    nested.sources.append(source)
    iterator = block.attributes.get("iterator")
    name = block.labels[0]
    if iterator is not None and isinstance(iterator.expression, Name):
        name = iterator.expression.word
    try:
        collection = settled(evaluate(source.expression, scope))
        if isinstance(collection, Unknown):
            nested.unknown = as_reason(collection)
        elif isinstance(collection, Secret):
            nested.unknown = not_evaluated(f"{source.position}: for_each depends on a sensitive value")
        else:
            for key, value in iterate(collection):
                scope.names.budget.spend(1)
                nested.items.append((contents[0], scope.with_names({name: {"key": key, "value": value}})))
    except EvaluationError as error:
        nested.unknown = not_evaluated(f"{source.position}: {error}")


def walk_attributes(block: Block, scope: Scope, path: str = "") -> Iterator[tuple[str, Attribute, Scope]]:
    """Every attribute of a resource, also in nested blocks, by dotted path (`rule.0.status`).

    What a dynamic block goes through stands under the path of the block.
    """
    for name, attribute in block.attributes.items():
        if path or name not in META_ATTRIBUTES:
            yield path + name, attribute, scope
    for name, nested in nested_blocks(block, scope, is_resource=not path).items():
        for source in nested.sources:
            yield path + name, source, scope
        for index, (item, item_scope) in enumerate(nested.items):
            yield from walk_attributes(item, item_scope, f"{path}{name}.{index}.")


def walk_positions(block: Block, scope: Scope, path: str = "") -> Iterator[tuple[str, Position]]:
    """The place of each attribute and nested block by dotted path; a block type alone means its first block."""
    for name, attribute in block.attributes.items():
        if path or name not in META_ATTRIBUTES:
            yield path + name, attribute.position
            yield from _inside(attribute.expression, path + name, attribute.position.path)
    for name, nested in nested_blocks(block, scope, is_resource=not path).items():
        yield path + name, nested.position
        for index, (item, item_scope) in enumerate(nested.items):
            yield f"{path}{name}.{index}", item.position
            yield from walk_positions(item, item_scope, f"{path}{name}.{index}.")


def _inside(expression: Expression, path: str, file: str) -> Iterator[tuple[str, Position]]:
    """The places of the parts of an object or list that is written out, also inside of `jsonencode`."""
    if isinstance(expression, Call) and expression.function == "jsonencode" and len(expression.arguments) == 1:
        expression = expression.arguments[0]
    parts: list[tuple[str, Expression]] = []
    if isinstance(expression, Object):
        parts = [(reads_as(key) or "", value) for key, value in expression.items]
    elif isinstance(expression, Tuple):
        parts = [(str(index), item) for index, item in enumerate(expression.items)]
    if isinstance(expression, Object | Tuple):
        for (key, value), span in zip(parts, expression.spans, strict=True):
            # A key with a dot cannot be told from two steps.
            if key and "." not in key:
                yield f"{path}.{key}", position(file, span)
                yield from _inside(value, f"{path}.{key}", file)
