"""What has to be written where, so that one attribute or block says what is live.

Three values stand side by side: what the source says, what was applied, and what is live. Only what differs between
the last two is written: the provider fills in much that no source says, and that is to stay unsaid. A value that is
computed (from a local, a variable, another resource) is never written over: who wants it otherwise changes what it
comes from.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pavior.adapters.adopting.literals import INDENT, NotWritableError, key, literal, word
from pavior.adapters.adopting.places import Edit, Pair, SourceText
from pavior.adapters.hcl.expressions import Call, Expression, Object, reads_as
from pavior.adapters.hcl.references import calls, mentions
from pavior.adapters.hcl.syntax import Attribute, Block
from pavior.resources.documents import read_document
from pavior.resources.drift import is_same
from pavior.resources.matching import unmatched
from pavior.resources.model import Value

_JSON = "jsonencode"
_SHOWN_LETTERS = 60


@dataclass(frozen=True, slots=True)
class Sides:
    """One value thrice: what the source `said`, what was `applied`, and what is `live`."""

    said: Value
    applied: Value
    live: Value

    def of(self, name: str) -> "Sides":
        """A part of it."""
        sides = (self.said, self.applied, self.live)
        return Sides(*(side.get(name) if isinstance(side, dict) else None for side in sides))

    def changed(self) -> list[str]:
        """Names of the parts that are not as they were applied, in the order of what was."""
        applied, live = (side if isinstance(side, dict) else {} for side in (self.applied, self.live))
        return [name for name in applied | live if not is_same(applied.get(name), live.get(name))]


class Editor:
    """Collects the edits of one property.

    Args:
        texts: The files, by path.
    """

    def __init__(self, texts: Mapping[str, SourceText]) -> None:
        self._texts = texts
        self.edits: dict[str, list[Edit]] = {}

    def attribute_or_blocks(self, block: Block, name: str, sides: Sides) -> None:
        """Let `block` say of `name` what is live. Raises NotWritableError."""
        attribute = block.attributes.get(name)
        nested = block.of_type(name)
        if any(item.labels == (name,) for item in block.of_type("dynamic")):
            raise NotWritableError("a dynamic block writes it")
        if attribute is not None:
            self._attribute(attribute, sides)
        elif nested:
            self._blocks(block, nested, sides)
        elif _is_blocks(sides.live):
            indent = _inside(self._text(block), block)
            self._insert(block, [_written_block(name, item, indent) for item in _mappings(sides.live)])
        elif sides.live is not None:
            self._insert_attribute(block, name, sides.live)

    def _attribute(self, attribute: Attribute, sides: Sides) -> None:
        text = self._texts[attribute.position.path]
        pair = text.attribute(attribute.position)
        if sides.live is None:
            self._remove(text, pair.start, pair.end)
        else:
            self._value(text, pair, attribute.expression, sides)

    def _value(self, text: SourceText, pair: Pair, expression: Expression, sides: Sides) -> None:
        live, indent = sides.live, text.indent(pair.start)
        if isinstance(live, dict) and isinstance(sides.applied, dict | None):
            if isinstance(expression, Object) and isinstance(sides.said, dict):
                self._items(text, pair, expression, sides)
                return
            if not _is_plain(expression):
                self._merge(text, pair, {name: live.get(name) for name in sides.changed()})
                return
        if not _is_plain(expression):
            raise NotWritableError(f"it is computed: {_shown(text, pair)}")
        document = read_document(live)
        is_encoded = isinstance(expression, Call) and document is not None
        written = f"{_JSON}({literal(document, indent)})" if is_encoded else literal(live, indent)
        self._note(text, Edit(pair.value_start, pair.end, written))

    def _items(self, text: SourceText, pair: Pair, expression: Object, sides: Sides) -> None:
        """The items of an object that is written out, one by one."""
        places = {
            reads_as(name): (value, span)
            for (name, value), span in zip(expression.items, expression.spans, strict=True)
        }
        added: dict[str, Value] = {}
        for name in sides.changed():
            part = sides.of(name)
            if name not in places:
                if part.live is not None:
                    added[name] = part.live
                continue
            inner, span = places[name]
            item = text.item(span)
            if part.live is None:
                self._remove(text, item.start, item.end)
            else:
                self._value(text, item, inner, part)
        if added and expression.spans:
            self._add_items(text, text.item(expression.spans[-1]), added)
        elif added:
            self._note(text, Edit(pair.value_start, pair.end, literal(added, text.indent(pair.start))))

    def _add_items(self, text: SourceText, last: Pair, added: Mapping[str, Value]) -> None:
        lines = text.lines(last.start, last.end) or text.lines(last.start, last.end + 1)
        if lines is None:
            raise NotWritableError("the items of its object stand on one line")
        indent = text.indent(last.start)
        width = last.value_start - last.start - len(" = ")
        told = "".join(f"{indent}{key(name):<{width}} = {literal(value, indent)}\n" for name, value in added.items())
        self._note(text, Edit(lines[1], lines[1], told))

    def _merge(self, text: SourceText, pair: Pair, changed: Mapping[str, Value]) -> None:
        """Set some keys of a map that is computed."""
        if any(value is None for value in changed.values()):
            raise NotWritableError(f"it is computed, and a key of it went away: {_shown(text, pair)}")
        now = text.text[pair.value_start : pair.end]
        written = f"merge({now}, {literal(dict(changed), text.indent(pair.start))})"
        self._note(text, Edit(pair.value_start, pair.end, written))

    def _blocks(self, block: Block, nested: Sequence[Block], sides: Sides) -> None:
        """Nested blocks: in place where one took another's place, else the old ones out and the new ones in."""
        said, applied, live = (_mappings(side) for side in (sides.said, sides.applied, sides.live))
        if len(said) != len(nested):
            raise NotWritableError("not all of its blocks are known")
        lacking, added = unmatched(applied, live, is_same)
        which = [_which(said, applied[index]) for index in lacking]
        if len(lacking) == len(added) == 1:
            inner = Sides(said[which[0]], applied[lacking[0]], live[added[0]])
            for name in inner.changed():
                part = inner.of(name)
                if not is_same(part.said, part.live):
                    self.attribute_or_blocks(nested[which[0]], name, part)
            return
        for index in which:
            self.remove_block(nested[index])
        if added:
            indent = _inside(self._text(block), block)
            self._insert(block, [_written_block(nested[0].type, live[index], indent) for index in added])

    def _insert_attribute(self, block: Block, name: str, live: Value) -> None:
        text = self._text(block)
        before = [item for item in block.attributes.values() if item.position.path == text.path]
        if not before:
            self._insert(block, [f"{_inside(text, block)}{word(name)} = {literal(live, _inside(text, block))}\n"])
            return
        last = text.attribute(before[-1].position)
        lines = text.lines(last.start, last.end)
        if lines is None:
            raise NotWritableError("its block stands on one line")
        indent = text.indent(last.start)
        width = last.value_start - last.start - len(" = ")
        self._note(text, Edit(lines[1], lines[1], f"{indent}{word(name):<{width}} = {literal(live, indent)}\n"))

    def _insert(self, block: Block, written: Sequence[str]) -> None:
        """Before the brace that closes the block."""
        text = self._text(block)
        start, end = text.block(block.position)
        if text.lines(end - 1, end) is None or "\n" not in text.text[start:end]:
            raise NotWritableError("its block stands on one line")
        at = text.text.rfind("\n", 0, end - 1) + 1
        has_more = text.text[:at].rstrip()[-1:] != "{"
        self._note(text, Edit(at, at, ("\n" if has_more else "") + "\n".join(written)))

    def remove_block(self, block: Block) -> None:
        """Take a whole block out. Raises NotWritableError."""
        text = self._text(block)
        self._remove(text, *text.block(block.position))

    def _remove(self, text: SourceText, start: int, end: int) -> None:
        lines = text.lines(start, end)
        if lines is None and text.text[end : end + 1] == ",":
            lines = text.lines(start, end + 1)
        if lines is None:
            raise NotWritableError("it shares its line with others")
        self._note(text, Edit(*lines, ""))

    def _text(self, block: Block) -> SourceText:
        return self._texts[block.position.path]

    def _note(self, text: SourceText, edit: Edit) -> None:
        self.edits.setdefault(text.path, []).append(edit)


