"""Threat models for tests: complete, consistent with each other, and anything can be said differently by name."""

from dataclasses import replace
from typing import Any

from pavior.kernel.verdicts import Severity
from pavior.reports.threat_page import ThreatPage, show_model
from pavior.testing.builders import BUCKET, COMMIT, NOON, PUBLIC_ACCESS
from pavior.threatmodels.model import (
    Asset,
    DataClass,
    Element,
    ElementKind,
    Flow,
    Threat,
    ThreatCategory,
    ThreatModel,
    ThreatState,
)
from pavior.threatmodels.standing_model import Evidence, EvidenceKind, Holding, ThreatStanding, ThreatStep


def an_element(**fields: Any) -> Element:
    """The bucket with the files of customers."""
    given = {
        "id": "files",
        "title": "Files",
        "kind": ElementKind.DATA_STORE,
        "technology": "aws_s3_bucket",
        "resources": (BUCKET,),
        "assets": ("customer-files",),
        "is_public": False,
    }
    return Element(**{**given, **fields})


def a_threat(**fields: Any) -> Threat:
    """Anybody reads the files, unless one control stops it."""
    given = {
        "id": "files-read-by-anybody",
        "title": "Anybody reads the files of customers",
        "category": ThreatCategory.INFORMATION_DISCLOSURE,
        "severity": Severity.HIGH,
        "places": ("files",),
        "assets": ("customer-files",),
        "controls": (PUBLIC_ACCESS,),
    }
    return Threat(**{**given, **fields})


def a_threat_model(*threats: Threat, **fields: Any) -> ThreatModel:
    """A process that writes to one bucket, and that one threat when no other is given."""
    given = {
        "service": "orders",
        "scope": "Takes orders and keeps their files.",
        "assets": (Asset("customer-files", "Files of customers", DataClass.CONFIDENTIAL),),
        "elements": (an_element(), Element("web", "Web process", ElementKind.PROCESS)),
        "flows": (Flow("writes", "web", "files", protocol="https"),),
        "threats": threats or (a_threat(),),
    }
    return ThreatModel(**{**given, **fields})


def a_standing(**fields: Any) -> ThreatStanding:
    """That threat in orders/dev, mitigated since noon."""
    given = {
        "service": "orders",
        "environment": "orders/dev",
        "threat": "files-read-by-anybody",
        "title": "Anybody reads the files of customers",
        "category": ThreatCategory.INFORMATION_DISCLOSURE,
        "library": "",
        "severity": Severity.HIGH,
        "state": ThreatState.MITIGATED,
        "because": f"{PUBLIC_ACCESS} holds.",
        "until": None,
        "since": NOON,
        "checked_at": NOON,
        "modelled_at": NOON,
        "controls": (PUBLIC_ACCESS,),
        "evidence": (Evidence(EvidenceKind.CONTROL, PUBLIC_ACCESS, Holding.HOLDS, "It passes on 1 resource."),),
    }
    return ThreatStanding(**{**given, **fields})


def a_threat_page(model: ThreatModel | None = None, *standings: ThreatStanding, **fields: Any) -> ThreatPage:
    """That model as its page shows it, mitigated unless standings say something else."""
    page = show_model(model or a_threat_model(), standings or (a_standing(),))
    return replace(page, **{"service": "orders", "title": "Orders", "team": "payments", "commit": COMMIT, **fields})


def an_open_standing(**fields: Any) -> ThreatStanding:
    """The same, open since its control fails."""
    told = f"{PUBLIC_ACCESS} fails on {BUCKET}."
    given = {
        "state": ThreatState.OPEN,
        "because": told,
        "evidence": (Evidence(EvidenceKind.CONTROL, PUBLIC_ACCESS, Holding.FAILS, told),),
    }
    return a_standing(**{**given, **fields})


def a_step(**fields: Any) -> ThreatStep:
    """It became mitigated in orders/dev at noon."""
    given = {
        "service": "orders",
        "environment": "orders/dev",
        "threat": "files-read-by-anybody",
        "state": ThreatState.MITIGATED,
        "at": NOON,
        "because": f"{PUBLIC_ACCESS} holds.",
        "commit": "c0" * 20,
    }
    return ThreatStep(**{**given, **fields})
