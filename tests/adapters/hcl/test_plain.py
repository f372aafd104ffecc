"""What is read line by line is what is read token by token, down to the place of each part and each message."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pavior.adapters.hcl import grammar, plain, syntax
from pavior.adapters.hcl.syntax import parse
from pavior.kernel.errors import InvalidError

WORDS = ["a", "b-c", "for", "if", "true", "null", "aws_x.y.z", "true.b", "for.x", "0", "007", "1.5", "é", "-1", "f(a)"]
TEXTS = ['"x"', '""', '"é"', '"$x"', '"${a}"', '"\\n"', r'"\\n\"\t"', r'"\u0041\r"', r'"\q"', '"a', "<<EOT\nx\nEOT\n"]
SIGNS = [
    " = ",
    "=",
    " == ",
    ": ",
    " {",
    "{",
    " {\n",
    "}",
    "}\n",
    "[",
    "]",
    ", ",
    ",\n",
    "\n",
    " ",
    "\t\r\n",
    "#x\n",
    "/*x*/",
    ".",
]
LINES = [
    'a = "x"\n',
    "  b = 1 # one\n",
    "c = d.e\n",
    "c = d.e.0\n",
    'resource "x" "y" {\n',
    "locals {\n",
    'x "y" z {  \r\n\n',
    'm = {\n  "k" = "v"\n  w: true,\n  for = 1\n}\n',
    'm = { k = "v", l = 2 }\n',
    "m = {}\n",
    'l = ["x", y.z,\n 1\n, true,]\n',
    "l = [{ a = 1 }, [2]]\n",
    "l = []\n",
    "n = [for a in b : a]\n",
    "m = {for a in b : a => a}\n",
    "}\n",
    "} ",
]


def _read(text: str) -> object:
    try:
        return parse("main.tf", text.encode())
    except InvalidError as error:
        return error.code, error.summary, error.context


def _read_token_by_token(text: str) -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(syntax, "PLAIN_DEPTH", 0)
        patch.setattr(grammar, "PLAIN_DEPTH", 0)
        return _read(text)


@given(st.lists(st.sampled_from([*WORDS, *TEXTS, *SIGNS, *LINES, *LINES]), max_size=12).map("".join))
def test_a_text_is_read_the_same_in_both_ways(text: str) -> None:
    assert _read(text) == _read_token_by_token(text)


@pytest.mark.parametrize("levels", range(plain.PLAIN_DEPTH - 2, plain.PLAIN_DEPTH + 8))
@pytest.mark.parametrize("innermost", ['a = "x"\n', "a = [{ b = [1] }]\n", "b {\n}\n"])
def test_the_depth_that_is_too_much_is_the_same_in_both_ways(levels: int, innermost: str) -> None:
    text = "b {\n" * levels + innermost + "}\n" * levels

    assert _read(text) == _read_token_by_token(text)


def test_both_ways_are_ways_of_their_own() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(syntax, "_read_statement", None)
        assert _read('a = "x"\nb "c" {\n  d = [e.f]\n}\n') == parse("main.tf", b'a = "x"\nb "c" {\n  d = [e.f]\n}\n')
        with pytest.raises(TypeError):
            _read_token_by_token('a = "x"\n')
