"""Home, and finding one's way: what waits, and search."""

import re

from pavior.identity.model import Permission
from pavior.kernel.pages import PageRequest
from pavior.web.rendering import address, may_somewhere
from pavior.web.visits import Answer, Page, Redirect, Visit

_FOUND_AT_ONCE = 20
_LONGEST_QUERY_CHARACTERS = 200
# An id leads straight to its thing.
_IDS = (
    (re.compile(r"C-\d{1,12}", re.IGNORECASE), "changes"),
    (re.compile(r"F-\d{1,12}", re.IGNORECASE), "findings"),
    (re.compile(r"W-\d{1,12}", re.IGNORECASE), "waivers"),
)
_ENVIRONMENT = re.compile(r"([a-z0-9-]+)/([a-z0-9-]+)")


def show_home(visit: Visit) -> Answer:
    """What waits for the actor."""
    return Page("home.html", {"view": visit.application.pages.home(visit.actor)})


def search(visit: Visit) -> Answer:
    """Services and controls by their words; an id or `service/stage` leads straight to its page."""
    query = visit.query.text("q")[:_LONGEST_QUERY_CHARACTERS]
    for pattern, kind in _IDS:
        if pattern.fullmatch(query):
            return Redirect(address(kind, query.upper()))
    environment = _ENVIRONMENT.fullmatch(query)
    if environment:
        return Redirect(address("environments", environment[1], environment[2]))
    services = visit.application.pages.list_services(visit.actor, PageRequest(size=_FOUND_AT_ONCE), query=query)
    return Page(
        "search.html",
        {
            "query": query,
            "services": services if query else None,
            "controls": _controls(visit, query) if query else (),
        },
    )


def _controls(visit: Visit, query: str) -> tuple[object, ...]:
    if not may_somewhere(visit.application.authoriser, visit.actor, Permission.CONTROL_READ):
        return ()
    words = query.casefold().split()
    return tuple(
        summary
        for summary in visit.application.pages.list_controls(visit.actor)
        if all(
            word in f"{summary.control.id} {summary.control.title} {summary.control.risk}".casefold() for word in words
        )
    )
