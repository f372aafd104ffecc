"""One Terraform file as blocks, attributes and expressions, with the place of each in the file."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pavior.adapters.hcl.expressions import Expression, Literal, Repeated, Span
from pavior.adapters.hcl.grammar import read_expression
from pavior.adapters.hcl.scanning import END, WORD, Scanner
from pavior.adapters.hcl.templates import read_template
from pavior.kernel.errors import InvalidError
from pavior.kernel.verdicts import Position

# A stack of 10,000 resources is about 4 MB; more in one file was not written by a person.
MAXIMUM_FILE_BYTES = 8 * 1024 * 1024

_BYTE_ORDER_MARK = "\ufeff"
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


@dataclass(frozen=True, slots=True)
class Attribute:
    """`name = expression`."""

    name: str
    expression: Expression
    position: Position


@dataclass(frozen=True, slots=True)
class Block:
    """`type "label" { ... }`. Attributes and blocks are in the order of the file."""

    type: str
    labels: tuple[str, ...]
    attributes: Mapping[str, Attribute]
    blocks: "tuple[Block, ...]"
    position: Position

    def of_type(self, block_type: str) -> "tuple[Block, ...]":
        """The blocks of this type that are directly inside."""
        return tuple(block for block in self.blocks if block.type == block_type)


@dataclass(frozen=True, slots=True)
class File:
    """What is in one file."""

    path: str
    attributes: Mapping[str, Attribute]
    blocks: tuple[Block, ...]


def parse(path: str, body: bytes, *, are_words_hidden: bool = False, are_repeats_taken: bool = False) -> File:
    """The file's content.

    Args:
        path: Relative to the checkout; it stands in positions and messages.
        are_words_hidden: Whether messages repeat nothing of the file, which holds values that may be secret.
        are_repeats_taken: Whether an attribute that stands twice in one block is a `Repeated`, and no error.

    Raises:
        InvalidError: `source-unparsable` with path and line; `source-too-large`, `source-too-complex`.
    """
    scanner = Scanner(path, decode_source(path, body))
    scanner.are_words_hidden = are_words_hidden
    scanner.are_repeats_taken = are_repeats_taken
    scanner.advance()
    attributes, blocks = _read_body(scanner, END)
    return File(path, attributes, blocks)


def repeated(before: Expression, expression: Expression) -> Repeated:
    """What an attribute is set to that has been set before."""
    return Repeated((*before.values, expression) if isinstance(before, Repeated) else (before, expression))


def parse_expression(path: str, text: str) -> Expression:
    """A text that is one expression, such as the value of a variable. Raises as `parse`."""
    scanner = Scanner(path, text)
    scanner.resume(0, skips_lines=True)
    expression = read_expression(scanner)
    if scanner.kind != END:
        raise scanner.error(f"expected the end, found {scanner.shown()}")
    return expression


def position(path: str, span: Span) -> Position:
    """A place in a file."""
    return Position(path, span.line, span.end_line, span.column)


def decode_source(path: str, body: bytes) -> str:
    """The file's text. Raises InvalidError `source-unparsable`, `source-too-large`."""
    if len(body) > MAXIMUM_FILE_BYTES:
        raise InvalidError(
            "source-too-large",
            f"{path} has {len(body)} bytes; at most {MAXIMUM_FILE_BYTES} are read.",
            fix="Split the file.",
        )
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        # What comes before the bad byte is good text, so its lines can be counted.
        before = body[: error.start].decode()
        raise Scanner(path, before).error("it is not UTF-8", len(before)) from error
    text = text.removeprefix(_BYTE_ORDER_MARK)
    if found := _NOT_TEXT.search(text):
        raise Scanner(path, text).error(f"the character {found[0]!r} does not belong in text", found.start())
    return text


def _read_body(scanner: Scanner, closing: str) -> tuple[dict[str, Attribute], tuple[Block, ...]]:
    attributes: dict[str, Attribute] = {}
    blocks: list[Block] = []
    scanner.skip_lines()
    while not (scanner.kind == END if closing == END else scanner.is_at(closing)):
        start = scanner.start
        if scanner.kind != WORD:
            raise scanner.error(f"expected an attribute or a block, found {scanner.shown()}")
        name = scanner.lexeme
        scanner.advance()
        if scanner.is_at("="):
            before = attributes.get(name)
            if before is not None and not scanner.are_repeats_taken:
                raise scanner.error(f"{name} is set twice in one block", start)
            scanner.advance()
            expression = read_expression(scanner)
            if before is not None:
                expression = repeated(before.expression, expression)
            attributes[name] = Attribute(name, expression, _position(scanner, start))
        else:
            blocks.append(read_block(scanner, name, start))
        if scanner.is_at("\n"):
            scanner.skip_lines()
        elif scanner.kind != END and not (closing != END and scanner.is_at(closing)):
            raise scanner.error(f"expected the end of the line, found {scanner.shown()}")
    return attributes, tuple(blocks)


def read_block(scanner: Scanner, name: str, start: int) -> Block:
    """The block whose type `name` began at `start` and was left behind. Raises as `parse`."""
    labels: list[str] = []
    while not scanner.is_at("{"):
        if scanner.kind == WORD:
            labels.append(scanner.lexeme)
            scanner.advance()
        elif scanner.is_at('"'):
            label = read_template(scanner, read_expression)
            if not isinstance(label, Literal):
                raise scanner.error("a label cannot have parts to fill in")
            labels.append(str(label.value))
        else:
            before = "a name" if scanner.are_words_hidden else repr(name)
            raise scanner.error(f"expected '=' or '{{' after {before}, found {scanner.shown()}")
    scanner.deeper()
    scanner.enter(skips_lines=False)
    attributes, blocks = _read_body(scanner, "}")
    end = scanner.end
    scanner.leave()
    scanner.depth -= 1
    return Block(name, tuple(labels), attributes, blocks, position(scanner.path, scanner.span(start, end)))


def _position(scanner: Scanner, start: int) -> Position:
    return position(scanner.path, scanner.span(start, scanner.last_end))
