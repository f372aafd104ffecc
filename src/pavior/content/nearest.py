"""Names that somebody may have meant, for the message that says there is no such name."""

from collections.abc import Iterable

# Whoever types more than this typed no name; comparing it would only take long.
MOST_LETTERS = 80


def nearest(word: str, known: Iterable[str], most: int = 1) -> tuple[str, ...]:
    """The known names that are most like it, the nearest first; else the first ones that contain it."""
    # Loaded for a message alone.
    from difflib import get_close_matches

    names, asked = list(known), word[:MOST_LETTERS]
    near = get_close_matches(asked, names, most)
    # Whoever knows one word of it is helped as well as whoever mistyped a letter.
    near = near or [name for name in names if asked and asked.lower() in name][:most]
    return tuple(near)
