"""Threats, and what a project says of all, out of an OTM document. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pavior.kernel.verdicts import Severity
from pavior.threatmodels.model import (
    Acceptance,
    Assumption,
    Dismissal,
    SignOff,
    Threat,
    ThreatCategory,
)
from pavior.threatmodels.otm import IMPACT, is_ours
from pavior.threatmodels.otm_collecting import FILE, Collector, NotTaken, our_ids, sentence, shown

_MOST = 100.0
_MOST_WORDS = 100
# States that claim nothing, of a threat and of what would mitigate it.
_NO_CLAIM = frozenset({"", "exposed", "required", "recommended"})


@dataclass(frozen=True, slots=True)
class Project:
    """What is said of the whole."""

    service: str
    scope: str
    assumptions: tuple[Assumption, ...]
    dismissed: tuple[Dismissal, ...]
    sign_off: SignOff | None


def read_threats(reader: Collector, document: Mapping[str, Any], control_ids: frozenset[str]) -> Iterable[Threat]:
    """Threats with all their places; what is named against a foreign one becomes words."""
    items = reader.items(document, "threats")
    at = _Instances(reader, _mitigations(reader, document))
    for pointer, item in items:
        told = [(each or "").strip().lower().replace(" ", "-") for each in item.get("categories") or ()]
        category = next((each for each in told if each in set(ThreatCategory)), None)
        if category is None:
            why = f"None of its categories is of STRIDE: {shown(', '.join(told)) if told else 'it has none'}."
            reader.drop("threats", item["id"], NotTaken(f"{pointer}/categories", why))
            continue
        if len(set(told)) > 1:
            reader.lose(f"{pointer}/categories", f"Of several, {category} is kept.")
        yield _threat(reader, pointer, item, ThreatCategory(category), control_ids=control_ids, at=at)
    at.tell_the_rest()


class _Instances:
    """Where each threat is said to be, and what is named against it there; of the document's threats, by its ids."""

    def __init__(self, reader: Collector, mitigations: Mapping[str, tuple[str, str]]) -> None:
        self._reader = reader
        self._mitigations = mitigations
        self._named: set[str] = set()
        self.places: dict[str, dict[str, None]] = {}
        self._named_by: dict[str, dict[str, None]] = {}
        for section, backs in (("components", {}), ("dataflows", reader.backs)):
            for pointer, item in reader.taken[section]:
                ids = (reader.ids[section].get(item["id"]), backs.get(item["id"]))
                places = [id_ for id_ in ids if id_ is not None]
                if places:
                    self._read(f"{pointer}/threats", item.get("threats") or (), places)

    def _read(self, pointer: str, instances: Sequence[Mapping[str, Any]], places: Sequence[str]) -> None:
        for position, instance in enumerate(instances):
            threat = instance["threat"]
            if threat not in self._reader.ids["threats"]:
                self._reader.lose(f"{pointer}/{position}", f"There is no threat {shown(threat)}.")
                continue
            named = [each for each in instance.get("mitigations") or () if each]
            ids = [each["mitigation"] for each in named if each.get("mitigation")]
            self.places.setdefault(threat, {}).update(dict.fromkeys(places))
            self._named_by.setdefault(threat, {}).update(dict.fromkeys(ids))
            self._named.update(ids)
            for id_ in ids:
                if id_ not in self._reader.ids["mitigations"]:
                    self._reader.lose(f"{pointer}/{position}/mitigations", f"There is no mitigation {shown(id_)}.")
            claims = sorted({instance.get("state") or "", *(each.get("state") or "" for each in named)} - _NO_CLAIM)
            if claims:
                why = f"How it stands ({shown(', '.join(claims))}) is derived here, and not taken from a file."
                self._reader.lose(f"{pointer}/{position}", why)

    def words_of(self, threat: str) -> list[str]:
        """Of a threat of the document."""
        return [self._mitigations[id_][1] for id_ in self._named_by.get(threat, ()) if id_ in self._mitigations]

    def tell_the_rest(self) -> None:
        """Mitigations that nothing names."""
        for id_, (pointer, _) in self._mitigations.items():
            if id_ not in self._named:
                self._reader.lose(pointer, "No threat that is here is stopped by it.")


