"""Quoted texts and heredocs, with what is to be filled in.

Source: github.com/hashicorp/hcl, hclsyntax/spec.md, "Template Expressions"; indentation and `~` as its
parser_template.go does it: `~` trims one piece of text, a piece ends with its line.
"""

import re
from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

from pavior.adapters.hcl.expressions import Conditional, Expression, Literal, Template, TemplateFor
from pavior.adapters.hcl.scanning import Scanner, read_for_names

_QUOTED_TEXT = re.compile(r'[^"\\$%\n]+')
_HEREDOC_TEXT = re.compile(r"[^$%\n]+")
_HEREDOC_NAME = re.compile(r"([^\W\d][\w-]*)[ \t]*\r?\n")
_ESCAPE = re.compile(r'\\(?:([nrt"\\])|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))')
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_HIGHEST_CHARACTER = 0x10FFFF


class _Text(Struct, frozen=True):
    text: str


class _Filled(Struct, frozen=True):
    expression: Expression


class _If(Struct, frozen=True):
    condition: Expression


class _For(Struct, frozen=True):
    key_name: str
    value_name: str
    collection: Expression


class _Mark(Struct, frozen=True):
    """`else`, `endif` or `endfor`."""

    word: str


_Piece = _Text | _Filled | _If | _For | _Mark
ReadExpression = Callable[[Scanner], Expression]


def read_template(scanner: Scanner, read_expression: ReadExpression) -> Expression:
    """The text at the scanner's place, which is at its opening sign."""
    scanner.deeper()
    pieces = _read_quoted(scanner, read_expression) if scanner.is_at('"') else _read_heredoc(scanner, read_expression)
    scanner.depth -= 1
    return _assemble(scanner, pieces)


def read_template_text(path: str, text: str, read_expression: ReadExpression) -> Expression:
    """A whole file as a template. Raises InvalidError `source-unparsable`, `source-too-complex`."""
    scanner = Scanner(path, text)
    pieces: list[_Piece] = []
    at, trims = 0, False
    while at < len(text):
        at, trims = _read_piece(scanner, read_expression, pieces, at, _HEREDOC_TEXT, trims=trims)
    return _assemble(scanner, pieces)


def _read_quoted(scanner: Scanner, read_expression: ReadExpression) -> list[_Piece]:
    text, at = scanner.text, scanner.end
    pieces: list[_Piece] = []
    trims = False
    while True:
        sign = text[at : at + 1]
        if sign == '"':
            break
        if sign in ("", "\n"):
            raise scanner.error("a quoted text has no closing quote on its line", max(0, at - 1))
        if sign == "\\":
            found = _ESCAPE.match(text, at)
            if found is None:
                raise scanner.error(f"{text[at : at + 2]!r} is no escape sequence", at)
            _add_text(pieces, _unescape(scanner, found), trims=trims)
            at, trims = found.end(), False
        else:
            at, trims = _read_piece(scanner, read_expression, pieces, at, _QUOTED_TEXT, trims=trims)
    scanner.advance(at + 1)
    return pieces


def _unescape(scanner: Scanner, found: re.Match[str]) -> str:
    if found[1]:
        return _ESCAPED[found[1]]
    code = int(found[2] or found[3], 16)
    if code > _HIGHEST_CHARACTER or 0xD800 <= code <= 0xDFFF:  # noqa: PLR2004 - halves of surrogate pairs, by Unicode
        raise scanner.error(f"{found[0]} is no character", found.start())
    return chr(code)


def _read_heredoc(scanner: Scanner, read_expression: ReadExpression) -> list[_Piece]:
    text = scanner.text
    is_flush = scanner.lexeme == "<<-"
    name = _HEREDOC_NAME.match(text, scanner.end)
    if name is None:
        raise scanner.error("expected a name and the end of the line after <<")
    ending = re.compile(rf"[ \t]*{re.escape(name[1])}[ \t]*\r?(?=\n|\Z)")
    at, trims = name.end(), False
    pieces: list[_Piece] = []
    is_line_start = True
    lines = 0
    while True:
        lines += is_line_start
        scanner.require_few_lines(lines)
        if is_line_start and (end := ending.match(text, at)):
            break
        if at >= len(text):
            raise scanner.error(f"the text that begins with <<{name[1]} has no line {name[1]} that ends it")
        at, trims = _read_piece(scanner, read_expression, pieces, at, _HEREDOC_TEXT, trims=trims)
        is_line_start = text[at - 1] == "\n"
    scanner.advance(end.end())
    return _without_indentation(pieces) if is_flush else pieces


def _read_piece(
    scanner: Scanner,
    read_expression: ReadExpression,
    pieces: list[_Piece],
    at: int,
    plain: re.Pattern[str],
    *,
    trims: bool,
) -> tuple[int, bool]:
    """Read one piece; gives where it ends, and whether the next text loses its leading space."""
    text = scanner.text
    if found := plain.match(text, at):
        end = found.end()
        if plain is _HEREDOC_TEXT and text.startswith("\n", end):
            end += 1
        _add_text(pieces, text[at:end], trims=trims)
        return end, False
    if text.startswith(("${", "%{"), at):
        return _read_sequence(scanner, read_expression, pieces, at)
    if text.startswith(("$${", "%%{"), at):
        _add_text(pieces, text[at + 1 : at + 3], trims=trims)
        return at + 3, False
    _add_text(pieces, text[at], trims=trims)
    return at + 1, False


