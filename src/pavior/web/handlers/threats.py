"""Threats over all services: how they stand, which control closes how many, and the rows behind each number."""

from pavior.kernel.verdicts import Phase, Severity
from pavior.reports.threats_model import Foresight, ModelStanding
from pavior.threatmodels.model import ThreatCategory, ThreatState
from pavior.web.handlers.changes import controls_by_id
from pavior.web.visits import Answer, Page, Visit

_FILTERS = ("service", "environment", "state", "control", "severity", "category", "team", "q")
# More of them nobody begins with; the list by control has all.
_CONTROLS_SHOWN = 15
# Pavior knows of no incidents yet.
_PHASES = tuple(phase for phase in Phase if phase is not Phase.INCIDENT)


def show_fleet(visit: Visit) -> Answer:
    """Each number leads to its rows."""
    facts = {
        "fleet": visit.application.threats.show_fleet(visit.actor),
        "controls": controls_by_id(visit),
        "controls_shown": _CONTROLS_SHOWN,
        "standings": tuple(ModelStanding),
    }
    return Page("threat_fleet.html", facts)


def list_threats(visit: Visit) -> Answer:
    """Open ones first, there the worst; narrowed by what is asked for."""
    asked = {name: visit.query.text(name) for name in _FILTERS}
    for name, known in (("state", ThreatState), ("severity", Severity), ("category", ThreatCategory)):
        # A word that means nothing narrows nothing.
        asked[name] = asked[name] if asked[name] in tuple(known) else ""
    narrowed = {name: word for name, word in asked.items() if name != "q"}
    page = visit.application.threats.list_threats(visit.actor, visit.page_request(), query=asked["q"], **narrowed)
    facts = {
        "page": page,
        "asked": asked,
        "is_narrowed": any(asked.values()),
    }
    return Page("threats.html", facts)


def list_models(visit: Visit) -> Answer:
    """The threat model of each service: what asks for somebody first."""
    standing, team = visit.query.text("standing"), visit.query.text("team")
    standing = standing if standing in tuple(ModelStanding) else ""
    page = visit.application.threats.list_models(visit.actor, visit.page_request(), standing=standing, team=team)
    facts = {"page": page, "standing": standing, "team": team, "standings": tuple(ModelStanding)}
    return Page("threat_models.html", facts)


def list_reopened(visit: Visit) -> Answer:
    """What was stopped, and is open again."""
    return Page(
        "threats_reopened.html", {"page": visit.application.threats.list_reopened(visit.actor, visit.page_request())}
    )


def show_threat(visit: Visit) -> Answer:
    """One threat of one service."""
    service, threat = visit.path["service"], visit.path["threat"]
    view = visit.application.threats.get_threat(visit.actor, service, threat)
    return Page("threat.html", {"view": view, "controls": controls_by_id(visit)})


def list_issues(visit: Visit) -> Answer:
    """What the numbers of issues are counted from."""
    asked = {name: visit.query.text(name) for name in ("phase", "foresight", "control", "service")}
    for name, known in (("phase", Phase), ("foresight", Foresight)):
        asked[name] = asked[name] if asked[name] in tuple(known) else ""
    page = visit.application.threats.list_issues(visit.actor, visit.page_request(), **asked)
    return Page("issues.html", {"page": page, "asked": asked, "phases": _PHASES, "foresights": tuple(Foresight)})