def _mitigations(reader: Collector, document: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Pointers and names of those of other tools; those of ours say again what attributes say."""
    items = reader.items(document, "mitigations")
    return {item["id"]: (pointer, reader.title(pointer, item)) for pointer, item in items if not is_ours(item)}


def _threat(
    reader: Collector,
    pointer: str,
    item: Mapping[str, Any],
    category: ThreatCategory,
    *,
    control_ids: frozenset[str],
    at: _Instances,
) -> Threat:
    def own(name: str) -> Any:
        return reader.own(pointer, item, "threat", name)

    def some(name: str) -> tuple[str, ...]:
        return tuple(own(name) or ())

    places = at.places.get(item["id"], {})
    in_order = {place: None for place in some("places") if place in places}
    mitigations = tuple(dict.fromkeys((*some("mitigations"), *at.words_of(item["id"]))))
    if len(mitigations) > _MOST_WORDS:
        reader.lose(pointer, f"More than {_MOST_WORDS} mitigations are named.")
    return Threat(
        id=reader.ids["threats"][item["id"]],
        title=reader.title(pointer, item),
        category=category,
        severity=_severity(reader, pointer, item["risk"]),
        description=reader.paragraph(f"{pointer}/description", item.get("description") or ""),
        library=own("library") or "",
        places=tuple(in_order | places),
        assets=_known(reader, pointer, "asset", some("assets"), reader.ids["assets"].values()),
        controls=_known(reader, pointer, "control", some("controls"), control_ids),
        requirements=some("requirements"),
        tests=some("tests"),
        mitigations=mitigations[:_MOST_WORDS],
        accepted=_acceptance(reader, pointer, own("accepted")),
        inferred=own("inferred") is True,
    )


def _known(reader: Collector, pointer: str, word: str, named: Iterable[str], known: Iterable[str]) -> tuple[str, ...]:
    there = frozenset(known)
    for id_ in named:
        if id_ not in there:
            reader.lose(f"{pointer}/attributes", f"There is no {word} {id_}.")
    return tuple(id_ for id_ in named if id_ in there)


def _severity(reader: Collector, pointer: str, risk: Mapping[str, Any]) -> Severity:
    """By impact, less where something is unlikely."""
    for name in ("likelihoodComment", "impactComment"):
        if risk.get(name):
            reader.lose(f"{pointer}/risk/{name}", "There is no place for it.")
    likelihood = risk.get("likelihood")
    rated = risk["impact"] * (1 if likelihood is None else likelihood / _MOST)
    return min(Severity, key=lambda each: abs(IMPACT[each] - rated))


def read_project(reader: Collector, project: Mapping[str, Any]) -> Project:
    """Service, scope, assumptions, dismissals and sign-off."""
    for name, value in project.items():
        if name not in {"id", "name", "description", "attributes"} and value:
            reader.lose(f"/project/{shown(name)}", "There is no place for it.")
    if not is_ours(project) and project.get("description") and project["name"] != project["id"]:
        reader.lose("/project/name", "Its description is kept as the scope.")

    def pairs(name: str) -> list[dict[str, str]]:
        found = reader.own("/project", project, FILE, name) or []
        return list({item["id"]: item for item in reversed(found)}.values())[::-1]

    scope = reader.text("/project/description", project.get("description") or "")
    return Project(
        service=our_ids([project["id"]])[project["id"]],
        scope=scope or sentence(project["name"]) or "Nothing is said of it.",
        assumptions=tuple(Assumption(item["id"], item["text"]) for item in pairs("assumptions")),
        dismissed=tuple(Dismissal(item["id"], item["reason"]) for item in pairs("dismissed")),
        sign_off=_sign_off(reader, reader.own("/project", project, FILE, "sign_off")),
    )


def _acceptance(reader: Collector, pointer: str, value: Mapping[str, str] | None) -> Acceptance | None:
    if value is None:
        return None
    try:
        return Acceptance(value["reason"], date.fromisoformat(value["until"]))
    except ValueError:
        reader.lose(f"{pointer}/attributes", f"There is no day {value['until']}.")
        return None


def _sign_off(reader: Collector, value: Mapping[str, str] | None) -> SignOff | None:
    if value is None:
        return None
    try:
        return SignOff(value["digest"], value["by"], datetime.fromisoformat(value["at"]))
    except ValueError:
        reader.lose("/project/attributes", f"There is no instant {shown(value['at'])}.")
        return None
