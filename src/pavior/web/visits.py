"""What a page is given, and what it may answer: the words that handlers are written in."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeAlias

from pavior.application import Application
from pavior.identity.model import Actor, Session
from pavior.kernel.errors import PaviorError
from pavior.kernel.pages import DEFAULT_PAGE_SIZE, PageRequest

# No list is this long; a larger number is a mistake, and would not fit into the database's integers.
_LARGEST_OFFSET = 10_000_000


@dataclass(frozen=True, slots=True)
class Form:
    """Names and values as they were sent, in order; a name may come more than once."""

    pairs: tuple[tuple[str, str], ...] = ()

    def text(self, name: str) -> str:
        """The first value of that name, without the space around it; empty when there is none."""
        return self.raw(name).strip()

    def raw(self, name: str) -> str:
        """The first value of that name, as it was typed."""
        return next((value for key, value in self.pairs if key == name), "")

    def texts(self, name: str) -> tuple[str, ...]:
        """All values of that name."""
        return tuple(value for key, value in self.pairs if key == name)

    def has(self, name: str) -> bool:
        """Whether the name was sent at all."""
        return any(key == name for key, _ in self.pairs)

    def whole_number(self, name: str) -> int:
        """The first value as a number; 0 when it is none, which every service refuses with its own words."""
        text = self.text(name)
        return int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(_LARGEST_OFFSET)) else 0


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of somebody who is signed in.

    Args:
        address: Where the page is, such as `/services/orders`.
        path: The words that stand in the address, by name.
        query: What follows the question mark.
        form: What was sent with a POST.
        last_event_id: What a browser that reconnects to a live log has seen last; 0 when it begins.
    """

    application: Application
    session: Session
    now: datetime
    address: str
    path: Mapping[str, str]
    query: Form = field(default_factory=Form)
    form: Form = field(default_factory=Form)
    last_event_id: int = 0

    @property
    def actor(self) -> Actor:
        """Who asks."""
        return self.session.actor

    def page_request(self, size: int = DEFAULT_PAGE_SIZE) -> PageRequest:
        """Which part of a list is asked for by `?offset=`."""
        return PageRequest(offset=min(self.query.whole_number("offset"), _LARGEST_OFFSET), size=size)


@dataclass(frozen=True, slots=True)
class Page:
    """A page to render.

    Args:
        template: File in `templates/`.
        facts: What the template knows beside the visit.
        error: Shown at the top, or inside the form that caused it.
        failed_form: Name of that form; it stays open and keeps what was typed.
    """

    template: str
    facts: Mapping[str, object]
    status: int = 200
    error: PaviorError | None = None
    failed_form: str = ""


@dataclass(frozen=True, slots=True)
class Redirect:
    """Look there now. `done` names the sentence that tells what was done, see `words.DONE`."""

    to: str
    done: str = ""


@dataclass(frozen=True, slots=True)
class Download:
    """A text file, line by line."""

    name: str
    lines: Iterator[str]
    media_type: str = "application/x-ndjson"


@dataclass(frozen=True, slots=True)
class File:
    """A file of any kind, whole."""

    name: str
    content: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class LiveLog:
    """The log of a run as it grows, from the line after `after`."""

    run_id: str
    after: int


Answer: TypeAlias = Page | Redirect | Download | File | LiveLog
Handler: TypeAlias = Callable[[Visit], Answer]


def attempt(act: Callable[[], Answer], *, form: str, instead: Callable[[], Page]) -> Answer:
    """What `act` answers; when it is refused, the page of the form, which says why and keeps what was typed.

    Args:
        form: Name of the form on that page.
        instead: Renders that page; called only after a refusal.
    """
    try:
        return act()
    except PaviorError as error:
        return replace(instead(), status=error.http_status, error=error, failed_form=form)
