"""What pages and commands show of threats, for tests."""

from datetime import timedelta
from typing import Any

from pavior.kernel.verdicts import Phase
from pavior.reports.threats_model import (
    CategoryThreats,
    ControlThreats,
    Foresight,
    Issue,
    ModelRow,
    ModelStanding,
    StateCounts,
    TeamThreats,
    ThreatFleet,
    ThreatView,
)
from pavior.testing.builders import BUCKET, NOON, PUBLIC_ACCESS, a_finding
from pavior.testing.threat_builders import a_step, a_threat, an_open_standing
from pavior.threatmodels.model import ThreatCategory, ThreatState


def a_threat_view(**fields: Any) -> ThreatView:
    """That threat of orders, open in dev since noon."""
    threat = a_threat(description="Whoever knows its name reads the bucket.")
    given = {
        "service": "orders",
        "team": "payments",
        "threat": threat.id,
        "title": threat.title,
        "category": threat.category,
        "severity": threat.severity,
        "library": "",
        "state": ThreatState.OPEN,
        "modelled": threat,
        "places": ("Files",),
        "standings": (an_open_standing(),),
        "steps": (
            a_step(state=ThreatState.OPEN, because=f"{PUBLIC_ACCESS} fails on {BUCKET}."),
            a_step(at=NOON - timedelta(days=2)),
        ),
        "findings": (a_finding(),),
    }
    return ThreatView(**{**given, **fields})


def a_threat_fleet(**fields: Any) -> ThreatFleet:
    """Three services: one with a model and one open threat, one whose model cannot be read, and one without."""
    given = {
        "measured_at": NOON,
        "services": 3,
        "models": {
            **dict.fromkeys(ModelStanding, 0),
            ModelStanding.MISSING: 1,
            ModelStanding.UNREADABLE: 1,
            ModelStanding.UNSIGNED: 1,
        },
        "states": StateCounts(open=1, mitigated=2),
        "undeployed": 0,
        "controls": (ControlThreats(PUBLIC_ACCESS, open=1, closes=1, services=1),),
        "unstopped": 0,
        "failing_tests": 0,
        "teams": (
            TeamThreats("payments", StateCounts(open=1, mitigated=2), unmodelled=1),
            TeamThreats("finance", StateCounts(), unmodelled=0),
        ),
        "categories": tuple(
            CategoryThreats(item, StateCounts(open=int(item is ThreatCategory.INFORMATION_DISCLOSURE)))
            for item in ThreatCategory
        ),
        "reopened": 1,
        "reviews": 2,
        "oldest_at": NOON - timedelta(hours=3),
        "newest_at": NOON,
    }
    return ThreatFleet(**{**given, **fields})


def a_model_row(**fields: Any) -> ModelRow:
    """Of ledger, which cannot be read."""
    given = {
        "service": "ledger",
        "team": "finance",
        "standing": ModelStanding.UNREADABLE,
        "problem": "line 3: threats must be a list.",
        "commit": "c0" * 20,
        "recorded_at": NOON,
    }
    return ModelRow(**{**given, **fields})


def an_issue(**fields: Any) -> Issue:
    """The open bucket of orders, found live, which no threat had predicted."""
    given = {
        "control": PUBLIC_ACCESS,
        "service": "orders",
        "subject": BUCKET,
        "phase": Phase.LIVE,
        "found_at": NOON,
        "threat": "",
        "finding": "F-1",
        "foresight": Foresight.UNMODELLED,
    }
    return Issue(**{**given, **fields})
