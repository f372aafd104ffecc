"""Writes `threatmodel.yaml` as a person would. Pure."""

import json
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence

from pavior.catalog.scalars import resolve_scalar
from pavior.kernel.clock import format_instant
from pavior.threatmodels.model import (
    SECTIONS,
    Asset,
    Assumption,
    Boundary,
    BoundaryKind,
    Dismissal,
    Element,
    Flow,
    Item,
    SignOff,
    Threat,
    ThreatModel,
)

# Without these a file is no threat model.
NEEDED_SECTIONS = ("assets", "threats")
_WIDTH = 110
# Begins with a letter or digit and holds nothing that ends it; in [ ] some more may not stand in it.
_PLAIN = re.compile(r"[^\W_](?:[^:#]|:(?=\S)|(?<=\S)#)*")
_FLOW_INDICATORS = re.compile(r"[,?\[\]{}]")
# Readers of YAML 1.1 take these for yes and no.
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off"})

_Value = str | bool | tuple[str, ...] | Mapping[str, str]
# What holds nothing is not written; a no is something.
_NOTHING = ("", (), None)


def render_model(model: ThreatModel) -> str:
    """The file of a model; to read it again gives the same model. What is empty is left out."""
    parts = [f"version: 2\n{_field('service', model.service, '')}{_field('scope', model.scope, '')}"]
    for name in SECTIONS:
        items: Sequence[Item] = getattr(model, name)
        if items:
            # A threat is read by itself; what it is about, as a list.
            between = "\n" if name == "threats" else ""
            parts.append(f"{name}:\n" + between.join(render_item(item, "  ") for item in items))
        elif name in NEEDED_SECTIONS:
            parts.append(f"{name}: []\n")
    if model.sign_off is not None:
        parts.append("sign_off:\n" + "".join(_field(name, value, "  ") for name, value in _signed(model.sign_off)))
    return "\n".join(parts)


def render_item(item: Item, indent: str) -> str:
    """One item of a list whose dashes stand after `indent`; ends with a line break."""
    inner = f"{indent}  "
    text = "".join(_field(name, value, inner) for name, value in _fields(item) if value not in ("", (), None))
    return f"{indent}- {text[len(inner) :]}"


def _fields(item: Item) -> Iterator[tuple[str, _Value | None]]:
    """Names and values as the file has them, in its order."""
    yield "id", item.id
    match item:
        case Asset():
            yield from (("title", item.title), ("data_class", item.data_class.value))
        case Boundary():
            yield "title", item.title
            yield "kind", "" if item.kind is BoundaryKind.OTHER else item.kind.value
            yield "within", item.within
        case Element():
            yield from (("title", item.title), ("kind", item.kind.value), ("technology", item.technology))
            yield from (("resources", item.resources), ("boundary", item.boundary), ("assets", item.assets))
            yield "public", item.is_public
        case Flow():
            yield from (("title", item.title), ("from", item.source), ("to", item.target))
            yield from (("protocol", item.protocol), ("assets", item.assets))
            yield from (("encrypted", item.is_encrypted), ("authenticated", item.is_authenticated))
            yield "because", item.because
        case Assumption():
            yield "text", item.text
        case Threat():
            yield from _threat_fields(item)
        case Dismissal():
            yield "reason", item.reason
    if isinstance(item, Boundary | Element | Flow | Threat) and item.inferred:
        yield "inferred", True


def _threat_fields(item: Threat) -> Iterator[tuple[str, _Value | None]]:
    yield from (("title", item.title), ("description", item.description))
    yield from (("category", item.category.value), ("severity", item.severity.value), ("library", item.library))
    yield from (("places", item.places), ("assets", item.assets), ("controls", item.controls))
    yield from (("requirements", item.requirements), ("tests", item.tests), ("mitigations", item.mitigations))
    if item.accepted is not None:
        yield "accepted", {"reason": item.accepted.reason, "until": item.accepted.until.isoformat()}


def _signed(item: SignOff) -> tuple[tuple[str, str], ...]:
    return (("digest", item.digest), ("by", item.by), ("at", format_instant(item.at)))


def _field(name: str, value: _Value, indent: str) -> str:
    """`name: value` with its line break, after `indent`."""
    inner = f"{indent}  "
    if isinstance(value, bool):
        return f"{indent}{name}: {'true' if value else 'false'}\n"
    if isinstance(value, str):
        return f"{indent}{name}: {_text(value, inner, len(indent) + len(name) + 2)}\n"
    if isinstance(value, Mapping):
        return f"{indent}{name}:\n" + "".join(_field(key, text, inner) for key, text in value.items())
    line = f"{indent}{name}: [{', '.join(_scalar(text, is_in_brackets=True) for text in value)}]\n"
    if len(line) <= _WIDTH:
        return line
    return f"{indent}{name}:\n" + "".join(f"{inner}- {_text(text, f'{inner}  ', len(inner) + 2)}\n" for text in value)


def _text(text: str, indent: str, column: int) -> str:
    """A value that begins at `column`; what does not fit is wrapped after `indent`."""
    lines = text.split("\n")
    if not all(part.isprintable() and part == part.rstrip() for part in lines) or text != text.strip():
        return _scalar(text)
    if len(lines) > 1:
        return "|-\n" + "\n".join(f"{indent}{part}" if part else "" for part in lines)
    line = _scalar(text)
    # Wrapped, two spaces could become one.
    if column + len(line) <= _WIDTH or "  " in text:
        return line
    wrapped = textwrap.wrap(text, max(40, _WIDTH - len(indent)), break_long_words=False, break_on_hyphens=False)
    return ">-\n" + "\n".join(f"{indent}{part}" for part in wrapped)


def _scalar(text: str, *, is_in_brackets: bool = False) -> str:
    """On one line; in quotes where it would be read as something else without them."""
    is_plain = (
        _PLAIN.fullmatch(text)
        and text.isprintable()
        and text == text.rstrip()
        and not (is_in_brackets and _FLOW_INDICATORS.search(text))
        and text.casefold() not in _WORDS
        and _is_text(text)
    )
    if is_plain:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(letter if letter.isprintable() else f"\\U{ord(letter):08x}" for letter in quoted)


def _is_text(text: str) -> bool:
    try:
        return resolve_scalar(text) == text
    except ValueError:
        return False
