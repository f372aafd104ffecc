"""What of a model's words fits into a picture, and how wide it is there. Pure."""

import unicodedata

_NARROW = frozenset("iljtfrI.,:;'|!()[]{} -")
_WIDE = frozenset("mwMW@%")
_CUT = "…"
# Of the font's size; on the safe side of what common sans-serif fonts need.
_NARROW_RATIO, _USUAL_RATIO, _CAPITAL_RATIO, _WIDE_RATIO, _FULL_RATIO = 0.4, 0.62, 0.74, 0.96, 1.05


def plain(text: str) -> str:
    """On one line, without what is not seen: control characters, marks that turn the direction, joined blanks."""
    seen = (" " if character.isspace() else character for character in text)
    return " ".join("".join(item for item in seen if unicodedata.category(item)[0] != "C").split())


def width_of(text: str, size: float) -> float:
    """How wide a text in a common sans-serif font of that size is at most, in the unit of the size."""
    return size * sum(map(_ratio, text))


def cut(text: str, width: float, size: float) -> str:
    """As much of it as is `width` wide; what was left out is an ellipsis."""
    if width_of(text, size) <= width:
        return text
    used = width_of(_CUT, size)
    kept = []
    for character in text:
        used += size * _ratio(character)
        if used > width:
            break
        kept.append(character)
    return "".join(kept).rstrip() + _CUT


def wrap(text: str, width: float, size: float, *, lines: int) -> tuple[str, ...]:
    """In lines that are `width` wide, at blanks where there are some; what does not fit is cut."""
    # Far more than fits; a title of megabytes costs nothing.
    words = text[:500].split(" ")
    wrapped: list[str] = []
    while words and len(wrapped) < lines - 1:
        taken = 1
        while taken < len(words) and width_of(" ".join(words[: taken + 1]), size) <= width:
            taken += 1
        line = " ".join(words[:taken])
        if width_of(line, size) > width:
            break
        wrapped.append(line)
        words = words[taken:]
    if words:
        wrapped.append(cut(" ".join(words), width, size))
    return tuple(wrapped)


def _ratio(character: str) -> float:
    if character in _NARROW:
        return _NARROW_RATIO
    if character in _WIDE:
        return _WIDE_RATIO
    if not character.isascii() and unicodedata.east_asian_width(character) in "WF":
        return _FULL_RATIO
    return _CAPITAL_RATIO if character.isupper() else _USUAL_RATIO
