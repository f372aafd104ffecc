"""OpenID Connect: the authorization code flow with PKCE, as the security practice of OAuth 2.0 (RFC 9700) asks for.

PyJWT verifies signatures and times; what OpenID Connect Core 1.0, section 3.1.3.7, asks beyond that stands here.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import quote_plus, urlencode

import jwt

from pavior.adapters.http import CallFailedError, HttpClient
from pavior.adapters.logins.metadata import ALGORITHMS, Metadata, ProviderMetadata
from pavior.adapters.logins.sign_in_file import SignInFile
from pavior.identity.model import ProviderAnswer, ProviderIdentity, SignInAttempt
from pavior.kernel.errors import ForbiddenError, UnavailableError

# Clocks of two machines differ a little.
LEEWAY_SECONDS = 60
_LONGEST_DISPLAY_NAME_CHARACTERS = 100
_LONGEST_NAME_CHARACTERS = 39
_LONGEST_SUBJECT_CHARACTERS = 255
_MOST_GROUPS = 10_000
_REQUIRED_CLAIMS = ["iss", "sub", "aud", "exp", "iat", "nonce"]

T = TypeVar("T")
Claims = Mapping[str, Any]


class OidcProvider:
    """One OpenID provider.

    Args:
        settings: What the operator says of it.
        http: Calls it.
        read_secret: Gives the client secret of this moment; None for a public client.
    """

    def __init__(self, settings: SignInFile, http: HttpClient, read_secret: Callable[[], str] | None) -> None:
        self._settings = settings
        self._http = http
        self._read_secret = read_secret
        self._metadata = ProviderMetadata(settings.issuer, http)

    @property
    def issuer(self) -> str:
        """See the port."""
        return self._settings.issuer

    def begin(self, attempt: SignInAttempt) -> str:
        """See the port."""
        where = self._ask(self._metadata.load).authorization_endpoint
        query = urlencode(
            {
                "response_type": "code",
                "client_id": self._settings.client_id,
                "redirect_uri": attempt.redirect_uri,
                "scope": " ".join(self._settings.scopes),
                "state": attempt.state,
                "nonce": attempt.nonce,
                "code_challenge": code_challenge(attempt.verifier),
                "code_challenge_method": "S256",
            }
        )
        return f"{where}{'&' if '?' in where else '?'}{query}"

    def finish(self, attempt: SignInAttempt, answer: ProviderAnswer) -> ProviderIdentity:
        """See the port."""
        metadata = self._ask(self._metadata.load)
        if answer.issuer != self.issuer and (answer.issuer or metadata.names_itself):
            raise _unproven("the answer does not come from it")
        if answer.error or not answer.code:
            raise _refused(answer.error)
        tokens = self._fetch_tokens(metadata, attempt, answer.code)
        claims = self._verify(tokens.get("id_token"), attempt.nonce)
        if self._settings.groups_claim not in claims and metadata.userinfo_endpoint:
            # The ID token is signed, so what it says counts more.
            claims = {**self._fetch_userinfo(metadata, tokens.get("access_token"), claims["sub"]), **claims}
        return self._identity(claims)

    def _ask(self, call: Callable[[], T]) -> T:
        try:
            return call()
        except CallFailedError as error:
            raise UnavailableError(
                "provider-unreachable",
                f"The identity provider {self.issuer} is of no help: {error}.",
                fix="Try again soon. Meanwhile a link from an admin lets you in: pavior user login-link NAME.",
            ) from error

    def _fetch_tokens(self, metadata: Metadata, attempt: SignInAttempt, code: str) -> Claims:
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": attempt.redirect_uri,
            "code_verifier": attempt.verifier,
        }
        headers: dict[str, str] = {}
        if self._read_secret is None:
            fields["client_id"] = self._settings.client_id
        elif metadata.takes_basic:
            headers["Authorization"] = _basic(self._settings.client_id, self._read_secret())
        else:
            fields |= {"client_id": self._settings.client_id, "client_secret": self._read_secret()}
        reply = self._ask(lambda: self._http.post_form(metadata.token_endpoint, fields, headers))
        if 400 <= reply.status < 500:  # noqa: PLR2004 - the provider understood, and says no
            raise _refused(_error_word(self._ask(reply.json)))
        return self._ask(lambda: reply.require_ok().json())

    def _fetch_userinfo(self, metadata: Metadata, access_token: object, subject: str) -> Claims:
        if not isinstance(access_token, str) or not _is_plain(access_token):
            return {}
        headers = {"Authorization": f"Bearer {access_token}"}
        found = self._ask(lambda: self._http.get(metadata.userinfo_endpoint, headers).require_ok().json())
        if found.get("sub") != subject:
            raise _unproven("userinfo speaks of somebody else")
        return found

    def _verify(self, token: object, nonce: str) -> dict[str, Any]:
        if not isinstance(token, str):
            raise _unproven("there is no ID token")
        try:
            key = self._ask(lambda: self._metadata.find_key(jwt.get_unverified_header(token).get("kid")))
            if key is None:
                raise _unproven("it is signed with a key that the provider does not name")
            claims = jwt.decode(
                token,
                key,
                algorithms=list(ALGORITHMS),
                audience=self._settings.client_id,
                issuer=self.issuer,
                leeway=LEEWAY_SECONDS,
                options={"require": _REQUIRED_CLAIMS},
            )
        except (jwt.PyJWTError, ValueError, TypeError) as error:
            raise _unproven(f"its ID token does not hold ({type(error).__name__})") from error
        return _require_ours(claims, self._settings.client_id, nonce)

    def _identity(self, claims: Claims) -> ProviderIdentity:
        name = local_name(claims.get(self._settings.name_claim))
        display_name = claims.get("name")
        if not isinstance(display_name, str) or not display_name.strip().isprintable() or not display_name.strip():
            display_name = name
        return ProviderIdentity(
            issuer=self.issuer,
            subject=claims["sub"],
            name=name,
            display_name=display_name.strip()[:_LONGEST_DISPLAY_NAME_CHARACTERS],
            groups=_groups(claims.get(self._settings.groups_claim)),
        )


def code_challenge(verifier: str) -> str:
    """What the provider learns of a verifier beforehand (RFC 7636, S256)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def local_name(claim: object) -> str:
    """What somebody would be called here: `Mara.Lind@acme.example` is `mara-lind`; may still be no valid name."""
    text = claim if isinstance(claim, str) else ""
    return text.partition("@")[0].lower().replace(".", "-").replace("_", "-")[: _LONGEST_NAME_CHARACTERS + 1]