def _add_text(pieces: list[_Piece], text: str, *, trims: bool) -> None:
    if trims:
        text = text.lstrip()
    last = pieces[-1] if pieces else None
    # A piece ends with its line: indentation and `~` look at one line each.
    if isinstance(last, _Text) and not last.text.endswith("\n"):
        pieces[-1] = _Text(last.text + text)
    else:
        pieces.append(_Text(text))


def _read_sequence(
    scanner: Scanner, read_expression: ReadExpression, pieces: list[_Piece], at: int
) -> tuple[int, bool]:
    start = at + 2
    if scanner.text.startswith("~", start):
        start += 1
        if pieces and isinstance(last := pieces[-1], _Text):
            pieces[-1] = replace(last, text=last.text.rstrip())
    scanner.resume(start, skips_lines=True)
    if scanner.text[at] == "$":
        pieces.append(_Filled(read_expression(scanner)))
    else:
        pieces.append(_read_directive(scanner, read_expression))
    trims = scanner.is_at("~")
    if trims:
        scanner.advance()
    if not scanner.is_at("}"):
        raise scanner.error(f"expected '}}' to close what is filled in, found {scanner.shown()}")
    return scanner.suspend(), trims


def _read_directive(scanner: Scanner, read_expression: ReadExpression) -> _Piece:
    word = scanner.expect_word("after %{")
    match word:
        case "if":
            return _If(read_expression(scanner))
        case "for":
            key_name, value_name = read_for_names(scanner)
            return _For(key_name, value_name, read_expression(scanner))
        case "else" | "endif" | "endfor":
            return _Mark(word)
        case _:
            raise scanner.error("what stands after %{ is no directive; a text with %{ in it needs %%{")


def _without_indentation(pieces: list[_Piece]) -> list[_Piece]:
    fewest: int | None = None
    indented: list[int] = []
    is_line_start = True
    for index, piece in enumerate(pieces):
        if is_line_start:
            is_line_start = False
            spaces = 0
            if isinstance(piece, _Text):
                trimmed = piece.text.lstrip()
                is_blank = not trimmed and piece.text.endswith("\n")
                if not is_blank:
                    spaces = len(piece.text) - len(trimmed)
                    indented.append(index)
            else:
                is_blank = False
            if not is_blank:
                fewest = spaces if fewest is None else min(fewest, spaces)
        if isinstance(piece, _Text) and piece.text.endswith("\n"):
            is_line_start = True
    result = list(pieces)
    for index in indented:
        piece = result[index]
        if isinstance(piece, _Text):
            result[index] = _Text(piece.text[fewest or 0 :])
    return result


def _assemble(scanner: Scanner, pieces: list[_Piece]) -> Expression:
    parts, _ = _assemble_until(scanner, pieces, 0, ())
    return _template(parts)


def _template(parts: list[Expression]) -> Expression:
    if not parts:
        return Literal("")
    if len(parts) == 1 and isinstance(parts[0], Literal) and isinstance(parts[0].value, str):
        return parts[0]
    return Template(tuple(parts))


def _assemble_until(
    scanner: Scanner, pieces: list[_Piece], at: int, ends: tuple[str, ...]
) -> tuple[list[Expression], int]:
    parts: list[Expression] = []
    texts: list[str] = []

    def flush() -> None:
        if texts:
            parts.append(Literal("".join(texts)))
            texts.clear()

    scanner.deeper()
    while at < len(pieces):
        piece = pieces[at]
        if isinstance(piece, _Text):
            texts.append(piece.text)
            at += 1
            continue
        if isinstance(piece, _Mark):
            if piece.word in ends:
                break
            raise scanner.error(f"%{{{piece.word}}} ends something that did not begin")
        flush()
        if isinstance(piece, _Filled):
            parts.append(piece.expression)
            at += 1
        else:
            part, at = _assemble_directive(scanner, pieces, at, piece)
            parts.append(part)
    else:
        if ends:
            raise scanner.error(f"a directive has no %{{{ends[-1]}}}")
    flush()
    scanner.depth -= 1
    return parts, at


def _assemble_directive(scanner: Scanner, pieces: list[_Piece], at: int, piece: _If | _For) -> tuple[Expression, int]:
    if isinstance(piece, _For):
        body, at = _assemble_until(scanner, pieces, at + 1, ("endfor",))
        return TemplateFor(piece.key_name, piece.value_name, piece.collection, Template(tuple(body))), at + 1
    yes, at = _assemble_until(scanner, pieces, at + 1, ("else", "endif"))
    no: list[Expression] = []
    if pieces[at] == _Mark("else"):
        no, at = _assemble_until(scanner, pieces, at + 1, ("endif",))
    # A part that is text already needs no unwrapping: a template of one value is that value.
    return Conditional(piece.condition, Template((Literal(""), *yes)), Template((Literal(""), *no))), at + 1
