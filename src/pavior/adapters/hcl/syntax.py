"""One Terraform file as blocks, attributes and expressions, with the place of each in the file."""

import re
from bisect import bisect_right
from collections.abc import Mapping

from msgspec import Struct

from pavior.adapters.hcl.expressions import Expression, Literal, Repeated, Span
from pavior.adapters.hcl.grammar import read_expression
from pavior.adapters.hcl.plain import LINE_END, PLAIN_DEPTH, STATEMENT, plain_value, read_labels, read_plain
from pavior.adapters.hcl.scanning import END, WORD, Scanner
from pavior.adapters.hcl.templates import read_template
from pavior.kernel.errors import InvalidError
from pavior.kernel.verdicts import Position

# A stack of 10,000 resources is about 4 MB; more in one file was not written by a person.
MAXIMUM_FILE_BYTES = 8 * 1024 * 1024

_BYTE_ORDER_MARK = "\ufeff"
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
# The same as bytes, which are found far sooner, and which no other character of UTF-8 has in it.
_NOT_TEXT_BYTES = bytes(code for code in range(0x20) if _NOT_TEXT.match(chr(code)))


class Attribute(Struct, frozen=True):
    """`name = expression`."""

    name: str
    expression: Expression
    position: Position


class Block(Struct, frozen=True):
    """`type "label" { ... }`. Attributes and blocks are in the order of the file."""

    type: str
    labels: tuple[str, ...]
    attributes: Mapping[str, Attribute]
    blocks: "tuple[Block, ...]"
    position: Position

    def of_type(self, block_type: str) -> "tuple[Block, ...]":
        """The blocks of this type that are directly inside."""
        return tuple([block for block in self.blocks if block.type == block_type]) if self.blocks else ()


class File(Struct, frozen=True):
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
    attributes, blocks, _ = _read_body(scanner, 0, END)
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
    if len(body.translate(None, _NOT_TEXT_BYTES)) != len(body) and (found := _NOT_TEXT.search(text)):
        raise Scanner(path, text).error(f"the character {found[0]!r} does not belong in text", found.start())
    return text


def _read_body(scanner: Scanner, at: int, closing: str) -> tuple[dict[str, Attribute], tuple[Block, ...], int]:
    """Attributes and blocks from `at` on, and where the closing sign is, or the end of the file."""
    attributes: dict[str, Attribute] = {}
    blocks: list[Block] = []
    text = scanner.text
    while True:
        if scanner.depth < PLAIN_DEPTH:
            at = _read_plain(scanner, at, attributes, blocks)
        if closing != END and text.startswith(closing, at):
            return attributes, tuple(blocks), at
        scanner.advance(at)
        scanner.skip_lines()
        if scanner.kind == END if closing == END else scanner.is_at(closing):
            return attributes, tuple(blocks), scanner.start
        _read_statement(scanner, attributes, blocks)
        at = _behind_line(scanner, closing)


def _read_plain(scanner: Scanner, at: int, attributes: dict[str, Attribute], blocks: list[Block]) -> int:
    """All that `plain` takes from `at` on, and where it stops."""
    text, path, lines = scanner.text, scanner.path, scanner.lines
    line = bisect_right(lines, at)
    while (found := STATEMENT.match(text, at)) is not None:
        end = found.end()
        name = found["word"]
        if found.lastgroup == "block":
            labels = read_labels(found["labels"])
            scanner.depth += 1
            inner, nested, end = _read_body(scanner, end, "}")
            scanner.depth -= 1
            end += 1
            blocks.append(Block(name, labels, inner, nested, position(path, scanner.span(at, end))))
            at = _behind_line(scanner, "}" if scanner.depth else END, end)
            continue
        if name in attributes:
            # Which is wrong, and told there.
            break
        if found.lastgroup == "open":
            read = read_plain(scanner, end - 1)
            line_end = None if read is None else LINE_END.match(text, read[1])
            if read is None or line_end is None:
                break
            expression, last = read
            end = line_end.end()
            place = position(path, scanner.span(at, last))
        else:
            expression = plain_value(found)
            while lines[line] <= at:
                line += 1
            place = Position(path, line, line, at - lines[line - 1] + 1)
        attributes[name] = Attribute(name, expression, place)
        at = end
    return at


def _read_statement(scanner: Scanner, attributes: dict[str, Attribute], blocks: list[Block]) -> None:
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


def _behind_line(scanner: Scanner, closing: str, end: int | None = None) -> int:
    """Where the next statement may begin, behind one that ends at `end` or else at the scanner's place."""
    if end is not None:
        found = LINE_END.match(scanner.text, end)
        if found is not None:
            return found.end()
        scanner.advance(end)
    if scanner.is_at("\n"):
        return scanner.end
    if scanner.kind != END and not (closing != END and scanner.is_at(closing)):
        raise scanner.error(f"expected the end of the line, found {scanner.shown()}")
    return scanner.start


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
    attributes, blocks, end = _read_body(scanner, scanner.end, "}")
    scanner.advance(end + 1)
    scanner.depth -= 1
    return Block(name, tuple(labels), attributes, blocks, position(scanner.path, scanner.span(start, end + 1)))


def _position(scanner: Scanner, start: int) -> Position:
    return position(scanner.path, scanner.span(start, scanner.last_end))
