"""What an OpenID provider says of itself: its addresses (OpenID Connect Discovery 1.0) and its keys (RFC 7517)."""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import jwt

from pavior.adapters.http import CallFailedError, HttpClient, is_safe_address

# Asymmetric ones only: with a shared secret, whoever can verify can forge.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
_LASTS_SECONDS = 3600
# A provider that is down must not hold a thread for every stranger who presses the button, and a token with an
# invented key id must not make us ask for keys each time.
_RETRY_SECONDS = 5
_MOST_KEYS = 100


@dataclass(frozen=True, slots=True)
class Metadata:
    """The addresses of one provider.

    Args:
        userinfo_endpoint: Empty when there is none.
        takes_basic: Whether the client secret goes into the header, else into the form.
        names_itself: Whether each answer says whose it is (RFC 9207).
    """

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str
    takes_basic: bool
    names_itself: bool


@dataclass(slots=True)
class ProviderMetadata:
    """Asks for it once an hour, and for keys anew when a token names one that is not known; shared by threads."""

    issuer: str
    http: HttpClient
    _metadata: Metadata | None = None
    _loaded_at: float = 0.0
    _failed_at: float = -1e9
    _failure: str = ""
    _keys: Mapping[str, jwt.PyJWK] = field(default_factory=dict)
    _keys_at: float = -1e9
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def load(self) -> Metadata:
        """The addresses.

        Raises:
            CallFailedError: The provider does not say, or something that cannot be trusted.
        """
        with self._lock:
            now = time.monotonic()
            if self._metadata is not None and now - self._loaded_at < _LASTS_SECONDS:
                return self._metadata
            if now - self._failed_at < _RETRY_SECONDS:
                raise CallFailedError(self._failure)
            try:
                address = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
                self._metadata = _metadata(self.http.get(address).require_ok().json(), self.issuer)
            except CallFailedError as error:
                self._failed_at, self._failure = time.monotonic(), str(error)
                raise
            self._loaded_at = now
            return self._metadata

    def find_key(self, key_id: str | None) -> jwt.PyJWK | None:
        """The key that `key_id` names; without a name, the only one there is.

        Raises:
            CallFailedError: The provider does not tell its keys.
        """
        jwks_uri = self.load().jwks_uri
        with self._lock:
            age = time.monotonic() - self._keys_at
            is_known = _pick(self._keys, key_id) is not None
            if age >= _LASTS_SECONDS or (not is_known and age >= _RETRY_SECONDS):
                self._keys = _keys(self.http.get(jwks_uri).require_ok().json())
                self._keys_at = time.monotonic()
            return _pick(self._keys, key_id)


def _metadata(document: Mapping[str, Any], issuer: str) -> Metadata:
    if document.get("issuer") != issuer:
        # Its tokens would name another issuer too.
        raise CallFailedError("it says that its issuer is another one than PAVIOR_SIGN_IN says")
    wanted = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    found = {name: document.get(name, "") for name in (*wanted, "userinfo_endpoint")}
    for name, address in found.items():
        is_absent = not address and name not in wanted
        if not is_absent and not (isinstance(address, str) and is_safe_address(address)):
            raise CallFailedError(f"its {name} is no https address")
    # The default of the specification, where nothing is said.
    methods = document.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    return Metadata(
        **found,
        takes_basic=not isinstance(methods, list) or "client_secret_basic" in methods,
        names_itself=document.get("authorization_response_iss_parameter_supported") is True,
    )


def _keys(document: Mapping[str, Any]) -> Mapping[str, jwt.PyJWK]:
    found: dict[str, jwt.PyJWK] = {}
    entries = document.get("keys")
    for entry in entries[:_MOST_KEYS] if isinstance(entries, list) else ():
        if not isinstance(entry, dict) or entry.get("use", "sig") != "sig":
            continue
        try:
            found[str(entry.get("kid", ""))] = jwt.PyJWK.from_dict(entry)
        except (jwt.PyJWTError, ValueError, TypeError, KeyError):
            # A provider may hold keys of kinds that are newer than we are.
            continue
    return found


def _pick(keys: Mapping[str, jwt.PyJWK], key_id: str | None) -> jwt.PyJWK | None:
    if key_id is None:
        return next(iter(keys.values())) if len(keys) == 1 else None
    return keys.get(key_id)
