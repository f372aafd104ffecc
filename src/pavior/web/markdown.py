"""Lessons and descriptions, written in Markdown, as HTML in which nobody's own HTML survives."""

from functools import cache
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

_LOWEST_HEADING = 6
_SCHEMES = frozenset({"", "https", "http", "mailto"})


def render_markdown(text: str) -> str:
    """HTML of `text`: raw HTML is shown as text, pictures are left out, links lead only to the web.

    Headings are one level lower, because the page that shows them has the one of the first level.
    """
    return str(_renderer().render(text))


class _Renderer(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's name
        """A narrower rule than the library's, which lets pictures in data: through."""
        try:
            return urlsplit(url.strip()).scheme.lower() in _SCHEMES
        except ValueError:
            return False


@cache
def _renderer() -> MarkdownIt:
    renderer = _Renderer("commonmark", {"html": False, "linkify": False}).enable("table").disable("image")
    renderer.core.ruler.push("lower_headings", _lower_headings)
    return renderer


def _lower_headings(state: StateCore) -> None:
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 1, _LOWEST_HEADING)}"
