"""Stylesheet, scripts and pictures: read once, named after their content, so that browsers may keep them for ever."""

import gzip
import hashlib
import mimetypes
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

PREFIX = "/static/"
_HASH_DIGITS = 12
# Below this, compressing saves less than its header costs.
_WORTH_COMPRESSING_BYTES = 1024
# One stylesheet is served; it is written in parts, in this order.
_STYLESHEET = "pavior.css"
_STYLESHEET_PARTS = (
    "tokens.css",
    "ground.css",
    "layout.css",
    "marks.css",
    "parts.css",
    "forms.css",
    "road.css",
    "reading.css",
    "pages.css",
    "threat_model.css",
    "narrow.css",
)
# Beside what draws them: a picture that is no part of a page brings it along.
_DIAGRAMS = "diagram.css"
_SINGLE_FILES = ("pavior.js", "keys.js", "threat_model.js", "mark.svg", "vendor/htmx/htmx.min.js")


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is served. `compressed` is empty when it is too small to gain."""

    body: bytes
    compressed: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Assets:
    """All files, by the name they are served under."""

    by_served_name: Mapping[str, Asset]
    served_names: Mapping[str, str]

    def address(self, name: str) -> str:
        """Where a page finds the file that is called `name` in the source."""
        return PREFIX + self.served_names[name]


@cache
def load_assets() -> Assets:
    """Read them from the package, once."""
    folder = files("pavior.web") / "static"
    parts = [*(folder / "css" / part for part in _STYLESHEET_PARTS), files("pavior.threatmodels") / _DIAGRAMS]
    bodies = {_STYLESHEET: b"\n".join(part.read_bytes() for part in parts)}
    bodies.update({name: _walk(folder, name.split("/")).read_bytes() for name in _SINGLE_FILES})
    served_names = {name: _served_name(name, body) for name, body in bodies.items()}
    return Assets({served_names[name]: _asset(name, body) for name, body in bodies.items()}, served_names)


def _walk(folder: Traversable, words: Iterable[str]) -> Traversable:
    for word in words:
        folder /= word
    return folder


def _served_name(name: str, body: bytes) -> str:
    stem, _, ending = name.rpartition("/")[2].rpartition(".")
    return f"{stem}.{hashlib.sha256(body).hexdigest()[:_HASH_DIGITS]}.{ending}"


def _asset(name: str, body: bytes) -> Asset:
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    # Some systems know JavaScript under its old name, which `nosniff` refuses in modules.
    media_type = "text/javascript" if name.endswith(".js") else media_type
    compressed = gzip.compress(body, mtime=0) if len(body) >= _WORTH_COMPRESSING_BYTES else b""
    return Asset(body, compressed, media_type)
