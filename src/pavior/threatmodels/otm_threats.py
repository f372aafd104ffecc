"""Threats, and what a project says of all, out of an OTM document. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from pavior.kernel.verdicts import Severity
from pavior.threatmodels.model import (
    Acceptance,
    Assumption,
    Dismissal,
    Element,
    Flow,
    SignOff,
    Threat,
    ThreatCategory,
)
from pavior.threatmodels.otm import IMPACT, OWN_MITIGATIONS, read_own, read_own_text
from pavior.threatmodels.otm_collecting import Collector, NotTaken, our_id

_MOST = 100.0
# States that claim nothing, of a threat and of what would mitigate it.
_NO_CLAIM = frozenset({"", "exposed", "required", "recommended"})


def read_threats(
    reader: Collector,
    document: Mapping[str, Any],
    control_ids: frozenset[str],
    places: Iterable[Element | Flow],
) -> Iterable[Threat]:
    """Threats with all their places; what is named as mitigating a foreign one becomes words."""
    mitigations = {item["id"]: item["name"] for _, item in reader.items(document, "mitigations")}
    known = {place.id for place in places}
    instances = _instances(reader, document)
    for pointer, item in reader.items(document, "threats"):
        told = [(each or "").strip().lower().replace(" ", "-") for each in item.get("categories") or ()]
        category = next((each for each in told if each in set(ThreatCategory)), None)
        if category is None:
            why = f"None of its categories is of STRIDE: {', '.join(told)[:200] or 'it has none'}."
            reader.drop("threats", item["id"], NotTaken(f"{pointer}/categories", why))
            continue
        if len(set(told)) > 1:
            reader.not_kept.append(NotTaken(f"{pointer}/categories", f"Of several, {category} is kept."))
        at = instances.get(item["id"], {})
        own = texts(read_own(item, "places"))
        named = [id_ for ids in at.values() for id_ in ids if not id_.startswith(OWN_MITIGATIONS)]
        words = [mitigations[id_] for id_ in named if id_ in mitigations]
        yield Threat(
            id=reader.ids["threats"][item["id"]],
            title=item["name"],
            category=ThreatCategory(category),
            severity=_severity(item["risk"]),
            description=item.get("description") or "",
            library=read_own_text(item, "library"),
            places=tuple(dict.fromkeys(place for place in (*own, *at) if place in known)),
            assets=tuple(id_ for id_ in texts(read_own(item, "assets")) if id_ in reader.ids["assets"].values()),
            controls=_controls(reader, pointer, item, control_ids),
            requirements=texts(read_own(item, "requirements")),
            tests=texts(read_own(item, "tests")),
            mitigations=tuple(dict.fromkeys((*texts(read_own(item, "mitigations")), *words))),
            accepted=_acceptance(read_own(item, "accepted")),
            inferred=read_own(item, "inferred") is True,
        )


def read_project(
    reader: Collector, project: Mapping[str, Any]
) -> tuple[str, str, tuple[Assumption, ...], tuple[Dismissal, ...], SignOff | None]:
    """Service, scope, assumptions, dismissals and sign-off."""
    for name, value in project.items():
        if name not in ("id", "name", "description", "attributes") and value:
            reader.not_kept.append(NotTaken(f"/project/{name}", "There is no place for it."))
    return (
        our_id(project["id"]),
        project.get("description") or project["name"],
        tuple(Assumption(our_id(one), two) for one, two in _pairs(read_own(project, "assumptions"))),
        tuple(Dismissal(our_id(one), two) for one, two in _pairs(read_own(project, "dismissed"))),
        _sign_off(read_own(project, "sign_off")),
    )


def texts(value: object) -> tuple[str, ...]:
    """Of what may be a list of texts, the texts."""
    return tuple(item for item in value if isinstance(item, str) and item) if isinstance(value, list) else ()


def _instances(reader: Collector, document: Mapping[str, Any]) -> dict[str, dict[str, list[str]]]:
    """The document's id of a threat, to our ids of its places, to the ids of what is named against it there."""
    found: dict[str, dict[str, list[str]]] = {}
    for section in ("components", "dataflows"):
        for index, item in enumerate(document.get(section) or ()):
            place = reader.ids[section].get(item.get("id", "")) if isinstance(item, dict) else None
            if place is None:
                continue
            for position, instance in enumerate(item.get("threats") or ()):
                named = [each for each in instance.get("mitigations") or () if each]
                ids = [each["mitigation"] for each in named if each.get("mitigation")]
                found.setdefault(instance["threat"], {}).setdefault(place, []).extend(ids)
                claims = {instance.get("state") or "", *(each.get("state") or "" for each in named)} - _NO_CLAIM
                if claims:
                    pointer = f"/{section}/{index}/threats/{position}"
                    why = (
                        f"How it stands ({', '.join(sorted(claims))[:100]}) is derived here, and not taken from a file."
                    )
                    reader.not_kept.append(NotTaken(pointer, why))
    return found


def _controls(reader: Collector, pointer: str, item: Mapping[str, Any], control_ids: frozenset[str]) -> tuple[str, ...]:
    named = texts(read_own(item, "controls"))
    for control in named:
        if control not in control_ids:
            reader.not_kept.append(NotTaken(f"{pointer}/attributes", f"There is no control {control[:100]}."))
    return tuple(control for control in named if control in control_ids)


def _severity(risk: Mapping[str, Any]) -> Severity:
    """By impact, less where something is unlikely."""
    likelihood = risk.get("likelihood")
    rated = risk["impact"] * (1 if likelihood is None else likelihood / _MOST)
    return min(Severity, key=lambda each: abs(IMPACT[each] - rated))


def _acceptance(value: object) -> Acceptance | None:
    match value:
        case [str(reason), str(until)] if reason:
            try:
                return Acceptance(reason, date.fromisoformat(until))
            except ValueError:
                return None
    return None


def _sign_off(value: object) -> SignOff | None:
    match value:
        case [str(digest), str(by), str(at)]:
            try:
                return SignOff(digest, by, datetime.fromisoformat(at))
            except ValueError:
                return None
    return None


def _pairs(value: object) -> list[tuple[str, str]]:
    pairs = value if isinstance(value, list) else []
    return [(one, two) for pair in pairs for one, two in [_pair(pair)] if one and two]


def _pair(value: object) -> tuple[str, str]:
    match value:
        case [str(one), str(two)]:
            return one, two
    return "", ""
