"""Collects what an OTM document holds, section by section, and what of it was not taken or is not kept. Pure.

All that gets through keeps to the schema of `threatmodel.yaml`, so that what is made of it can be read again.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from jsonschema import Draft202012Validator

from pavior.catalog.schemas import explain, validator_for
from pavior.threatmodels.otm import PREFIX, find_own_text, is_ours, otm_schema
from pavior.threatmodels.reading import threat_model_schema

FILE: Final = "file"
_WORD = re.compile(r"[a-z0-9]+")
_LONGEST_ID = 63
_DIGEST_LETTERS = 8
_SHOWN = 100
# What a section of OTM becomes, and so how many of it there may be.
_BECOMES: Mapping[str, str] = {
    "assets": "assets",
    "trustZones": "boundaries",
    "components": "elements",
    "dataflows": "flows",
    "threats": "threats",
    "mitigations": "threats",
}
# A threat names as many of each kind; so many assets has an element at most.
_MOST_EACH = 100
_MITIGATION_KINDS = 4
# What an OTM document may say where `threatmodel.yaml` has no place for it, besides what no schema knows.
_NOT_KEPT: Mapping[str, frozenset[str]] = {
    "assets": frozenset({"description"}),
    "trustZones": frozenset({"description"}),
    "components": frozenset({"description", "tags"}),
    "dataflows": frozenset({"description", "tags"}),
    "threats": frozenset({"cwes"}),
    "mitigations": frozenset({"description"}),
}


@dataclass(frozen=True, slots=True)
class NotTaken:
    """Something in an OTM document that the model does not say.

    Args:
        pointer: Where it stands, as a JSON pointer (RFC 6901).
    """

    pointer: str
    why: str


@dataclass
class Collector:
    """Collects while the sections are read one after the other.

    Args:
        ids: By section, those of the document to ours.
        taken: By section, pointers and items that keep to the schema.
        backs: Of flows of both ways, the document's id to our id of the way back.
    """

    not_taken: list[NotTaken] = field(default_factory=list)
    not_kept: list[NotTaken] = field(default_factory=list)
    ids: dict[str, dict[str, str]] = field(default_factory=dict)
    taken: dict[str, list[tuple[str, Mapping[str, Any]]]] = field(default_factory=dict)
    backs: dict[str, str] = field(default_factory=dict)

    def items(
        self, document: Mapping[str, Any], section: str, *, apart_from: str = ""
    ) -> list[tuple[str, Mapping[str, Any]]]:
        """Pointer and item of those that keep to the schema, each id once; the others are told.

        Args:
            apart_from: Another section whose ids these may not share.
        """
        found: dict[str, tuple[str, Mapping[str, Any]]] = {}
        validator = validator_for({"$ref": f"#/$defs/{section}", "$defs": otm_schema()["$defs"]})
        most = most_of(section)
        for index, item in enumerate(document.get(section) or ()):
            pointer = pointer_to(section, index)
            error = next(validator.iter_errors(item), None)
            if error is not None:
                path, message = explain(error)[0]
                self.not_taken.append(NotTaken(pointer + pointer_to(*path), f"It {message}."))
            elif item["id"] in found:
                self.not_taken.append(NotTaken(pointer, f"The id {shown(item['id'])} stands there twice."))
            elif not sentence(item["name"]):
                self.not_taken.append(NotTaken(pointer_to(section, index, "name"), "Nothing of it can be read."))
            elif len(found) == most:
                self.not_taken.append(NotTaken(pointer, f"There are more than {most}."))
            else:
                found[item["id"]] = (pointer, item)
                self._tell_strangers(pointer, item, section)
        self.ids[section] = our_ids(found, taken=self.ids.get(apart_from, {}).values())
        self.taken[section] = list(found.values())
        return self.taken[section]

    def drop(self, section: str, id_: str, why: NotTaken) -> None:
        """It cannot be taken after all; who refers to it finds nothing."""
        del self.ids[section][id_]
        self.not_taken.append(why)

    def lose(self, pointer: str, why: str) -> None:
        """Tell what is not kept of something that is taken."""
        self.not_kept.append(NotTaken(pointer, why))

    def title(self, pointer: str, item: Mapping[str, Any]) -> str:
        """The item's name, in one line."""
        return self.text(f"{pointer}/name", item["name"])

    def text(self, pointer: str, text: str, most: int | None = None) -> str:
        """In one line, without what may not stand there; that is told."""
        kept = sentence(text, most)
        if kept.split() != text.split():
            self.lose(pointer, "It was cut, or held characters that nobody sees.")
        return kept

    def paragraph(self, pointer: str, text: str) -> str:
        """The same over several lines."""
        pattern, most = _pattern_and_length("paragraph")
        kept = (text if pattern.search(text) else "".join(map(_visible, text)))[:most].strip()
        if kept != text.strip():
            self.lose(pointer, "It was cut, or held characters that nobody sees.")
        return kept

    def own(self, pointer: str, item: Mapping[str, Any], place: str, name: str) -> Any:
        """What Pavior wrote of `name` into the attributes, when that may stand in `threatmodel.yaml`; or None.

        Args:
            place: Where it would: a definition of the schema, such as `element`, or `FILE` for the whole.
        """
        text = find_own_text(item, name)
        if text is None:
            return None
        validator = _own_validator(place, name)
        for value in _readings(text):
            if validator.is_valid(value):
                return value
        self.lose(pointer + pointer_to("attributes", PREFIX + name), "Pavior did not write it like this.")
        return None

    def assets(self, *lists: tuple[str, Sequence[str | None] | None]) -> tuple[str, ...]:
        """Our ids of those that there are, as many as may be; the others are told.

        Args:
            lists: Pointers, and ids of the document.
        """
        found: dict[str, None] = {}
        for pointer, ids in lists:
            for position, id_ in enumerate(ids or ()):
                ours = self.ids["assets"].get(id_ or "")
                if ours is not None and (ours in found or len(found) < _MOST_EACH):
                    found[ours] = None
                elif id_ is not None:
                    why = f"There is no asset {shown(id_)}." if ours is None else f"There are more than {_MOST_EACH}."
                    self.lose(f"{pointer}/{position}", why)
        return tuple(found)

    def _tell_strangers(self, pointer: str, item: Mapping[str, Any], section: str) -> None:
        known = otm_schema()["$defs"][section]["properties"]
        for name, value in item.items():
            if (name not in known or name in _NOT_KEPT[section]) and value not in (None, [], {}, ""):
                self.lose(pointer + pointer_to(name), "There is no place for it.")
        if not is_ours(item):
            for name, why in _RATINGS.get(section, ()):
                self.lose(f"{pointer}/{name}", why)
        strange = sorted(name for name in item.get("attributes") or () if not name.startswith(PREFIX))
        if strange:
            told = f"Attributes of other tools are not kept: {shown(', '.join(strange))}."
            self.lose(f"{pointer}/attributes", told)


