"""A threat model of the first version as one of the second: what it claimed is dropped, what it decided kept. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pavior.catalog.documents import Path, YamlDocument

# What a threat said of itself, and what it is told where it said so.
_DROPPED = {
    "state": "how a threat stands is derived from what is deployed",
    "boundary": "name the elements and flows where it could happen as its places",
    "reason": "only what is accepted has one",
    "review_by": "only what is accepted has one",
}
# What said why it was accepted, and how that is called now.
_ACCEPTED = {"reason": "reason", "review_by": "until"}


@dataclass(frozen=True, slots=True)
class Upgraded:
    """A document of the second version.

    Args:
        document: With the lines of the file that people wrote.
        dropped: What could not be kept: line and sentence, by line.
    """

    document: YamlDocument
    dropped: tuple[tuple[int, str], ...]


def upgrade(document: YamlDocument) -> Upgraded | None:
    """None when it is not of the first version. What breaks the first version's rules is left for the second's."""
    content = document.value
    if not isinstance(content, dict) or content.get("version") != 1 or isinstance(content["version"], bool):
        return None
    threats = content.get("threats")
    lines: dict[Path, int] = dict(document.lines)
    after = {**content, "version": 2}
    dropped: list[tuple[int, str]] = []
    if isinstance(threats, list):
        after["threats"] = [
            _threat(threat, document, ("threats", index), lines, dropped) if isinstance(threat, dict) else threat
            for index, threat in enumerate(threats)
        ]
    return Upgraded(YamlDocument(after, document.line, document.end_line, lines), tuple(sorted(dropped)))


def _threat(
    threat: Mapping[str, Any],
    document: YamlDocument,
    path: Path,
    lines: dict[Path, int],
    dropped: list[tuple[int, str]],
) -> Mapping[str, Any]:
    after = {name: value for name, value in threat.items() if name not in _DROPPED}
    kept: set[str] = set()
    if threat.get("state") == "accepted":
        after["accepted"] = {new: threat[old] for old, new in _ACCEPTED.items() if old in threat}
        lines[*path, "accepted"] = document.line_of((*path, "state"))
        for old, new in _ACCEPTED.items():
            if old in threat:
                lines[*path, "accepted", new] = document.line_of((*path, old))
        kept = {"state", *_ACCEPTED}
    dropped.extend(_told(threat, document, path, kept))
    return after


def _told(threat: Mapping[str, Any], document: YamlDocument, path: Path, kept: set[str]) -> Iterator[tuple[int, str]]:
    for name, why in _DROPPED.items():
        if name in threat and name not in kept:
            value = str(threat[name])[:80]
            yield document.line_of((*path, name)), f"threats {threat.get('id')}: {name} {value} is not kept: {why}."
