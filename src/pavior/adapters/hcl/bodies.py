"""The inside of a resource block: its values in the shape of plan JSON, and the place of each attribute."""

from msgspec import Struct, field

from pavior.adapters.hcl.declarations import META_ATTRIBUTES, META_BLOCKS
from pavior.adapters.hcl.evaluation import Scope, evaluate, evaluate_or_unknown, iterate
from pavior.adapters.hcl.expressions import Call, Expression, Literal, Name, Object, Tuple, reads_as
from pavior.adapters.hcl.syntax import Attribute, Block, position
from pavior.adapters.hcl.values import EvaluationError, Secret, Term, as_reason, not_evaluated, settled
from pavior.kernel.verdicts import Position
from pavior.resources.model import Unknown

# Each block that a `dynamic` one writes out has a scope of its own, and is gone through for its values and its places.
STEPS_PER_BLOCK = 4


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
    values: dict[str, Term] = {}
    # Counted as evaluating each does.
    scope.names.budget.spend(len(block.attributes))
    for name, attribute in block.attributes.items():
        if not (is_resource and name in META_ATTRIBUTES):
            expression = attribute.expression
            values[name] = (
                expression.value if isinstance(expression, Literal) else evaluate_or_unknown(expression, scope)
            )
    if not block.blocks:
        return values
    for name, nested in nested_blocks(block, scope, is_resource=is_resource).items():
        inner = [_values(item, item_scope) for item, item_scope in nested.items]
        values[name] = inner if nested.unknown is None else nested.unknown
    return values


def nested_blocks(block: Block, scope: Scope, *, is_resource: bool = False) -> dict[str, Nested]:
    """The blocks directly inside, by type, with `dynamic` ones written out."""
    found: dict[str, Nested] = {}
    if not block.blocks:
        return found
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
                scope.names.budget.spend(STEPS_PER_BLOCK)
                nested.items.append((contents[0], scope.with_names({name: {"key": key, "value": value}})))
    except EvaluationError as error:
        nested.unknown = not_evaluated(f"{source.position}: {error}")


def is_alike_everywhere(block: Block) -> bool:
    """Whether it has the same blocks inside in every scope: none of them is `dynamic`."""
    return not block.blocks or all(inner.type != "dynamic" and is_alike_everywhere(inner) for inner in block.blocks)


class Layout(Struct):
    """What a resource block is made of, also in nested blocks, by dotted path (`rule.0.status`).

    Args:
        positions: Of each attribute and nested block; a block type alone means its first block.
        attributes: Those that are no literal, with the scope of each. What a dynamic block goes through stands under
            the path of the block.
    """

    positions: dict[str, Position]
    attributes: list[tuple[str, Attribute, Scope]]


def lay_out(block: Block, scope: Scope) -> Layout:
    """With the `dynamic` blocks of this scope written out."""
    layout = Layout({}, [])
    _lay_out(layout, block, scope, "")
    return layout


def _lay_out(layout: Layout, block: Block, scope: Scope, path: str) -> None:
    positions = layout.positions
    for name, attribute in block.attributes.items():
        if path or name not in META_ATTRIBUTES:
            positions[path + name] = attribute.position
            expression = attribute.expression
            if not isinstance(expression, Literal):
                layout.attributes.append((path + name, attribute, scope))
                if isinstance(expression, _WRITTEN_OUT):
                    _place_inside(positions, expression, path + name, attribute.position.path)
    for name, nested in nested_blocks(block, scope, is_resource=not path).items():
        positions[path + name] = nested.position
        layout.attributes += ((path + name, source, scope) for source in nested.sources)
        for index, (item, item_scope) in enumerate(nested.items):
            positions[f"{path}{name}.{index}"] = item.position
            _lay_out(layout, item, item_scope, f"{path}{name}.{index}.")


def _place_inside(found: dict[str, Position], expression: Expression, path: str, file: str) -> None:
    """The places of the parts of an object or list that is written out, also inside of `jsonencode`."""
    if isinstance(expression, Call) and expression.function == "jsonencode" and len(expression.arguments) == 1:
        expression = expression.arguments[0]
    if isinstance(expression, Object):
        parts = [(reads_as(key) or "", value) for key, value in expression.items]
    elif isinstance(expression, Tuple):
        parts = [(str(index), item) for index, item in enumerate(expression.items)]
    else:
        return
    for (key, value), span in zip(parts, expression.spans, strict=True):
        # A key with a dot cannot be told from two steps.
        if key and "." not in key:
            found[f"{path}.{key}"] = position(file, span)
            if isinstance(value, _WRITTEN_OUT):
                _place_inside(found, value, f"{path}.{key}", file)


# What may have parts with a place of their own.
_WRITTEN_OUT = (Object, Tuple, Call)
