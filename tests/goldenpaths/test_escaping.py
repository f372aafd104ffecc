import pytest
from hypothesis import given
from hypothesis import strategies as st

from pavior.goldenpaths.escaping import escape_markdown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Takes orders and keeps them.", "Takes orders and keeps them."),
        ("a_b*c`d", "a\\_b\\*c\\`d"),
        ("[x](https://example.com)", "\\[x\\](https://example.com)"),
        ("![x](y)", "\\!\\[x\\](y)"),
        ("<b>", "\\<b\\>"),
        ("a | b", "a \\| b"),
        ("a & b &amp; c", "a \\& b \\&amp; c"),
        ("~~gone~~", "\\~\\~gone\\~\\~"),
        ("# title #", "\\# title \\#"),
        ("- item", "\\- item"),
        ("+ item", "\\+ item"),
        ("---", "\\---"),
        ("===", "\\==="),
        ("1. item", "1\\. item"),
        ("12) item", "12\\) item"),
        ("1.5 litres", "1\\.5 litres"),
        ("a - b + c", "a - b + c"),
        ("    four spaces", "four spaces"),
        ("two\nlines", "two lines"),
        ("back\\slash", "back\\\\slash"),
        ("", ""),
    ],
)
def test_markup_becomes_letters(text: str, expected: str) -> None:
    assert escape_markdown(text) == expected


@given(st.text())
def test_what_is_shown_is_what_was_typed(text: str) -> None:
    shown = ""
    letters = iter(escape_markdown(text))
    for letter in letters:
        shown += next(letters) if letter == "\\" else letter

    assert shown == " ".join(text.split())
