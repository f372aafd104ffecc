"""A threat model as an OTM document: whole, so that reading it gives the same model again. Pure.

What OTM has no field for stands in its attributes. Nothing is claimed: every threat is `exposed` and every mitigation
`required`, because how a threat stands is decided where it is deployed, and not in a file.
"""

import json
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from pavior.kernel.clock import format_instant
from pavior.threatmodels.model import Asset, Boundary, Element, ElementKind, Flow, Threat, ThreatModel
from pavior.threatmodels.otm import CONFIDENTIALITY, IMPACT, OTM_VERSION, OUTSIDE, TRUST, write_own

_EXPOSED, _REQUIRED = "exposed", "required"
_NOT_RATED = 50
_Json = dict[str, Any]


def write_otm(model: ThreatModel) -> str:
    """The document, as the text of a file."""
    return json.dumps(to_otm(model), ensure_ascii=False, indent=2) + "\n"


def to_otm(model: ThreatModel) -> _Json:
    """The document, as a tree of JSON."""
    ids = (*(item.id for item in model.elements), *(item.id for item in model.flows))
    at: dict[str, list[Threat]] = {id_: [] for id_ in ids}
    for threat in model.threats:
        for place in threat.places:
            at[place].append(threat)
    outside = _free_id(OUTSIDE, {item.id for item in model.boundaries})
    is_outside_used = any(not item.boundary for item in model.elements)
    return {
        "otmVersion": OTM_VERSION,
        "project": _project(model),
        "assets": [_asset(item) for item in model.assets],
        "trustZones": [*(_zone(item) for item in model.boundaries), *([_outside(outside)] if is_outside_used else [])],
        "components": [_component(item, outside, at[item.id]) for item in model.elements],
        "dataflows": [_dataflow(item, at[item.id]) for item in model.flows],
        "threats": [_threat(item) for item in model.threats],
        "mitigations": list(_mitigations(model.threats)),
    }


def _project(model: ThreatModel) -> _Json:
    signed = model.sign_off
    return {
        "id": model.service,
        "name": model.service,
        "description": model.scope,
        "attributes": write_own(
            # Says that it is of ours, whatever else there is to say.
            service=model.service,
            assumptions=[{"id": item.id, "text": item.text} for item in model.assumptions],
            dismissed=[{"id": item.id, "reason": item.reason} for item in model.dismissed],
            sign_off=None
            if signed is None
            else {"digest": signed.digest, "by": signed.by, "at": format_instant(signed.at)},
        ),
    }


def _asset(asset: Asset) -> _Json:
    comment = "From its data class. Integrity and availability are not rated, and stand in the middle."
    return {
        "id": asset.id,
        "name": asset.title,
        "risk": {
            "confidentiality": CONFIDENTIALITY[asset.data_class],
            "integrity": _NOT_RATED,
            "availability": _NOT_RATED,
            "comment": comment,
        },
        "attributes": write_own(data_class=asset.data_class.value),
    }


def _zone(boundary: Boundary) -> _Json:
    return {
        "id": boundary.id,
        "name": boundary.title,
        "type": boundary.kind.value,
        "risk": {"trustRating": TRUST[boundary.kind]},
        **({"parent": {"trustZone": boundary.within}} if boundary.within else {}),
        "attributes": write_own(kind=boundary.kind.value, inferred=boundary.inferred or None),
    }


def _free_id(id_: str, taken: Collection[str]) -> str:
    while id_ in taken:
        id_ += "-x"
    return id_


def _outside(id_: str) -> _Json:
    attributes = write_own(outside=True)
    return {"id": id_, "name": "Outside of all boundaries", "risk": {"trustRating": 0}, "attributes": attributes}


def _component(element: Element, outside: str, threats: Iterable[Threat]) -> _Json:
    kept = "stored" if element.kind is ElementKind.DATA_STORE else "processed"
    return {
        "id": element.id,
        "name": element.title,
        "type": element.technology or element.kind.value,
        "parent": {"trustZone": element.boundary or outside},
        "assets": {kept: list(element.assets)},
        "threats": [_instance(item) for item in threats],
        "attributes": write_own(
            kind=element.kind.value,
            technology=element.technology,
            resources=element.resources,
            public=element.is_public,
            inferred=element.inferred or None,
        ),
    }


def _dataflow(flow: Flow, threats: Iterable[Threat]) -> _Json:
    return {
        "id": flow.id,
        # OTM wants a name where we need none.
        "name": flow.title or flow.id,
        "source": flow.source,
        "destination": flow.target,
        "assets": list(flow.assets),
        "threats": [_instance(item) for item in threats],
        "attributes": write_own(
            untitled=not flow.title or None,
            protocol=flow.protocol,
            encrypted=flow.is_encrypted,
            authenticated=flow.is_authenticated,
            because=flow.because,
            inferred=flow.inferred or None,
        ),
    }


def _threat(threat: Threat) -> _Json:
    accepted = threat.accepted
    return {
        "id": threat.id,
        "name": threat.title,
        "description": threat.description,
        "categories": [threat.category.value],
        "risk": {"likelihood": None, "impact": IMPACT[threat.severity]},
        "attributes": write_own(
            library=threat.library,
            places=threat.places,
            assets=threat.assets,
            controls=threat.controls,
            requirements=threat.requirements,
            tests=threat.tests,
            mitigations=threat.mitigations,
            accepted=None if accepted is None else {"reason": accepted.reason, "until": accepted.until.isoformat()},
            inferred=threat.inferred or None,
        ),
    }


def _instance(threat: Threat) -> _Json:
    named = [{"mitigation": id_, "state": _REQUIRED} for id_, _, _ in _named(threat)]
    return {"threat": threat.id, "state": _EXPOSED, "mitigations": named}


def _mitigations(threats: Iterable[Threat]) -> Iterator[_Json]:
    seen: set[str] = set()
    for threat in threats:
        for id_, kind, name in _named(threat):
            if id_ not in seen:
                seen.add(id_)
                # How much of a risk something takes away is not rated; 0 claims nothing.
                yield {"id": id_, "name": name, "riskReduction": 0, "attributes": write_own(kind=kind)}


def _named(threat: Threat) -> Iterator[tuple[str, str, str]]:
    """Id, kind and name of all that is named as stopping a threat."""
    yield from ((f"control:{control}", "control", control) for control in threat.controls)
    yield from ((f"requirement:{requirement}", "requirement", requirement) for requirement in threat.requirements)
    yield from ((f"test:{test}", "test", test) for test in threat.tests)
    yield from ((f"words:{threat.id}:{number}", "words", words) for number, words in enumerate(threat.mitigations))