def _require_ours(claims: dict[str, Any], client_id: str, nonce: str) -> dict[str, Any]:
    audience = claims["aud"]
    authorised = claims.get("azp", client_id if isinstance(audience, str) or len(audience) == 1 else "")
    if authorised != client_id:
        raise _unproven("its ID token was made for another client")
    if not isinstance(claims["nonce"], str) or not _is_same(claims["nonce"], nonce):
        raise _unproven("its ID token belongs to another sign-in")
    subject = claims["sub"]
    # "It MUST NOT exceed 255 ASCII characters" (OpenID Connect Core 1.0, section 2).
    if not isinstance(subject, str) or not 1 <= len(subject) <= _LONGEST_SUBJECT_CHARACTERS or not _is_plain(subject):
        raise _unproven("its ID token does not say who it is about")
    return claims


def _is_same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "surrogatepass"), other.encode())


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable()


def _groups(claim: object) -> frozenset[str] | None:
    if isinstance(claim, str):
        return frozenset({claim})
    if not isinstance(claim, list) or len(claim) > _MOST_GROUPS:
        return None
    return frozenset(item for item in claim if isinstance(item, str))


def _basic(client_id: str, secret: str) -> str:
    # Both are form-encoded before they are joined (RFC 6749, section 2.3.1).
    pair = f"{quote_plus(client_id)}:{quote_plus(secret)}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


def _error_word(document: Claims) -> str:
    return str(document.get("error", ""))


def _refused(word: str) -> ForbiddenError:
    # Whoever sent the browser here may have written it.
    said = f" It says: {word[:40]}." if _is_plain(word) and word.replace("_", "").isalnum() else ""
    return ForbiddenError(
        "sign-in-refused",
        f"The identity provider let nobody in.{said}",
        fix="Begin again from the sign-in page; if it stays, ask whoever runs the provider.",
    )


def _unproven(why: str) -> ForbiddenError:
    return ForbiddenError(
        "sign-in-unproven",
        f"What the identity provider sent proves nothing: {why}.",
        fix="Begin again from the sign-in page; if it stays, compare PAVIOR_SIGN_IN with what the provider says.",
    )
