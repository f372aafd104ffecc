"""The threat library: what is known to go wrong, and what stops it."""

from itertools import groupby

from pavior.threatmodels.library_words import applies_to
from pavior.threatmodels.model import ThreatCategory
from pavior.threatmodels.ranking import LEVELS
from pavior.web.handlers.changes import controls_by_id
from pavior.web.visits import Answer, Page, Visit


def list_threats(visit: Visit) -> Answer:
    """All of them by category, narrowed by words and by the control that stops them."""
    category, control, query = (visit.query.text(name) for name in ("category", "control", "q"))
    of = ThreatCategory(category) if category in tuple(ThreatCategory) else None
    library = visit.application.threat_library
    found = library.list_threats(visit.actor, category=of, control=control, query=query)
    sections = sorted(found, key=lambda item: list(ThreatCategory).index(item.category))
    facts = {
        "sections": [(key, list(items)) for key, items in groupby(sections, key=lambda item: item.category)],
        "count": len(found),
        "total": len(library.list_threats(visit.actor)),
        "categories": tuple(ThreatCategory),
        "asked": {"category": of or "", "control": control, "q": query},
    }
    return Page("threat_library.html", facts)


def show_threat(visit: Visit) -> Answer:
    """One of them."""
    known = visit.application.threat_library.get_threat(visit.actor, visit.path["known"])
    controls = controls_by_id(visit)
    facts = {
        "threat": known,
        "levels": LEVELS,
        "applies_to": tuple(applies_to(known)),
        "controls": [(id_, controls.get(id_)) for id_ in known.controls],
    }
    return Page("library_threat.html", facts)
