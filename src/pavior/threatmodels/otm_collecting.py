"""Collects what an OTM document holds, section by section, and what of it was not taken or is not kept. Pure."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pavior.catalog.schemas import explain, validator_for
from pavior.threatmodels.otm import PREFIX, otm_schema

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_ID = 63
# Ours has a place for what these say in some sections alone.
_FOR_THREATS_ALONE = frozenset({"description"})
_FOR_NOBODY = frozenset({"tags", "cwes"})


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
    """Collects while the sections are read one after the other; `ids` maps those of the document to ours."""

    not_taken: list[NotTaken] = field(default_factory=list)
    not_kept: list[NotTaken] = field(default_factory=list)
    ids: dict[str, dict[str, str]] = field(default_factory=dict)

    def items(self, document: Mapping[str, Any], section: str) -> list[tuple[str, Mapping[str, Any]]]:
        """Pointer and item of those that keep to the schema, each id once; the others are told."""
        found: list[tuple[str, Mapping[str, Any]]] = []
        known = self.ids.setdefault(section, {})
        taken: set[str] = set()
        validator = validator_for({"$ref": f"#/$defs/{section}", "$defs": otm_schema()["$defs"]})
        for index, item in enumerate(document.get(section) or ()):
            pointer = f"/{section}/{index}"
            problems = [
                (pointer + "".join(f"/{part}" for part in path), message)
                for error in validator.iter_errors(item)
                for path, message in explain(error)
            ]
            if problems:
                self.not_taken.append(NotTaken(problems[0][0], f"It {problems[0][1]}."))
            elif item["id"] in known:
                self.not_taken.append(NotTaken(pointer, f"The id {item['id'][:100]} stands there twice."))
            else:
                known[item["id"]] = our_id(item["id"], taken)
                taken.add(known[item["id"]])
                self._tell_strangers(pointer, item, section)
                found.append((pointer, item))
        return found

    def drop(self, section: str, id_: str, why: NotTaken) -> None:
        """It cannot be taken after all; who refers to it finds nothing."""
        del self.ids[section][id_]
        self.not_taken.append(why)

    def several(self, section: str, ids: Sequence[str | None] | None, pointer: str, word: str) -> tuple[str, ...]:
        """Our ids of those that there are; the others are told as not kept."""
        found: list[str] = []
        for position, id_ in enumerate(ids or ()):
            ours = self.ids[section].get(id_ or "")
            if ours is None:
                self.not_kept.append(NotTaken(f"{pointer}/{position}", f"There is no {word} {(id_ or 'null')[:100]}."))
            elif ours not in found:
                found.append(ours)
        return tuple(found)

    def _tell_strangers(self, pointer: str, item: Mapping[str, Any], section: str) -> None:
        known = otm_schema()["$defs"][section]["properties"]
        for name, value in item.items():
            is_kept = section == "threats" or name not in _FOR_THREATS_ALONE
            is_ours = name in known and name not in _FOR_NOBODY and is_kept
            if not is_ours and value not in (None, [], {}, ""):
                self.not_kept.append(NotTaken(f"{pointer}/{name}", "There is no place for it."))
        strange = [name for name in item.get("attributes") or () if not str(name).startswith(PREFIX)]
        if strange:
            told = f"Attributes of other tools are not kept: {', '.join(sorted(map(str, strange)))[:200]}."
            self.not_kept.append(NotTaken(f"{pointer}/attributes", told))


def our_id(id_: str, taken: Collection[str] = ()) -> str:
    """An id of our form for one of another, the same each time; with a number where it is taken."""
    words = "-".join(re.findall(r"[a-z0-9]+", id_.lower())) or "unnamed"
    ours = id_ if _ID.fullmatch(id_) and len(id_) <= _LONGEST_ID else words[:_LONGEST_ID].rstrip("-")
    number = 2
    free = ours
    while free in taken:
        free = f"{ours[: _LONGEST_ID - 1 - len(str(number))].rstrip('-')}-{number}"
        number += 1
    return free
