"""Globs mean what they mean in `.gitignore`, and none of them takes long."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pavior.resources.globs import compile_glob


@pytest.mark.parametrize(
    ("glob", "path", "is_meant"),
    [
        ("examples/", "a/examples/b.tf", True),
        ("examples/", "examples.tf", False),
        ("a/*.tf", "a/b.tf", True),
        ("a/*.tf", "a/b/c.tf", False),
        ("a/**/c.tf", "a/c.tf", True),
        ("a/**/c.tf", "a/b/b/c.tf", True),
        ("a/**/b/**/c.tf", "a/x/b/c.tf", True),
        ("a/**/b/**/c.tf", "a/b/x/y/c.tf", True),
        ("a/**/b/**/c.tf", "a/x/c.tf", False),
        ("a/**/b/*/c?.tf", "a/b/x/c1.tf", True),
        ("a/**/b/*/*/c?.tf", "a/b/x/c1.tf", False),
        ("a*b*c*d", "x/abcd/y.tf", True),
        ("a*b*c*d", "x/ab/cd", False),
        ("a/*b*c*/d", "a/bc/d/e.tf", True),
        ("a/*b*c*/d", "a/bc/de", False),
        ("a***", "ba", False),
        ("**/a**/**", "ba", False),
        ("**/a**/**", "b/ab/c", True),
    ],
)
def test_what_a_glob_means(glob: str, path: str, *, is_meant: bool) -> None:
    assert bool(compile_glob(glob)(path)) is is_meant


WORDS = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]", "a": "a", "/": "/"}


@given(st.lists(st.sampled_from(sorted(WORDS)), min_size=1, max_size=7), st.text("a/b", max_size=8))
def test_it_is_what_the_plain_pattern_says(words: list[str], path: str) -> None:
    glob = "".join(words).strip("/")
    tokens = re.findall(r"\*\*/|\*\*|\*|\?|[^*?]", glob)
    anywhere = "" if "/" in glob else "(?:.*/)?"

    plain = re.fullmatch(f"{anywhere}{''.join(WORDS[token] for token in tokens)}(?:/.*)?", path)

    assert bool(compile_glob(glob)(path)) is (plain is not None)


@pytest.mark.parametrize("glob", ["*a" * 240 + "b", "**/a/" * 90 + "b", "**a" * 160 + "b", "*" * 490 + "b"])
def test_no_glob_takes_long(glob: str) -> None:
    # By trying each split it would take longer than anybody lives.
    assert not compile_glob(glob)("/".join(["a" * 200, *["a"] * 200]))
