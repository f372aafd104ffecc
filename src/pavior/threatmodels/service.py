"""Reads `threatmodel.yaml`: against its schema first, then for what a schema cannot say."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any

from pavior.catalog.documents import Path, YamlDocument
from pavior.catalog.schemas import load_schema, read_checked, say
from pavior.kernel.verdicts import Severity
from pavior.threatmodels.model import Asset, Boundary, Threat, ThreatCategory, ThreatModel, ThreatState

THREAT_MODEL_FILE = "threatmodel.yaml"


@dataclass(frozen=True, slots=True)
class ThreatModelReading:
    """What a threat model file holds.

    Args:
        model: None when there are problems.
        content: The file as it was written, as far as it is a mapping.
        problems: One sentence each, with its line; empty when the file is valid.
    """

    model: ThreatModel | None
    content: Mapping[str, Any] | None
    problems: tuple[str, ...]


@cache
def threat_model_schema() -> Mapping[str, Any]:
    """JSON Schema (2020-12) of `threatmodel.yaml`."""
    return load_schema("pavior.threatmodels", "threatmodel.schema.json")


# The same few files are shown again and again, and to check one costs more than the rest of its page.
@lru_cache(maxsize=256)
def check_threat_model(body: bytes, *, control_ids: frozenset[str]) -> ThreatModelReading:
    """Read a threat model and say what is wrong with it. Never raises.

    Args:
        control_ids: All controls that there are; a threat may name only these.
    """
    checked = read_checked(body, threat_model_schema())
    if checked.problems or checked.document is None or checked.content is None:
        return ThreatModelReading(None, checked.content, checked.problems)
    problems = say(sorted(_problems(checked.document, checked.content, control_ids)))
    if problems:
        return ThreatModelReading(None, checked.content, problems)
    return ThreatModelReading(_model(checked.document, checked.content), checked.content, ())


def _problems(document: YamlDocument, content: Mapping[str, Any], control_ids: frozenset[str]) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    known: dict[str, set[str]] = {"controls": set(control_ids)}
    for section in ("assets", "boundaries", "threats"):
        known[section] = set()
        for index, item in enumerate(content.get(section, ())):
            if item["id"] in known[section]:
                found.append((document.line_of((section, index)), f"{section} has the id {item['id']} twice."))
            known[section].add(item["id"])
    for index, threat in enumerate(content["threats"]):
        path = ("threats", index)
        found.extend((document.line_of((*path, *at)), message) for at, message in _threat_problems(threat, known))
    return found


def _threat_problems(threat: Mapping[str, Any], known: Mapping[str, set[str]]) -> Iterator[tuple[Path, str]]:
    name = f"threat {threat['id']}"
    for position, asset in enumerate(threat["assets"]):
        if asset not in known["assets"]:
            yield ("assets", position), f"{name}: there is no asset {asset}."
    boundary = threat.get("boundary")
    if boundary is not None and boundary not in known["boundaries"]:
        yield ("boundary",), f"{name}: there is no boundary {boundary}."
    for position, control in enumerate(threat.get("controls", ())):
        if control not in known["controls"]:
            yield ("controls", position), f"{name}: there is no control {control}."
    if threat["state"] == ThreatState.MITIGATED and not threat.get("controls") and not threat.get("mitigations"):
        yield ("state",), f"{name}: it is called mitigated, and neither a control nor a mitigation is named."
    if "review_by" in threat and _date(threat["review_by"]) is None:
        yield ("review_by",), f"{name}: there is no day {threat['review_by']}."


def _model(document: YamlDocument, content: Mapping[str, Any]) -> ThreatModel:
    return ThreatModel(
        service=content["service"],
        scope=content["scope"],
        assets=tuple(Asset(item["id"], item["title"], item["data_class"]) for item in content["assets"]),
        boundaries=tuple(Boundary(item["id"], item["title"]) for item in content.get("boundaries", ())),
        threats=tuple(
            Threat(
                id=item["id"],
                title=item["title"],
                description=item.get("description", ""),
                category=ThreatCategory(item["category"]),
                assets=tuple(item["assets"]),
                boundary=item.get("boundary", ""),
                severity=Severity(item["severity"]),
                state=ThreatState(item["state"]),
                controls=tuple(item.get("controls", ())),
                mitigations=tuple(item.get("mitigations", ())),
                reason=item.get("reason", ""),
                review_by=_date(item.get("review_by", "")),
                line=document.line_of(("threats", index)),
            )
            for index, item in enumerate(content["threats"])
        ),
    )


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
