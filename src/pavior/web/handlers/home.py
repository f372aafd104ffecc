"""Home, and finding one's way: what waits, and search."""

import re
from collections.abc import Iterable
from itertools import groupby

from pavior.audit.model import RecordedEvent
from pavior.identity.model import Permission, Person
from pavior.web.rendering import address, may_somewhere
from pavior.web.visits import Answer, Page, Redirect, Visit

_FOUND_AT_ONCE = 10
_LONGEST_QUERY_CHARACTERS = 200
# An id leads straight to its thing.
_IDS = (
    (re.compile(r"C-\d{1,12}", re.IGNORECASE), "changes"),
    (re.compile(r"F-\d{1,12}", re.IGNORECASE), "findings"),
    (re.compile(r"W-\d{1,12}", re.IGNORECASE), "waivers"),
    (re.compile(r"TR-\d{1,12}", re.IGNORECASE), "threats/reviews"),
    (re.compile(r"OV-\d{1,12}", re.IGNORECASE), "overrides"),
)
_ENVIRONMENT = re.compile(r"([a-z0-9-]+)/([a-z0-9-]+)")


def show_home(visit: Visit) -> Answer:
    """What waits for the actor."""
    view = visit.application.pages.home(visit.actor)
    return Page("home.html", {"view": view, "lately": _told_once(view.recent_events)})


def _told_once(events: Iterable[RecordedEvent]) -> list[tuple[RecordedEvent, int]]:
    """The latest of those that follow each other and say the same, and how many they are."""

    def said(recorded: RecordedEvent) -> tuple[str, ...]:
        event = recorded.event
        return event.actor, event.verb, event.environment or event.service, event.outcome

    runs = (list(run) for _, run in groupby(events, key=said))
    return [(run[0], len(run)) for run in runs]


def search(visit: Visit) -> Answer:
    """Everything by its words; an id or `service/stage` leads straight to its page."""
    query = visit.query.text("q")[:_LONGEST_QUERY_CHARACTERS]
    for pattern, kind in _IDS:
        if pattern.fullmatch(query):
            return Redirect(address(*kind.split("/"), query.upper()))
    environment = _ENVIRONMENT.fullmatch(query)
    if environment:
        return Redirect(address("environments", environment[1], environment[2]))
    view = visit.application.pages.search(visit.actor, query)
    return Page("search.html", {"query": query, "view": view, "people": _people(visit, query)})


def _people(visit: Visit, query: str) -> tuple[Person, ...]:
    words = query.casefold().split()
    if not words or not may_somewhere(visit.application.authoriser, visit.actor, Permission.PERSON_READ):
        return ()
    return tuple(
        person
        for person in visit.application.access.list_people(visit.actor)
        if all(word in f"{person.name} {person.display_name}".casefold() for word in words)
    )[:_FOUND_AT_ONCE]
