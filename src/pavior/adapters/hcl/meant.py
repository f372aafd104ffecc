"""Source that Terraform refuses though everybody sees what it means: read as that, each place with a remark.

Only what has one meaning; all else stays as it is, so that it is unknown. Nothing of this can be applied before it is
mended.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from pavior.adapters.hcl.declarations import META_ATTRIBUTES, META_BLOCKS
from pavior.adapters.hcl.expressions import Conditional, Expression, Literal, Name, Object, Repeated, Tuple
from pavior.adapters.hcl.syntax import Attribute, Block, File
from pavior.adapters.hcl.ways import iterator_of
from pavior.kernel.verdicts import Position
from pavior.resources.model import READ_AS_MEANT, Skipped

_TRUTHS = {"true": True, "false": False}
# Each may mean nothing at all, or a yes or no, or its own text.
_UNCLEAR = frozenset(("null", "none", "nil", "undefined", "nan", "yes", "no", "on", "off", "y", "n"))
# What a reference may begin with.
_ROOTS = frozenset(
    (
        "var",
        "local",
        "module",
        "data",
        "each",
        "count",
        "self",
        "path",
        "terraform",
        "ephemeral",
        "resource",
        "provider",
    )
)
# A yes or no wherever it stands. Source: `terraform providers schema -json` of hashicorp/aws 5.100, in which all
# attributes of these names are one, or a text that holds one; the others of that form are lists, and the one that is a
# number is left out here.
_SWITCH = re.compile(
    r"enabled?|encrypted|publicly_accessible|privileged(_mode)?|(?!enable_lni_at_)enable_\w+|\w+_(enabled|encrypted)"
)
_MAY_HOLD_WORDS = frozenset((Name, Tuple, Object, Conditional, Repeated))
_NOT_MENDED = frozenset(("terraform", "moved", "import", "removed", "check"))
_OF_MODULES = META_ATTRIBUTES | {"source", "version", "providers"}


def as_meant(files: Iterable[File]) -> tuple[tuple[File, ...], tuple[Skipped, ...]]:
    """The files of one folder as they are meant, and a remark for each place that Terraform refuses."""
    found = tuple(files)
    mending = _Mending(frozenset(_declared(found)))
    mended = tuple(replace(file, blocks=tuple(map(mending.top, file.blocks))) for file in found)
    return mended, tuple(dict.fromkeys(mending.remarks))


def remark(position: Position, told: str) -> Skipped:
    """What is told of one place."""
    return Skipped(f"{position.path}:{position.line}", told, READ_AS_MEANT)


def _declared(files: Iterable[File]) -> Iterator[str]:
    """Names that a word without `var.` or the like may stand for."""
    for file in files:
        for block in file.blocks:
            yield from block.labels
            if block.type == "locals":
                yield from block.attributes


class _Mending(Struct):
    declared: frozenset[str]
    remarks: list[Skipped] = field(default_factory=list)

    def top(self, block: Block) -> Block:
        match block.type:
            case kind if kind in _NOT_MENDED:
                return block
            case "variable":
                return self._with(block, without=frozenset(block.attributes) - {"default"})
            case "output":
                return self._with(block, without=frozenset(block.attributes) - {"value"})
            case "module":
                return self._with(block, without=_OF_MODULES)
            case "resource" | "data":
                return self._inside(block, frozenset(), without=META_ATTRIBUTES)
            case _:
                return self._with(block)

    def _inside(self, block: Block, bound: frozenset[str], *, without: frozenset[str] = frozenset()) -> Block:
        """A block of a resource.

        Args:
            bound: What the dynamic blocks around it go through.
        """
        if block.type == "dynamic":
            bound |= frozenset((iterator_of(block),))
            inner = tuple(self._inside(item, bound) if item.type == "content" else item for item in block.blocks)
            return block if _is_same(inner, block.blocks) else replace(block, blocks=inner)
        is_top = bool(without)
        inner = tuple(
            item if is_top and item.type in META_BLOCKS else self._inside(item, bound) for item in block.blocks
        )
        attributes = self._attributes(block.attributes, bound, without, has_switches=True)
        if _is_same(inner, block.blocks) and attributes is block.attributes:
            return block
        return replace(block, attributes=attributes, blocks=inner)

    def _with(self, block: Block, *, without: frozenset[str] = frozenset()) -> Block:
        attributes = self._attributes(block.attributes, frozenset(), without, has_switches=False)
        return block if attributes is block.attributes else replace(block, attributes=attributes)

    def _attributes(
        self,
        attributes: Mapping[str, Attribute],
        bound: frozenset[str],
        without: frozenset[str],
        *,
        has_switches: bool,
    ) -> Mapping[str, Attribute]:
        mended: dict[str, Attribute] = {}
        for name, attribute in attributes.items():
            expression = attribute.expression
            if isinstance(expression, Repeated):
                told = (
                    f"{name} is set twice in one block, which Terraform refuses; where the two differ it is not known"
                )
                self.remarks.append(remark(attribute.position, told))
            if name in without:
                continue
            found: Expression = expression
            if type(expression) is Literal:
                # What is nearly always there.
                if has_switches:
                    found = self._switch(expression, attribute)
            else:
                found = self._value(expression, attribute, bound)
            if found is not expression:
                mended[name] = replace(attribute, expression=found)
        return {**attributes, **mended} if mended else attributes

    def _value(self, expression: Expression, attribute: Attribute, bound: frozenset[str]) -> Expression:
        """The expression itself where nothing in it is to be mended. No word is repeated: it may be a secret."""
        if type(expression) not in _MAY_HOLD_WORDS:
            return expression
        if isinstance(expression, Name):
            return self._word(expression, attribute, bound)
        parts: tuple[Expression, ...] = ()
        match expression:
            case Tuple(parts) | Repeated(parts):
                pass
            case Object(items):
                parts = tuple(value for _, value in items)
            case Conditional(_, yes, no):
                parts = (yes, no)
        values = tuple(self._value(part, attribute, bound) for part in parts)
        return expression if _is_same(values, parts) else _with_parts(expression, values)

    def _word(self, name: Name, attribute: Attribute, bound: frozenset[str]) -> Expression:
        word = name.word
        if word in bound or word in self.declared or word in _ROOTS:
            return name
        truth = _TRUTHS.get(word.lower())
        if truth is not None:
            told = f"{attribute.name} is {word}, which Terraform refuses; it is read as {word.lower()}"
            self.remarks.append(remark(attribute.position, told))
            return Literal(truth)
        if word.lower() in _UNCLEAR:
            return name
        told = f"{attribute.name} holds a word without quotes, which Terraform refuses; it is read as a text"
        self.remarks.append(remark(attribute.position, told))
        return Literal(word)

    def _switch(self, expression: Literal, attribute: Attribute) -> Literal:
        is_number = type(expression.value) is int and expression.value in (0, 1)
        if not is_number or not _SWITCH.fullmatch(attribute.name):
            return expression
        truth = expression == Literal(1)
        told = f"{attribute.name} is a number, which Terraform refuses; it is read as {'true' if truth else 'false'}"
        self.remarks.append(remark(attribute.position, told))
        return Literal(truth)


def _with_parts(expression: Expression, values: tuple[Expression, ...]) -> Expression:
    match expression:
        case Tuple():
            return replace(expression, items=values)
        case Object(items):
            return replace(expression, items=tuple(zip((key for key, _ in items), values, strict=True)))
        case Conditional():
            return replace(expression, yes=values[0], no=values[1])
        case _:
            return Repeated(values)


def _is_same(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    # By identity, for 1 equals true.
    return all(first is second for first, second in zip(one, other, strict=True))