def _is_plain(expression: Expression) -> bool:
    """Whether it means the same wherever it stands: it mentions nothing, and calls nothing but `jsonencode`."""
    return not any(mentions(expression)) and all(call.function == _JSON for call in calls(expression))


def _which(said: Sequence[Mapping[str, Value]], applied: Mapping[str, Value]) -> int:
    """Which of the source's blocks it was that was applied."""
    found = [index for index, item in enumerate(said) if all(is_same(item[name], applied.get(name)) for name in item)]
    if len(found) != 1:
        raise NotWritableError("it cannot be told which of its blocks that is")
    return found[0]


def _mappings(value: Value) -> list[dict[str, Value]]:
    if value is None:
        return []
    if isinstance(value, list) and all(isinstance(item, dict) for item in value):
        return [item for item in value if isinstance(item, dict)]
    raise NotWritableError("not all of its blocks are known")


def _written_block(name: str, values: Mapping[str, Value], indent: str) -> str:
    deeper = indent + INDENT
    told = {inner: value for inner, value in values.items() if value not in (None, "", [], {}) and value is not False}
    attributes = {inner: value for inner, value in told.items() if not _is_blocks(value)}
    width = max(map(len, attributes), default=0)
    lines = [f"{deeper}{word(inner):<{width}} = {literal(value, deeper)}\n" for inner, value in attributes.items()]
    lines += list(_inner_blocks({inner: value for inner, value in told.items() if _is_blocks(value)}, deeper))
    return f"{indent}{word(name)} {{\n{''.join(lines)}{indent}}}\n"


def _inner_blocks(values: Mapping[str, Value], indent: str) -> Iterator[str]:
    for name, value in values.items():
        for item in _mappings(value):
            yield "\n" + _written_block(name, item, indent)


def _is_blocks(value: Value) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)


def _inside(text: SourceText, block: Block) -> str:
    return text.indent(text.offset(block.position)) + INDENT


def _shown(text: SourceText, pair: Pair) -> str:
    told = " ".join(text.text[pair.value_start : pair.end].split())
    return told if len(told) <= _SHOWN_LETTERS else f"{told[:_SHOWN_LETTERS]}..."
