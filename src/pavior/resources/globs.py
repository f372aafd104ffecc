"""Paths as a `.gitignore` names them: what is excluded is said by somebody whom we need not know."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import TypeAlias

Matches: TypeAlias = Callable[[str], object]

_PIECE = r"\*\*/|\*\*|\*|\?|[^*?]"
_DEEPER, _DEEP, _STAR, _ONE = "**/", "**", "*", "?"
_WORDS = {_DEEPER: "(?:.*/)?", _DEEP: ".*", _STAR: "[^/]*", _ONE: "[^/]"}
# A pattern of more tries so many splits of a path that it may never end.
_MOST_BY_PATTERN = 2


def compile_glob(glob: str) -> Matches:
    """Gives whether a path is meant: without a slash at any depth, and what means a folder means all below it."""
    trimmed = glob.rstrip("/")
    tokens = list(_collapsed(([] if "/" in trimmed else [_DEEPER]) + re.findall(_PIECE, trimmed)))
    if sum(token in (_DEEPER, _DEEP, _STAR) for token in tokens) <= _MOST_BY_PATTERN:
        words = (_WORDS.get(token) or re.escape(token) for token in tokens)
        return re.compile(f"{''.join(words)}(?:/.*)?", re.DOTALL).fullmatch
    return _Steps(tokens).matches


def _collapsed(tokens: list[str]) -> Iterator[str]:
    """Without what repeats what stands before it, and means no more."""
    before = ""
    for token in tokens:
        if not (token == before and token in (_DEEPER, _DEEP, _STAR)):
            yield token
        before = token


class _Steps:
    """All places in the glob that a path may have reached, as the bits of a number, after each of its characters.

    It takes time in proportion to the path, whatever the glob is.
    """

    def __init__(self, tokens: list[str]) -> None:
        self._letters: defaultdict[str, int] = defaultdict(int)
        self._one = self._star = self._deep = self._over_one = self._over_two = 0
        bit = 1
        for token in tokens:
            if token == _DEEPER:
                # Left out as a whole, or entered; what was entered is left by a slash alone.
                self._over_one |= bit
                self._over_two |= bit
                bit <<= 1
                self._deep |= bit
                self._letters["/"] |= bit
            elif token == _DEEP:
                self._deep |= bit
                self._over_one |= bit
            elif token == _STAR:
                self._star |= bit
                self._over_one |= bit
            elif token == _ONE:
                self._one |= bit
            else:
                self._letters[token] |= bit
            bit <<= 1
        self._end = bit

    def matches(self, path: str) -> bool:
        reached = self._onward(1)
        for letter in path:
            if letter == "/":
                if reached & self._end:
                    return True
                moving, staying = self._letters["/"], self._deep
            else:
                moving, staying = self._letters.get(letter, 0) | self._one, self._deep | self._star
            reached = self._onward((reached & moving) << 1 | reached & staying)
            if not reached:
                return False
        return bool(reached & self._end)

    def _onward(self, reached: int) -> int:
        """With the places that are reached without a character."""
        while True:
            further = reached | (reached & self._over_one) << 1 | (reached & self._over_two) << 2
            if further == reached:
                return reached
            reached = further
