"""Controls: what is required, why, and how it stands."""

import re
from itertools import groupby

from pavior.kernel.verdicts import Severity
from pavior.policy.model import Control
from pavior.web.visits import Answer, Page, Visit

_BEFORE_A_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def list_controls(visit: Visit) -> Answer:
    """By what they look at, and there the worst severity first; narrowed by `q`."""
    query = visit.query.text("q")
    summaries = visit.application.pages.list_controls(visit.actor)
    words = query.casefold().split()
    found = [item for item in summaries if all(word in _words_of(item.control) for word in words)]
    found.sort(key=lambda item: (item.control.view, -Severity(item.control.severity).rank, item.control.id))
    sections = [(_in_words(view), list(items)) for view, items in groupby(found, key=lambda item: item.control.view)]
    return Page("controls.html", {"sections": sections, "count": len(found), "total": len(summaries), "query": query})


def _words_of(control: Control) -> str:
    """Also by the ids of others: somebody comes with what a scanner told them."""
    others = (name for ids in (control.equivalents, control.mappings) for names in ids.values() for name in names)
    words = (control.id, control.title, control.severity.value, _in_words(control.view), *others)
    return " ".join(words).casefold()


def _in_words(view: str) -> str:
    """`ObjectStore` as `Object store`."""
    return _BEFORE_A_CAPITAL.sub(" ", view).capitalize()


def show_control(visit: Visit) -> Answer:
    """One control, with its lesson."""
    return Page("control.html", {"summary": visit.application.pages.get_control(visit.actor, visit.path["control"])})
