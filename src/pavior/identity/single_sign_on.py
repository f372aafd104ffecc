"""Signing in by an identity provider: out to it, back with its answer, and in."""

import base64
import binascii
import hmac
import json
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from pavior.identity.federation import FederationDesk
from pavior.identity.group_mapping import GroupMapping
from pavior.identity.model import Actor, Person, ProviderAnswer, SignedIn, SignInAttempt
from pavior.identity.ports import IdentityProvider
from pavior.kernel.clock import format_instant, parse_instant
from pavior.kernel.errors import InvalidError, MissingError, UnavailableError
from pavior.storage.sealing import Sealer

ATTEMPT_LASTS = timedelta(minutes=10)
_SECRET_BYTES = 32
_WHOSE = "sign-in attempt"
# Browsers keep cookies up to 4 KiB; an address of ours is never near this.
_LONGEST_DESTINATION_CHARACTERS = 500
HOME = "/"


@dataclass(frozen=True, slots=True)
class Departure:
    """Somebody on the way to the provider.

    Args:
        url: Where their browser has to go.
        attempt: Sealed; their browser, and no other, brings it back before `ends_at`.
    """

    url: str
    ends_at: datetime
    attempt: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody back from the provider, and in. `destination` is the page they had asked for."""

    signed_in: SignedIn
    destination: str


@dataclass(frozen=True, slots=True)
class SingleSignOn:
    """The verbs of sign-in by a provider.

    Args:
        provider: None where none was set up; each verb then says so.
        label: What the button calls it, such as `Acme`.
    """

    desk: FederationDesk
    sealer: Sealer
    provider: IdentityProvider | None = None
    mapping: GroupMapping = field(default_factory=GroupMapping)
    label: str = ""

    def begin(self, redirect_uri: str, destination: str = HOME) -> Departure:
        """Send somebody to the provider.

        Args:
            redirect_uri: Where the provider sends them back to.
            destination: A path of ours for afterwards; what could lead elsewhere counts as home.

        Raises:
            MissingError: `sign-in-not-set-up`.
            UnavailableError: `provider-unreachable`.
        """
        provider = self._require_provider()
        random = self.desk.random_text
        attempt = SignInAttempt(random(_SECRET_BYTES), random(_SECRET_BYTES), random(_SECRET_BYTES), redirect_uri)
        url = provider.begin(attempt)
        ends_at = self.desk.clock.now() + ATTEMPT_LASTS
        document = {
            **asdict(attempt),
            "destination": destination if is_own_path(destination) else HOME,
            "ends_at": format_instant(ends_at),
        }
        sealed = self.sealer.seal(json.dumps(document).encode(), associated=_WHOSE)
        return Departure(url, ends_at, base64.urlsafe_b64encode(sealed).decode())

    def finish(self, attempt: str, answer: ProviderAnswer) -> Arrival:
        """Let somebody in who comes back.

        Args:
            attempt: As `begin` gave it, from their browser.
            answer: What the provider had it bring.

        Raises:
            MissingError: `sign-in-not-set-up`, `secret-missing`.
            InvalidError: `attempt-unknown`, `name-invalid`.
            ForbiddenError: `sign-in-refused`, `sign-in-unproven`, `groups-unknown`, `groups-unmapped`,
                `person-disabled`, `person-unlinked`.
            UnavailableError: `provider-unreachable`, `secret-unreachable`.
        """
        provider = self._require_provider()
        begun, destination = self._open(attempt, self.desk.clock.now())
        if not hmac.compare_digest(answer.state.encode("utf-8", "surrogatepass"), begun.state.encode()):
            raise _attempt_unknown()
        identity = provider.finish(begun, answer)
        return Arrival(self.desk.admit(identity, self.mapping), destination)

    def link(self, actor: Actor, person: str, subject: str) -> Person:
        """Say that a person is this subject of the provider.

        Raises:
            MissingError: `sign-in-not-set-up`, `person-missing`.
            InvalidError: `subject-invalid`.
            ConflictError: `identity-taken`, `person-linked`.
        """
        return self.desk.link_identity(actor, person, issuer=self._require_provider().issuer, subject=subject)

    def unlink(self, actor: Actor, person: str) -> Person:
        """Forget who somebody is at the provider, and sign them out everywhere; works without a provider too.

        Raises:
            MissingError: `person-missing`.
        """
        return self.desk.unlink_identity(actor, person)

    def _require_provider(self) -> IdentityProvider:
        if self.provider is None:
            raise MissingError(
                "sign-in-not-set-up",
                "This installation has no identity provider.",
                fix="Name its file with PAVIOR_SIGN_IN, or sign in with a link: pavior user login-link NAME.",
            )
        return self.provider

    def _open(self, attempt: str, now: datetime) -> tuple[SignInAttempt, str]:
        try:
            sealed = base64.urlsafe_b64decode(attempt.encode("ascii"))
            document = json.loads(self.sealer.open(sealed, associated=_WHOSE))
        except (binascii.Error, UnicodeEncodeError, UnavailableError):
            raise _attempt_unknown() from None
        destination, ends_at = document.pop("destination"), parse_instant(document.pop("ends_at"))
        if now >= ends_at:
            raise _attempt_unknown()
        return SignInAttempt(**document), destination


def is_own_path(path: str) -> bool:
    """Whether a browser that is sent there stays with us; it reads a backslash as a slash."""
    return (
        path.startswith("/")
        and not path.startswith("//")
        and "\\" not in path
        and path.isascii()
        and path.isprintable()
        and len(path) <= _LONGEST_DESTINATION_CHARACTERS
    )


def _attempt_unknown() -> InvalidError:
    return InvalidError(
        "attempt-unknown",
        "This answer of the identity provider belongs to no sign-in that this browser began within ten minutes.",
        fix="Begin again from the sign-in page, in one window, with cookies allowed.",
    )
