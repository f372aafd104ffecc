"""Who Pavior is to a cloud: an OpenID issuer whose tokens name one environment and one purpose, for minutes.

A cloud that trusts the issuer needs no key of ours at rest: AWS takes such a token for `AssumeRoleWithWebIdentity`, and
a role's trust policy can say which environment, and whether to plan or to apply.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from pavior.environments.ports import Purpose
from pavior.kernel.clock import Clock

KEYS_PATH = "/.well-known/jwks.json"
DISCOVERY_PATH = "/.well-known/openid-configuration"
ALGORITHM = "RS256"
# It is handed over at once, and worth nothing afterwards.
TOKEN_LASTS = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class WorkloadIdentity:
    """Signs tokens, and tells how to verify them.

    Args:
        issuer: The public address of Pavior, without a slash at the end.
        random_text: Gives so many random bytes as text; a token is never made twice.
    """

    issuer: str
    key: RSAPrivateKey = field(repr=False)
    clock: Clock
    random_text: Callable[[int], str]

    def token(self, environment: str, purpose: Purpose, *, audience: str) -> str:
        """A token that says: this is Pavior, at work on `environment`.

        Args:
            environment: `orders/dev`.
            purpose: What for.
            audience: For whom alone, such as `sts.amazonaws.com`.
        """
        # Only where it is used: it costs a command 60 ms.
        import jwt

        now = self.clock.now()
        claims = {
            "iss": self.issuer,
            "sub": subject(environment, purpose),
            "aud": audience,
            "iat": now,
            "nbf": now,
            "exp": now + TOKEN_LASTS,
            "jti": self.random_text(16),
        }
        return jwt.encode(claims, self.key, ALGORITHM, headers={"kid": key_id(self._public())})

    def discovery(self) -> Mapping[str, Any]:
        """What stands at `DISCOVERY_PATH` (OpenID Connect Discovery 1.0)."""
        return {
            "issuer": self.issuer,
            "jwks_uri": self.issuer + KEYS_PATH,
            "response_types_supported": ["id_token"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [ALGORITHM],
            "claims_supported": ["iss", "sub", "aud", "iat", "nbf", "exp", "jti"],
        }

    def keys(self) -> Mapping[str, Any]:
        """What stands at `KEYS_PATH` (RFC 7517)."""
        public = self._public()
        return {"keys": [{**public, "kid": key_id(public), "use": "sig", "alg": ALGORITHM}]}

    def _public(self) -> Mapping[str, str]:
        numbers = self.key.public_key().public_numbers()
        return {"e": _base64(numbers.e), "kty": "RSA", "n": _base64(numbers.n)}


def subject(environment: str, purpose: Purpose) -> str:
    """What a trust policy compares, such as `environment:orders/dev:apply`."""
    return f"environment:{environment}:{purpose.value}"


def _base64(number: int) -> str:
    body = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(body).rstrip(b"=").decode()


def key_id(public: Mapping[str, str]) -> str:
    """The thumbprint of a public RSA key (RFC 7638)."""
    canonical = json.dumps({name: public[name] for name in ("e", "kty", "n")}, separators=(",", ":"), sort_keys=True)
    return base64.urlsafe_b64encode(hashlib.sha256(canonical.encode()).digest()).rstrip(b"=").decode()
