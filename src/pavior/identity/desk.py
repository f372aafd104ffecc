"""What the parts of `Access` share: where they write, whom they ask, and how they tell the audit log."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from pavior.audit.model import Event
from pavior.audit.service import record
from pavior.identity import store
from pavior.identity.authorisation import Authoriser
from pavior.identity.model import OPERATOR_ID, PLATFORM_ID, Actor, Person, Team
from pavior.kernel.clock import Clock
from pavior.kernel.errors import InvalidError, MissingError
from pavior.storage.database import Database, Transaction

# Bytes of randomness in a secret: 256 bits cannot be guessed, so a plain SHA-256 is enough at rest.
SECRET_BYTES = 32
_NAME = re.compile(r"[a-z](?:[a-z0-9-]{0,37}[a-z0-9])?")
# They would be taken for the platform itself in the audit log.
_RESERVED = frozenset({OPERATOR_ID, PLATFORM_ID, "token"})
_LONGEST_TITLE_CHARACTERS = 100


@dataclass(frozen=True, slots=True)
class Desk:
    """Where access is given and taken.

    Args:
        random_text: `secrets.token_urlsafe`: so many random bytes as URL-safe text.
    """

    database: Database
    authoriser: Authoriser
    clock: Clock
    random_text: Callable[[int], str]


def tell(tx: Transaction, actor: Actor, verb: str, subject: str, now: datetime, **details: object) -> None:
    """Record that it happened, in the transaction in which it does."""
    event = Event(
        verb=verb,
        actor=actor.id,
        surface=actor.surface.value,
        subject=subject,
        started_at=now,
        ended_at=now,
        details=details,
    )
    record(tx, event, now)


def digest(secret: str) -> str:
    """What is stored of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def check_name(kind: str, name: str) -> None:
    """Raises InvalidError `name-invalid`."""
    if _NAME.fullmatch(name) is None or name in _RESERVED:
        raise InvalidError(
            "name-invalid",
            f"{name[:60]!r} cannot be the name of a {kind}.",
            fix="Use 1 to 39 lower-case letters, digits and hyphens, beginning with a letter and not ending "
            f"with a hyphen; {', '.join(sorted(_RESERVED))} are taken.",
        )


def check_title(title: str) -> str:
    """The title without the spaces around it.

    Raises:
        InvalidError: `title-invalid`.
    """
    title = title.strip()
    if not 1 <= len(title) <= _LONGEST_TITLE_CHARACTERS or not title.isprintable():
        raise InvalidError(
            "title-invalid",
            f"{title[:60]!r} cannot be shown as a name.",
            fix=f"Write 1 to {_LONGEST_TITLE_CHARACTERS} characters that can be printed on one line.",
        )
    return title


def get_person(tx: Transaction, name: str) -> Person:
    """Raises MissingError `person-missing`."""
    person = store.find_person(tx, name)
    if person is None:
        raise MissingError(
            "person-missing", f"There is no person {name[:60]}.", fix="List them with: pavior user list."
        )
    return person


def get_team(tx: Transaction, name: str) -> Team:
    """Raises MissingError `team-missing`."""
    team = store.find_team(tx, name)
    if team is None:
        raise MissingError("team-missing", f"There is no team {name[:60]}.", fix="List them with: pavior team list.")
    return team
