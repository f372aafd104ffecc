"""From a one-time link to a session, and out again."""

import hmac
from datetime import datetime, timedelta

from pavior.identity import store
from pavior.identity.desk import SECRET_BYTES, Desk, digest, get_person, tell
from pavior.identity.model import Actor, OpenSession, Permission, Person, Scope, Session, SignedIn, Surface
from pavior.kernel.errors import ConflictError, InvalidError, MissingError
from pavior.storage.database import Transaction

SESSION_LASTS = timedelta(hours=12)
IDLE_LIMIT = timedelta(hours=2)
# Noting each request would make every page a write.
_TOUCH_EVERY = timedelta(minutes=1)
# Of the digest of a secret: enough to tell sessions apart, and nothing to get in with.
_ID_DIGITS = 12


class SignInDesk(Desk):
    """The verbs of sessions."""

    __slots__ = ()

    def redeem(self, token: str, *, surface: Surface = Surface.PORTAL) -> SignedIn:
        """Begin a session by an invitation or a login link, which works this one time.

        Raises:
            InvalidError: `link-invalid`, `link-expired`; the expiry moment itself is too late.
            ConflictError: `link-used`.
        """
        now = self.clock.now()
        with self.database.transaction() as tx:
            link, person = _require_link(tx, token, now)
            store.use_link(tx, link.digest, now)
            return self._begin_session(tx, person, now, surface, link=link.kind.value)

    def _begin_session(
        self, tx: Transaction, person: Person, now: datetime, surface: Surface, **told: object
    ) -> SignedIn:
        store.delete_expired(tx, now)
        secret = self.random_text(SECRET_BYTES)
        expires_at = now + SESSION_LASTS
        store.insert_session(tx, store.SessionRow(digest(secret), person.name, now, now, expires_at))
        actor = Actor(person.name, person.roles, person.teams, surface)
        tell(tx, actor, "session.started", f"person:default/{person.name}", now, **told)
        return SignedIn(person, expires_at, secret, csrf_token(secret))

    def find_session(self, session_secret: str, *, surface: Surface = Surface.PORTAL) -> Session | None:
        """Who holds this secret, with the roles and teams of now; None when the session is over.

        It is over at its expiry, two hours after its last use, and when its person is disabled.
        """
        now = self.clock.now()
        key = digest(session_secret)
        with self.database.snapshot() as tx:
            row = store.find_session(tx, key)
            person = None if row is None else store.find_person(tx, row.person)
        if row is None or person is None or person.is_disabled:
            return None
        if now >= _ends_at(row):
            return None
        if now - row.last_seen_at >= _TOUCH_EVERY:
            with self.database.transaction() as tx:
                store.touch_session(tx, key, now)
        actor = Actor(person.name, person.roles, person.teams, surface)
        return Session(actor, person, row.started_at, row.expires_at, csrf_token(session_secret), key[:_ID_DIGITS])

    def list_sessions(self, actor: Actor, person: str) -> tuple[OpenSession, ...]:
        """Where a person is signed in now, the place used last first.

        Raises:
            MissingError: `person-missing`; ForbiddenError: `permission-denied`.
        """
        now = self.clock.now()
        self._require_manager(actor, person)
        with self.database.snapshot() as tx:
            get_person(tx, person)
            rows = store.list_sessions(tx, person)
        return tuple(_open(row) for row in rows if _ends_at(row) > now)

    def end_session(self, actor: Actor, person: str, session_id: str) -> None:
        """Sign a person out at one place.

        Raises:
            MissingError: `session-missing`, `person-missing`; ForbiddenError: `permission-denied`.
        """
        now = self.clock.now()
        self._require_manager(actor, person)
        with self.database.transaction() as tx:
            get_person(tx, person)
            found = [row for row in store.list_sessions(tx, person) if row.digest[:_ID_DIGITS] == session_id]
            if not found:
                raise MissingError(
                    "session-missing",
                    f"{person} has no session {session_id[:40]}.",
                    fix=f"It may be over already. List them with: pavior user sessions {person}.",
                )
            store.delete_session(tx, found[0].digest)
            tell(tx, actor, "session.ended", f"person:default/{person}", now, session=session_id)

    def _require_manager(self, actor: Actor, person: str) -> None:
        scope = Scope(kind="session", name=person, requester=person)
        self.authoriser.authorise(actor, Permission.SESSION_MANAGE, on=scope)

    def sign_out(self, session_secret: str, *, surface: Surface = Surface.PORTAL) -> None:
        """End the session; one that is over already stays so."""
        now = self.clock.now()
        key = digest(session_secret)
        with self.database.transaction() as tx:
            row = store.find_session(tx, key)
            if row is not None and store.delete_session(tx, key):
                actor = Actor(row.person, frozenset(), frozenset(), surface)
                tell(tx, actor, "session.ended", f"person:default/{row.person}", now)


def _ends_at(row: store.SessionRow) -> datetime:
    return min(row.expires_at, row.last_seen_at + IDLE_LIMIT)


def _open(row: store.SessionRow) -> OpenSession:
    return OpenSession(row.digest[:_ID_DIGITS], row.person, row.started_at, row.last_seen_at, _ends_at(row))


def csrf_token(session_secret: str) -> str:
    """What forms of a session carry: it proves the secret without telling it."""
    return hmac.new(session_secret.encode("utf-8", "surrogatepass"), b"pavior csrf", "sha256").hexdigest()


def _require_link(tx: Transaction, token: str, now: datetime) -> tuple[store.LinkRow, Person]:
    link = store.find_link(tx, digest(token))
    person = None if link is None else store.find_person(tx, link.person)
    if link is None or person is None or person.is_disabled:
        raise InvalidError(
            "link-invalid",
            "This link lets nobody in.",
            fix="Copy the whole link, or ask an admin for a new one.",
        )
    if link.used_at is not None:
        raise ConflictError(
            "link-used",
            "This link was used already, and works only once.",
            fix="Ask an admin for a new one; if it was not you who used it, say so.",
        )
    if now >= link.expires_at:
        raise InvalidError(
            "link-expired",
            f"This link was good until {link.expires_at:%Y-%m-%d %H:%M} UTC.",
            fix="Ask an admin for a new one.",
        )
    return link, person
