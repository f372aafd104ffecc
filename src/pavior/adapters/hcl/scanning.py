"""Words, numbers and signs of one HCL file, one at a time, with the line of each."""

import re
from bisect import bisect_right
from itertools import accumulate, count
from operator import add

from pavior.adapters.hcl.expressions import Span
from pavior.kernel.errors import InvalidError

# Levels of nesting in one file. Real stacks have fewer than 20; the stack of Python ends far later.
MAXIMUM_DEPTH = 60
# Lines of one text that stands within the source.
MAXIMUM_TEXT_LINES = 100_000

_SPACE = re.compile(r"(?:[ \t\r]+|#[^\n]*|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_SPACE_AND_LINES = re.compile(r"(?:[ \t\r\n]+|#[^\n]*|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_TOKEN = re.compile(
    r"(?P<word>[^\W\d][\w-]*)"
    r"|(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)"
    r"|(?P<sign>&&|\|\||==|!=|<=|>=|=>|\.\.\.|::|<<-?|[{}()\[\]=<>+\-*/%!?:.,\"~\n])"
)

WORD, NUMBER, SIGN, END = "word", "number", "sign", "end"


class Scanner:
    """A place in a text. `kind`, `lexeme`, `start` and `end` describe the token there, `last_end` the one before."""

    __slots__ = (
        "_lines", "_skips_lines", "are_repeats_taken", "are_words_hidden", "depth", "end", "kind", "last_end", "lexeme",
        "path", "start", "text",
    )  # fmt: skip

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.kind, self.lexeme, self.start, self.end = SIGN, "", 0, 0
        self.last_end = 0
        self.depth = 0
        # Set for files of values, which may be secret, and which no message repeats.
        self.are_words_hidden = False
        # Set where an attribute may stand twice in one block.
        self.are_repeats_taken = False
        self._skips_lines = [False]
        self._lines: list[int] | None = None

    def advance(self, at: int | None = None) -> None:
        """Go to the next token, or to the one at `at`."""
        space = _SPACE_AND_LINES if self._skips_lines[-1] else _SPACE
        self.last_end = self.end if at is None else at
        found = space.match(self.text, self.last_end)
        start = 0 if found is None else found.end()
        token = _TOKEN.match(self.text, start)
        if token is None:
            self.start = self.end = start
            if start < len(self.text):
                raise self.error(f"the character {self.text[start]!r} means nothing here", start)
            self.kind, self.lexeme = END, ""
            return
        self.kind, self.lexeme = str(token.lastgroup), token.group()
        self.start, self.end = start, token.end()

    def enter(self, *, skips_lines: bool) -> None:
        """Leave the opening sign behind. With `skips_lines`, line ends mean nothing until `leave`."""
        self._skips_lines.append(skips_lines)
        self.advance()

    def leave(self) -> None:
        """Leave the closing sign behind."""
        self._skips_lines.pop()
        self.advance()

    def resume(self, at: int, *, skips_lines: bool) -> None:
        """Read tokens again, from `at` within a template."""
        self._skips_lines.append(skips_lines)
        self.advance(at)

    def suspend(self) -> int:
        """Stop reading tokens, as the text of a template goes on behind the one here; where that is."""
        self._skips_lines.pop()
        return self.end

    def is_at(self, sign: str) -> bool:
        """Whether this sign is here."""
        return self.kind == SIGN and self.lexeme == sign

    def expect(self, sign: str, where: str) -> None:
        """Leave the sign behind, which must be here."""
        if not self.is_at(sign):
            raise self.error(f"expected {sign!r} {where}, found {self.shown()}")
        self.advance()

    def expect_word(self, where: str) -> str:
        """Leave a word behind, which must be here."""
        if self.kind != WORD:
            raise self.error(f"expected a name {where}, found {self.shown()}")
        word = self.lexeme
        self.advance()
        return word

    def skip_lines(self) -> None:
        """Leave line ends behind."""
        if self.is_at("\n"):
            # All at once: a file may be nothing else.
            found = _SPACE_AND_LINES.match(self.text, self.end)
            self.advance(self.end if found is None else found.end())

    def deeper(self) -> None:
        """Count one level of nesting; the caller takes it back."""
        self.depth += 1
        if self.depth > MAXIMUM_DEPTH:
            raise InvalidError(
                "source-too-complex",
                f"{self.path}:{self.line_of(self.start)} is nested deeper than {MAXIMUM_DEPTH} levels.",
                fix="Give parts of it names with `locals`.",
            )

    def require_few_lines(self, lines: int) -> None:
        """Raises InvalidError `source-too-complex` for a text of more lines than `MAXIMUM_TEXT_LINES`."""
        if lines > MAXIMUM_TEXT_LINES:
            raise InvalidError(
                "source-too-complex",
                f"{self.path}:{self.line_of(self.start)} begins a text of more than {MAXIMUM_TEXT_LINES} lines.",
                fix="Put it into a file of its own, and read it with `file`.",
            )

    def shown(self) -> str:
        """The token, for a message; of words and numbers only what they are: a secret without quotes is one of them."""
        if self.kind == END:
            return "the end of the file"
        if self.are_words_hidden and self.lexeme != "\n":
            return "something else"
        if self.kind in (WORD, NUMBER):
            return f"a {self.kind}"
        return "the end of the line" if self.lexeme == "\n" else repr(self.lexeme)

    @property
    def lines(self) -> list[int]:
        """Where each line begins; and where one behind the text would, so that no place is behind all."""
        if self._lines is None:
            lengths = map(len, self.text.split("\n"))
            # Each line end is one more.
            self._lines = [*map(add, accumulate(lengths, initial=0), count())]
        return self._lines

    def line_of(self, offset: int) -> int:
        """Counted from 1."""
        return bisect_right(self.lines, offset)

    def span(self, start: int, end: int) -> Span:
        """Of a part of the text; `end` is the offset behind it."""
        lines = self.lines
        line = bisect_right(lines, start)
        return Span(line, bisect_right(lines, max(start, end - 1)), start - lines[line - 1] + 1)

    def error(self, problem: str, offset: int | None = None) -> InvalidError:
        """The text is not HCL."""
        line = self.line_of(self.start if offset is None else offset)
        return InvalidError(
            "source-unparsable",
            f"{self.path}:{line} cannot be read: {problem}.",
            fix="Correct the line; `terraform fmt` or `tofu fmt` names the same place.",
            context={"path": self.path, "line": line},
        )


def read_for_names(scanner: Scanner) -> tuple[str, str]:
    """`k, v in` or `v in`, without its end; the first name is empty in the second form."""
    key_name, value_name = "", scanner.expect_word("after for")
    if scanner.is_at(","):
        scanner.advance()
        key_name, value_name = value_name, scanner.expect_word("after ',' in a for")
    if scanner.kind != WORD or scanner.lexeme != "in":
        raise scanner.error(f"expected 'in' in a for, found {scanner.shown()}")
    scanner.advance()
    return key_name, value_name
