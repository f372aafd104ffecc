"""Values as HCL text."""

import json
import re
from collections.abc import Mapping

from pavior.resources.model import Sensitive, Unknown, Value

INDENT = "  "
HIDDEN = "its value is secret, and secrets do not go into source"
# Letters of a list that still stands on one line.
_WIDE = 80
_WORD = re.compile(r"[A-Za-z_][\w-]*\Z", re.ASCII)
# As the first word of an object they would be more than a name.
_MEANINGFUL = frozenset(("for", "true", "false", "null"))
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_TO_ESCAPE = re.compile(r'[\\"\n\r\t]')
# Not to be written into a file, nor to be read in a review: controls, and what turns the direction of text.
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


class NotWritableError(ValueError):
    """The value cannot stand in source; the text says why."""


def literal(value: Value, indent: str = "") -> str:
    """`value` as an expression that reads as exactly that, without anything that is evaluated.

    Args:
        indent: Of the line that it begins on.

    Raises:
        NotWritableError: when it holds something hidden, unknown, or unseen.
    """
    if isinstance(value, Sensitive):
        raise NotWritableError(HIDDEN)
    if isinstance(value, Unknown):
        raise NotWritableError("not all of its value is known")
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list):
        return _list(value, indent)
    return _object(value, indent) if isinstance(value, dict) else json.dumps(value)


def _list(values: list[Value], indent: str) -> str:
    deeper = indent + INDENT
    items = [literal(item, deeper) for item in values]
    if all(not isinstance(item, dict | list) for item in values) and sum(map(len, items)) < _WIDE:
        return f"[{', '.join(items)}]"
    return "[\n" + "".join(f"{deeper}{item},\n" for item in items) + f"{indent}]"


def _object(values: Mapping[str, Value], indent: str) -> str:
    """With the signs below each other."""
    deeper = indent + INDENT
    keys = {name: key(name) for name in values}
    width = max(map(len, keys.values()), default=0)
    lines = [f"{deeper}{keys[name]:<{width}} = {literal(item, deeper)}\n" for name, item in values.items()]
    return "{\n" + "".join(lines) + f"{indent}}}" if lines else "{}"


def key(name: str) -> str:
    """A key of an object. Raises NotWritableError."""
    return name if _WORD.match(name) and name not in _MEANINGFUL else _text(name)


def word(name: str) -> str:
    """The name of an attribute or of a block, which cannot be quoted. Raises NotWritableError."""
    if not _WORD.match(name):
        raise NotWritableError(f"{name[:40]!r} is no name that an attribute may have")
    return name


def _text(value: str) -> str:
    if _UNSEEN.search(value):
        raise NotWritableError("it holds characters that nobody sees")
    escaped = _TO_ESCAPE.sub(lambda found: _ESCAPES[found[0]], value)
    # Doubled, or else they would begin a part that Terraform fills in.
    return '"' + escaped.replace("${", "$${").replace("%{", "%%{") + '"'
