"""Words from repositories made fit for a line of a report: without control characters, and no longer than is read."""

from pavior.cli.printing import clean


def one_line(text: str) -> str:
    """All of it on one line, without what steers terminals or turns the direction of text."""
    return " ".join(clean(text).split())


def clipped(text: str, characters: int) -> str:
    """At most so many characters, with an ellipsis where something is missing."""
    return text if len(text) <= characters else f"{text[: characters - 1]}\N{HORIZONTAL ELLIPSIS}"