# What is rated there, and has no such number here.
_RATINGS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "assets": (("risk", "Confidentiality alone is kept, as a data class."),),
    "trustZones": (("risk", "How far it is trusted is not kept."),),
    "mitigations": (("riskReduction", "How much it takes away of a risk is not kept."),),
}


def pointer_to(*path: str | int) -> str:
    """As RFC 6901 writes it."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)


def shown(text: str) -> str:
    """As much of a foreign text as a message holds."""
    return sentence(text, _SHOWN) or "without a name"


def sentence(text: str, most: int | None = None) -> str:
    """In one line, and only what a sentence of `threatmodel.yaml` may hold; empty when nothing is left."""
    pattern, longest = _pattern_and_length("sentence")
    if not pattern.search(text):
        text = " ".join("".join(map(_visible, text)).split())
    return text[: longest if most is None else most].strip()


def our_ids(ids: Iterable[str], *, taken: Collection[str] = ()) -> dict[str, str]:
    """Ids of our form for others, the same whatever stands beside them but what reads alike.

    Those that are of our form stay, unless they are `taken`; others that would become the same end in their digests.
    """
    wanted = {id_: _slug(id_) for id_ in ids}
    often = Counter(wanted.values())
    free = set(taken)
    found: dict[str, str] = {}
    # Those that stay first, so that nobody else gets theirs.
    for id_, slug in sorted(wanted.items(), key=lambda pair: pair[0] != pair[1]):
        ours = slug if slug not in free and (id_ == slug or often[slug] == 1) else _with_digest(slug, id_)
        while ours in free:
            ours = _with_digest(ours, f"{id_} {ours}")
        free.add(ours)
        found[id_] = ours
    return found


def _slug(id_: str) -> str:
    words = "-".join(_WORD.findall(id_.lower())) or "unnamed"
    return words[:_LONGEST_ID].rstrip("-")


def _with_digest(slug: str, id_: str) -> str:
    digest = hashlib.sha256(id_.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST_LETTERS]
    return f"{slug[: _LONGEST_ID - 1 - _DIGEST_LETTERS].rstrip('-')}-{digest}"


def _visible(letter: str) -> str:
    if letter.isspace():
        return "\n" if letter == "\n" else " "
    return letter if _pattern_and_length("sentence")[0].search(letter) else ""


def _readings(text: str) -> Iterable[Any]:
    """As a text, and as JSON."""
    yield text
    try:
        yield json.loads(text)
    except (ValueError, RecursionError):
        return


def most_of(section: str) -> int:
    """How many items of a section are taken."""
    most: int = threat_model_schema()["properties"][_BECOMES[section]]["maxItems"]
    return most * _MITIGATION_KINDS * _MOST_EACH if section == "mitigations" else most


@cache
def _pattern_and_length(name: str) -> tuple[re.Pattern[str], int]:
    found = threat_model_schema()["$defs"][name]
    # The one `$` stands at its end, and there means the end of the text.
    return re.compile(found["pattern"].removesuffix("$") + r"\Z"), found["maxLength"]


@cache
def _own_validator(place: str, name: str) -> Draft202012Validator:
    schema = threat_model_schema()
    definitions = {**schema["$defs"], FILE: {"properties": schema["properties"]}}
    return validator_for({"$ref": f"#/$defs/{place}/properties/{name}", "$defs": definitions})
